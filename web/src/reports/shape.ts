/** What an answer consists of, by its schema: facts, tables, and the sums that belong under a table. */
import type { Column } from '@/lists/columns'
import type { Field, Schema } from '@/catalogue/schema'
import { fieldsOf, kindOf, typeOf } from '@/catalogue/schema'
import { label } from '@/catalogue/words'

export interface Section {
  key: string
  title: string
  schema: Schema
  columns: Column[]
  /** Rows below each row: the lines of an account, the documents of a statement. */
  below: Section[]
}

export interface Shape {
  facts: Field[]
  sections: Section[]
  /** The field whose members are sums of the columns of a table. */
  totals?: string
}

const HIDDEN = new Set(['id', 'version', 'next_cursor', 'total', 'total_at_least'])

export function shapeOf(output: Schema): Shape {
  const properties = Object.entries(output.properties ?? {})
  const sections = properties.flatMap(([key, schema]) => (kindOf(schema) === 'lines' && schema.items ? [sectionOf(key, schema.items)] : []))
  const figures = new Set(sections.flatMap(({ columns }) => columns.filter((column) => column.figure).map((column) => column.key)))
  const totals = properties.find(([, schema]) => typeOf(schema) === 'object' && Object.keys(schema.properties ?? {}).some((name) => figures.has(name)))?.[0]
  const rest = Object.fromEntries(properties.filter(([key, schema]) => key !== totals && !HIDDEN.has(key) && kindOf(schema) !== 'lines'))
  return { facts: fieldsOf({ type: 'object', properties: rest }), sections, totals }
}

function sectionOf(key: string, items: Schema): Section {
  const fields = fieldsOf(items).filter((field) => field.key !== 'id' && field.key !== 'version' && field.kind !== 'lines' && field.kind !== 'object')
  const columns = fields.map((field) => ({ ...field, label: label(field.key), width: 0, figure: ['money', 'decimal', 'number'].includes(field.kind) }))
  const lines = Object.entries(items.properties ?? {}).filter(([, schema]) => kindOf(schema) === 'lines')
  return { key, title: label(key), schema: items, columns, below: lines.map(([name, schema]) => sectionOf(name, schema.items ?? {})) }
}

/** Days that people ask reports for. */
export function periods(today: string): { name: string; from: string; to: string }[] {
  const [year = 0, month = 1] = today.split('-').map(Number)
  const text = (y: number, m: number, d: number) => new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10)
  const quarter = Math.floor((month - 1) / 3) * 3
  return [
    { name: 'This month', from: text(year, month - 1, 1), to: text(year, month, 0) },
    { name: 'Last month', from: text(year, month - 2, 1), to: text(year, month - 1, 0) },
    { name: 'This quarter', from: text(year, quarter, 1), to: text(year, quarter + 3, 0) },
    { name: 'This year', from: text(year, 0, 1), to: text(year, 12, 0) },
    { name: 'Last year', from: text(year - 1, 0, 1), to: text(year - 1, 12, 0) },
  ]
}
