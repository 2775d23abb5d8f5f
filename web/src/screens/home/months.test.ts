import { expect, it } from 'vitest'
import { monthsTo, result } from './months'

it('counts months back over a new year, and ends today', () => {
  expect(monthsTo('2026-01-15', 3)).toEqual([
    { from: '2025-11-01', as_of: '2025-11-30' },
    { from: '2025-12-01', as_of: '2025-12-31' },
    { from: '2026-01-01', as_of: '2026-01-15' },
  ])
})

it('takes income from credits less debits, and expenses the other way round', () => {
  const row = (type: string, debit: string, credit: string) => ({ type, debit: { amount: debit }, credit: { amount: credit } })
  const balance = { rows: [row('income', '10.00', '110.10'), row('expense', '60.00', '0.05'), row('asset', '999.00', '1.00')] }
  expect(result(balance)).toEqual({ income: '100.10', expenses: '59.95' })
})
