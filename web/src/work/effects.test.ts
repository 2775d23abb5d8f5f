import { expect, it } from 'vitest'
import type { Effect } from '@/api/types'
import { partsOf, sumsOf, told } from './effects'

const eur = (amount: string) => ({ amount, currency: 'EUR' })
const effect = (rest: Partial<Effect>): Effect => ({ kind: 'record', text: 'x', ...rest })

it('are read call by call, with the books apart and what is hidden at the end', () => {
  const parts = partsOf([
    effect({ text: 'Draft.', after: { operation: 'a.b.create' } }),
    effect({ kind: 'money', text: 'net', after: { net: eur('1.00') } }),
    effect({ text: 'Post.', after: { operation: 'a.b.post' } }),
    effect({ kind: 'ledger', text: 'l', after: { account: '1100', name: 'Receivables', party: null, debit: eur('1.00') } }),
    effect({ text: '2 more rows are hidden from you.' }),
  ])
  expect(parts.map(({ sentence }) => sentence)).toEqual(['Draft.', 'Post.'])
  expect(parts[1]!.ledger).toEqual([{ text: 'l', account: '1100', name: 'Receivables', party: undefined, debit: eur('1.00'), credit: undefined }])
  expect(parts[1]!.hidden).toContain('2 more rows')
  expect(sumsOf(parts[0]!.others[0]!)).toEqual([['net', eur('1.00')]])
})

it('say a change once', () => {
  const change = { before: { phone: null }, after: { phone: '1' } }
  expect(told(effect({ text: 'X: phone: – → 1', ...change }))).toEqual({ text: 'X', changes: [{ name: 'phone', from: null, to: '1' }] })
  expect(told(effect({ text: 'Draft → posted, dated 2026', before: { status: 'draft' }, after: { status: 'posted' } })).changes).toEqual([])
  expect(told(effect({ text: 'Other', ...change })).changes).toHaveLength(1)
})
