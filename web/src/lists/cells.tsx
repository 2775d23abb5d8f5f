/** Cells of long lists: plain elements, since thousands of them pass by. */
import { labelOf } from '@/catalogue/catalogue'
import { isMoneyValue, isRecordValue, valueAt } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { day, decimal, moment, money } from '@/ui/format'
import { toneOf } from '@/ui/Status'
import type { Column } from './columns'
import classes from './list.module.css'

export type Row = Record<string, unknown> & { id: string }

export function Cell({ row, column, zone }: { row: Row; column: Column; zone: string }) {
  const value = valueAt(row, column.path)
  if (value === null || value === undefined || value === '') return <span className={classes.nothing}>–</span>
  const name = column.path.at(-1)
  if (typeof value === 'string' && (column.kind === 'choice' || name === 'status')) {
    return <span className={classes.status} data-tone={toneOf(value)}>{words(value)}</span>
  }
  return <>{textOf(value, column, zone)}</>
}

/** A value as a line of text. */
export function textOf(value: unknown, column: Pick<Column, 'kind'>, zone: string): string {
  if (value === null || value === undefined) return ''
  if (isMoneyValue(value)) return money(value)
  if (isRecordValue(value)) return value.label
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? words(item) : textOf(item, column, zone))).join(', ')
  if (typeof value === 'object') {
    const row = value as Record<string, unknown>
    return typeof row.name === 'string' ? (typeof row.code === 'string' ? `${row.code} ${row.name}` : row.name) : labelOf(row)
  }
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  const text = String(value)
  switch (column.kind) {
    case 'date':
      return day(text)
    case 'datetime':
      return moment(text, zone)
    case 'decimal':
      return decimal(text)
    default:
      return text
  }
}
