/** The history of a record as people read it: by day, a call with what it changed. */
import type { Schema } from '@/catalogue/schema'
import { fieldsOf, isMoneyValue, kindOf, valueAt } from '@/catalogue/schema'
import { singular, words } from '@/catalogue/words'
import { day, moment, money, today } from '@/ui/format'
import type { RecordedCall, RecordedChange } from './bindings'
import type { Row } from './record'

export interface Happening {
  call: RecordedCall
  /** Taken back by a later call. */
  undone: boolean
  /** Of the record itself, before and after. */
  changed: Changed[]
  /** Made by this call. */
  made: boolean
  /** Rows that belong to the record: what became of how many. */
  parts: { table: string; op: string; count: number }[]
}

export interface Changed {
  name: string
  before: string
  after: string
}

/** Calls under the day on which they happened, in the order in which they come (latest first). */
export function byDay<Item>(items: Item[], at: (item: Item) => string, zone: string): { day: string; items: Item[] }[] {
  const days: { day: string; items: Item[] }[] = []
  for (const item of items) {
    const on = today(zone, new Date(at(item)))
    const last = days[days.length - 1]
    if (last?.day === on) last.items.push(item)
    else days.push({ day: on, items: [item] })
  }
  return days
}

/** `Today`, `Yesterday`, else the date. */
export function dayName(iso: string, now: string): string {
  if (iso === now) return 'Today'
  const before = new Date(`${now}T00:00:00Z`)
  before.setUTCDate(before.getUTCDate() - 1)
  return iso === before.toISOString().slice(0, 10) ? 'Yesterday' : day(iso)
}

/** Calls with the changes that they made; changes come by row. */
export function happenings(calls: RecordedCall[], changes: RecordedChange[], record: { id: string; said: Said }): Happening[] {
  const undone = new Set(calls.flatMap(({ undoes }) => undoes ?? []))
  const byCall = new Map<string, RecordedChange[]>()
  for (const change of changes) {
    const rows = byCall.get(change.call.id)
    if (rows) rows.push(change)
    else byCall.set(change.call.id, [change])
  }
  return calls.map((call) => {
    const rows = byCall.get(call.id) ?? []
    const own = rows.filter((row) => row.record_id === record.id)
    const parts = new Map<string, { table: string; op: string; count: number }>()
    for (const { table, op, record_id } of rows) {
      if (record_id === record.id) continue
      const part = parts.get(`${table} ${op}`) ?? { table, op, count: 0 }
      part.count += 1
      parts.set(`${table} ${op}`, part)
    }
    return {
      call,
      undone: undone.has(call.id),
      made: own.some(({ op }) => op === 'insert'),
      changed: own.filter(({ op }) => op === 'update').flatMap(({ columns }) => diff(columns, record.said)),
      parts: [...parts.values()],
    }
  })
}

/** Says a stored value of a column. */
export type Said = (column: string, value: unknown) => string | undefined

/** Books of the machine, of no use to people. */
const SILENT = /^(id|version|created_at|updated_at|line_no|search)$/

export function diff(columns: RecordedChange['columns'], said: Said): Changed[] {
  return columns.flatMap(({ column, before, after }) => {
    if (SILENT.test(column)) return []
    const [was, is] = [said(column, before), said(column, after)]
    // ids of what the record shows nowhere say nothing to anybody
    if (was === undefined && is === undefined) return []
    return [{ name: words(column.replace(/_id$/, '')), before: was ?? '', after: is ?? '' }]
  })
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/

/**
 * How the columns of a record are said: by the field of the same name. Money is stored in the smallest unit of its
 * currency, names of records as ids.
 */
export function saidBy(schema: Schema, row: Row, zone: string): Said {
  const fields = new Map(fieldsOf(schema).map((field) => [field.path[field.path.length - 1] ?? '', field]))
  return (column, value) => {
    if (value === null || value === undefined || value === '') return value === undefined ? undefined : 'nothing'
    const field = fields.get(column) ?? fields.get(column.replace(/_id$/, ''))
    const now = field && valueAt(row, field.path)
    if (isMoneyValue(value)) return money(value)
    if (field?.kind === 'money' && Number.isInteger(value) && isMoneyValue(now)) {
      return money({ amount: scaled(value as number, now.amount.split('.')[1]?.length ?? 0), currency: now.currency })
    }
    if (typeof value === 'string' && UUID.test(value)) {
      const named = now as Row | null | undefined
      return typeof named === 'object' && named?.id === value ? String(named.name ?? named.number ?? named.label ?? '') : undefined
    }
    if (typeof value === 'object') return Array.isArray(value) && value.every((one) => typeof one !== 'object') ? value.map(String).join(', ') : JSON.stringify(value)
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
    const kind = field && kindOf(field.schema)
    if (kind === 'date') return day(String(value))
    if (kind === 'datetime' || /^\d{4}-\d\d-\d\dT/.test(String(value))) return moment(String(value), zone)
    return column === 'status' ? words(String(value)) : String(value)
  }
}

function scaled(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(digits + 1, '0')
  return `${value < 0 ? '-' : ''}${digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`}`
}

/** `3 invoice lines added`. */
export function partSaid({ table, op, count }: Happening['parts'][number]): string {
  const verb = { insert: 'added', update: 'changed', delete: 'removed' }[op] ?? op
  return `${count} ${count === 1 ? singular(table) : table.replace(/_/g, ' ')} ${verb}`
}
