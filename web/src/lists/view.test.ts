import { describe, expect, it } from 'vitest'
import { Catalogue } from '@/catalogue/catalogue'
import { columnsOf, shownOf } from './columns'
import { argumentsOf, filters, nextSort, said, withFilter } from './view'

const money = { type: 'object', properties: { amount: { type: 'string' }, currency: { type: 'string' } } }
const list = new Catalogue([
  {
    name: 'trade.orders.list',
    tool: 'trade_orders_list',
    title: 'List orders',
    description: 'List orders.',
    effect: 'read',
    input_schema: {
      type: 'object',
      properties: {
        q: { type: 'string' },
        status: { type: 'string', enum: ['draft', 'partly_sent'] },
        late: { type: 'boolean' },
        buyer: { type: 'string', 'x-ref': 'directory.parties' },
        date_from: { type: 'string', format: 'date' },
        date_to: { type: 'string', format: 'date' },
        amount_min: { type: 'string', format: 'decimal' },
        amount_max: { type: 'string', format: 'decimal' },
        sort: { type: 'string', enum: ['-date', 'date', '-amount', 'amount'] },
        limit: { type: 'integer' },
        cursor: { type: 'string' },
        total: { type: 'boolean' },
      },
    },
    output_schema: {
      type: 'object',
      properties: {
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              id: { type: 'string' },
              number: { type: 'string' },
              buyer: { type: 'object', properties: { id: {}, number: {}, name: {} } },
              date: { type: 'string', format: 'date' },
              totals: { type: 'object', properties: { net: money, gross: money } },
              lines: { type: 'array', items: { type: 'object' } },
            },
          },
        },
      },
    },
  },
] as never).operations[0]!

describe('the columns of a list', () => {
  it('are the fields of its rows, those of totals one by one, lines aside', () => {
    expect(columnsOf(list).map(({ key, label, figure }) => [key, label, figure])).toEqual([
      ['number', 'Number', false],
      ['buyer', 'Buyer', false],
      ['date', 'Date', false],
      ['totals.net', 'Net', true],
      ['totals.gross', 'Gross', true],
    ])
    expect(shownOf(columnsOf(list), 2)).toHaveLength(2)
  })
  it('sort by their own name, and the total by amount', () => {
    expect(columnsOf(list).map(({ sort }) => sort)).toEqual([undefined, undefined, 'date', undefined, 'amount'])
  })
})

describe('a view', () => {
  it('asks for what the list takes, in its types', () => {
    const search = { late: 'true', buyer: 'P-1', sort: '-date', columns: 'a,b', limit: '9', made_up: 'x', q: '' }
    expect(argumentsOf(list, search)).toEqual({ late: true, buyer: 'P-1', sort: '-date' })
    expect(argumentsOf(list, { sort: 'number' })).toEqual({})
  })
  it('has one control for the two ends of a range', () => {
    expect(filters(list).map(({ names }) => names)).toEqual([
      ['status'], ['late'], ['buyer'], ['date_from', 'date_to'], ['amount_min', 'amount_max'],
    ])
  })
  it('says what is set', () => {
    const [status, late, , , amount] = filters(list)
    expect(said(status!, { status: 'partly_sent' })).toBe('Status: Partly sent')
    expect(said(late!, { late: 'false' })).toBe('Not late')
    expect(said(amount!, { amount_max: '500' })).toBe('Amount to 500')
    expect(said(amount!, {})).toBeUndefined()
  })
  it('is changed without touching the rest', () => {
    expect(withFilter({ a: '1', b: '2' }, { a: undefined, c: '3' })).toEqual({ b: '2', c: '3' })
  })
  it('sorts up, then down, then as it comes', () => {
    const allowed = ['date', '-date', '-amount']
    expect(nextSort(undefined, 'date', allowed)).toBe('date')
    expect(nextSort('date', 'date', allowed)).toBe('-date')
    expect(nextSort('-date', 'date', allowed)).toBeUndefined()
    expect(nextSort('date', 'amount', allowed)).toBe('-amount')
  })
})
