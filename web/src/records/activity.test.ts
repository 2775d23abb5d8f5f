import { describe, expect, it } from 'vitest'
import type { Schema } from '@/catalogue/schema'
import type { RecordedCall, RecordedChange } from './bindings'
import { byDay, dayName, diff, happenings, partSaid, saidBy } from './activity'

const call = (id: string, undoes?: string) => ({ id, undoes, created_at: '2026-03-01T12:00:00Z' }) as RecordedCall
const change = (id: string, op: string, record_id: string, columns: RecordedChange['columns'] = [], table = 'invoices') =>
  ({ id: 1, call: { id }, op, record_id, columns, table }) as RecordedChange
const plain = (_: string, value: unknown) => (value === undefined ? undefined : String(value))

it('groups by the day of the organisation, not of Greenwich', () => {
  const times = ['2026-03-02T00:30:00Z', '2026-03-01T23:30:00Z', '2026-03-01T10:00:00Z']
  expect(byDay(times, (time) => time, 'Europe/Vienna').map(({ day, items }) => [day, items.length])).toEqual([['2026-03-02', 2], ['2026-03-01', 1]])
  expect(byDay(times, (time) => time, 'UTC').map(({ items }) => items.length)).toEqual([1, 2])
})

it('names the near days', () => {
  expect(dayName('2026-03-01', '2026-03-01')).toBe('Today')
  expect(dayName('2026-02-28', '2026-03-01')).toBe('Yesterday')
  expect(dayName('2026-02-27', '2026-03-01')).not.toMatch(/day/)
})

describe('what happened', () => {
  const said = happenings(
    [call('undo', 'post'), call('post'), call('create')],
    [
      change('post', 'update', 'r', [{ column: 'status', before: 'draft', after: 'posted' }, { column: 'version', before: 1, after: 2 }]),
      change('post', 'insert', 'e', [], 'entries'),
      change('create', 'insert', 'r', [{ column: 'status', after: 'draft' }]),
      change('create', 'insert', 'l1', [], 'invoice_lines'),
      change('create', 'insert', 'l2', [], 'invoice_lines'),
    ],
    { id: 'r', said: plain },
  )
  it('is a call with its own changes, and a count of the rest', () => {
    expect(said[1]?.changed).toEqual([{ name: 'Status', before: 'draft', after: 'posted' }])
    expect(said[2]).toMatchObject({ made: true, changed: [] })
    expect(said[2]?.parts.map(partSaid)).toEqual(['2 invoice lines added'])
    expect(said[1]?.parts.map(partSaid)).toEqual(['1 entry added'])
  })
  it('knows what was taken back', () => {
    expect(said.map(({ undone }) => undone)).toEqual([false, true, false])
  })
})

describe('before and after', () => {
  const schema: Schema = {
    properties: {
      customer: { type: 'object', properties: { id: {}, name: {} } },
      totals: { type: 'object', properties: { gross: { type: 'object', properties: { amount: {}, currency: {} } } } },
    },
  }
  const said = saidBy(schema, { customer: { id: '01a205af-4a6e-7146-ae5e-544631e2e9f9', name: 'Acme' }, totals: { gross: { amount: '1.00', currency: 'EUR' } } }, 'UTC')
  it('says money as money, though it is kept in cents', () => {
    expect(said('gross', 310824)).toMatch(/3.108.24/)
    expect(said('gross', 5)).toMatch(/0.05/)
  })
  it('says names for ids, and keeps quiet about ids without one', () => {
    const [named, quiet] = ['01a205af-4a6e-7146-ae5e-544631e2e9f9', '01a205af-b274-70f4-af6b-4544b9c2528e']
    expect(diff([{ column: 'customer_id', after: named }, { column: 'entry_id', after: quiet }], said)).toEqual([{ name: 'Customer', before: '', after: 'Acme' }])
  })
  it('tells nothing from not there', () => {
    expect(diff([{ column: 'memo', before: 'a', after: null }], said)).toEqual([{ name: 'Memo', before: 'a', after: 'nothing' }])
  })
})
