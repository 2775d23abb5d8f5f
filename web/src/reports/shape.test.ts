import { expect, it } from 'vitest'
import { periods, shapeOf } from './shape'

const money = { type: 'object', properties: { amount: {}, currency: {} } }

it('finds tables, their sums, and what stands above them', () => {
  const row = { type: 'object', properties: { customer: { type: 'object', properties: { id: {}, name: {} } }, total: money, late: money } }
  const shape = shapeOf({
    properties: { as_of: { type: 'string', format: 'date' }, rows: { type: 'array', items: row }, totals: { type: 'object', properties: { total: money, late: money } } },
  })
  expect(shape.facts.map(({ key }) => key)).toEqual(['as_of'])
  expect(shape.sections.map(({ key, columns }) => [key, columns.map((column) => column.key)])).toEqual([['rows', ['customer', 'total', 'late']]])
  expect(shape.totals).toBe('totals')
})

it('finds rows below rows', () => {
  const line = { type: 'object', properties: { entry: { type: 'string' }, balance: money } }
  const account = { type: 'object', properties: { code: { type: 'string' }, lines: { type: 'array', items: line } } }
  const [accounts] = shapeOf({ properties: { accounts: { type: 'array', items: account } } }).sections
  expect(accounts?.columns.map(({ key }) => key)).toEqual(['code'])
  expect(accounts?.below.map(({ key, columns }) => [key, columns.map((column) => column.key)])).toEqual([['lines', ['entry', 'balance']]])
})

it('knows periods over the end of a year', () => {
  const of = (name: string, today: string) => periods(today).find((period) => period.name === name)
  expect(of('Last month', '2026-01-15')).toMatchObject({ from: '2025-12-01', to: '2025-12-31' })
  expect(of('This quarter', '2026-05-15')).toMatchObject({ from: '2026-04-01', to: '2026-06-30' })
  expect(of('This month', '2028-02-03')).toMatchObject({ to: '2028-02-29' })
})
