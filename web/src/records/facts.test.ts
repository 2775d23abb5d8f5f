import { describe, expect, it } from 'vitest'
import type { Schema } from '@/catalogue/schema'
import { Catalogue } from '@/catalogue/catalogue'
import type { Tool } from '@/api/types'
import { factsOf, withRefs } from './facts'

const money: Schema = { type: 'object', properties: { amount: { type: 'string' }, currency: { type: 'string' } } }
const eur = (amount: string) => ({ amount, currency: 'EUR' })
const schema: Schema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    number: { type: 'string' },
    memo: { type: ['string', 'null'] },
    due_date: { type: 'string', format: 'date' },
    secret: { type: 'string', 'x-mask': 'some.right' },
    customer: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
    totals: { type: 'object', properties: { gross: money } },
    lines: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' }, unit: { type: 'string' }, net: money } } },
    created_at: { type: 'string', format: 'date-time' },
  },
}
const row = {
  id: '1',
  number: 'X-1',
  memo: null,
  due_date: '2026-01-01',
  customer: { id: '2', name: 'Acme' },
  totals: { gross: eur('3.30') },
  lines: [{ text: 'a', net: eur('1.10') }, { text: 'b', net: eur('2.20') }],
  created_at: '2026-01-01T00:00:00Z',
}

describe('a record taken apart', () => {
  const { facts, parts, totals, stamps } = factsOf(schema, row)
  it('says what there is, and what is hidden, but not what is empty', () => {
    expect(facts.map(({ key, hidden }) => [key, hidden])).toEqual([['due_date', false], ['secret', true], ['customer', false]])
    expect(stamps.map(({ key }) => key)).toEqual(['created_at'])
  })
  it('keeps sums below lines, and drops columns that no line uses', () => {
    expect(totals.map(({ name }) => name)).toEqual(['Gross'])
    expect(parts[0]?.columns.map(({ key }) => key)).toEqual(['text', 'net'])
    expect(parts[0]?.sums).toEqual({ net: eur('3.30') })
  })
  it('adds nothing up across currencies', () => {
    const mixed = { ...row, lines: [{ net: eur('1') }, { net: { amount: '1', currency: 'USD' } }] }
    expect(factsOf(schema, mixed).parts[0]?.sums).toEqual({})
  })
})

it('learns from arguments which records a field names', () => {
  const tool = (verb: string, input: Schema) =>
    ({ name: `a.things.${verb}`, tool: `a_things_${verb}`, title: '', description: '', effect: 'read', input_schema: input, output_schema: {} }) as unknown as Tool
  const catalogue = new Catalogue([
    tool('get', { properties: { id: { type: 'string', 'x-ref': 'a.things' } }, required: ['id'] }),
    tool('list', { properties: { customer: { type: 'string', 'x-ref': 'a.parties' } } }),
  ])
  const marked = withRefs(schema, catalogue.entity('a.things')!)
  expect(marked.properties?.customer?.['x-ref']).toBe('a.parties')
  expect(marked.properties?.id?.['x-ref']).toBeUndefined()
})
