/** Columns of a list, from the schema of its rows. */
import type { Operation } from '@/catalogue/catalogue'
import { rowOf } from '@/catalogue/catalogue'
import type { Field } from '@/catalogue/schema'
import { fieldsOf } from '@/catalogue/schema'
import { label } from '@/catalogue/words'

export interface Column extends Field {
  label: string
  /** Share of the width. */
  width: number
  /** Digits stand below digits. */
  figure: boolean
  /** The sort that begins at the least, where the list can be sorted by it. */
  sort?: string
}

const HIDDEN = new Set(['id', 'version'])
const WIDTHS: Partial<Record<Field['kind'], number>> = { money: 120, decimal: 100, number: 90, date: 116, datetime: 164, boolean: 84, choice: 110, reference: 190, record: 200 }

/** All that a list can show. */
export function columnsOf(list: Operation): Column[] {
  const sorts = sortsOf(list)
  const fields = fieldsOf(rowOf(list)).filter(({ key, kind }) => !HIDDEN.has(key) && kind !== 'lines' && kind !== 'file')
  const labels = fields.map(({ key }) => label(key))
  return fields.map((field, index) => {
    const name = labels[index] ?? field.key
    const double = labels.filter((other) => other === name).length > 1 && field.path.length > 1
    return {
      ...field,
      label: double ? `${label(field.path.slice(0, -1).join('.'))}: ${name.toLowerCase()}` : name,
      width: widthOf(field),
      figure: ['money', 'decimal', 'number'].includes(field.kind),
      sort: sorts.find((sort) => sorted(field, fields, sort)),
    }
  })
}

function widthOf({ key, kind }: Field): number {
  const name = key.split('.').at(-1) ?? key
  if (/^(number|code|currency)$/.test(name)) return 136
  if (/status|state/.test(name)) return 112
  if (/sentence|detail/.test(name)) return 420
  if (/name|title|email|description|label/.test(name)) return 220
  return WIDTHS[kind] ?? 150
}

/** What the list can be sorted by: `date`, without the signs. */
function sortsOf(list: Operation): string[] {
  const said = list.input.properties?.sort?.enum ?? []
  return [...new Set(said.map((sort) => String(sort).replace(/^-/, '')))]
}

/** Whether a sort's name is this field's, or the general word for it. */
function sorted(field: Field, all: Field[], sort: string): boolean {
  if (field.key === sort || field.path.at(-1) === sort) return true
  // names.md: `amount` is what a document comes to
  const amounts = all.filter(({ kind }) => kind === 'money')
  const total = amounts.find(({ path }) => path.at(-1) === 'gross') ?? amounts[0]
  return sort === 'amount' && field === total && !all.some(({ path }) => path.at(-1) === 'amount')
}

/**
 * Columns that are shown unless told: what a row is called, whose it is, its state and dates, and the last sums, which are
 * what it comes to and what is left. Notes and the parts of a sum come in where there is room.
 */
export function shownOf(columns: Column[], most = 8): Column[] {
  const plain = columns.filter(({ kind, schema }) => kind !== 'object' && schema.format !== 'uuid' && !schema['x-custom'])
  const sums = plain.filter(({ kind }) => kind === 'money').slice(0, -2)
  const notes = plain.slice(1).filter(({ kind, path }) => kind === 'text' && !/name|title|email|sentence|operation|code|status/.test(path.at(-1) ?? ''))
  const spare = [...notes.reverse(), ...sums]
  const out = new Set(spare.slice(0, Math.max(0, plain.length - most)))
  return plain.filter((column) => !out.has(column)).slice(0, most)
}
