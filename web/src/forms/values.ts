/** The values of a form: from a record, to arguments, and what differs. */
import { labelOf } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { isMoneyValue, kindOf } from '@/catalogue/schema'
import { plain, takesEmpty } from './plain'

export type Values = Record<string, unknown>

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Without what is empty: fields nobody filled in, and lines nobody began. */
export function pruned(value: unknown): unknown {
  if (value === '' || value === null || value === undefined) return undefined
  if (Array.isArray(value)) {
    const kept = value.map(pruned).filter((item) => item !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([name, one]) => {
    const left = pruned(one)
    return left === undefined ? [] : [[name, left] as const]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

export const filled = (values: Values): Values => (pruned(values) ?? {}) as Values

/** Equal as values, whatever the order of names; empty is empty in every form. */
export function same(a: unknown, b: unknown): boolean {
  return canon(pruned(a)) === canon(pruned(b))
}

function canon(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one) ?? ''
}

/** A record as the values of a form that changes it. */
export function startFrom(input: Schema, row: Values): Values {
  const values: Values = {}
  for (const [name, schema] of Object.entries(input.properties ?? {})) {
    const value = asInput(plain(schema), row[name])
    if (value !== undefined) values[name] = value
  }
  return values
}

function asInput(schema: Schema, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return undefined
  switch (kindOf(schema)) {
    case 'reference':
      return isObject(value) ? (value.id ?? value.number) : value
    case 'decimal':
      return isMoneyValue(value) ? value.amount : value
    case 'lines':
      return Array.isArray(value) ? value.filter(isObject).map((item) => startFrom(plain(schema.items ?? {}), item)) : undefined
    case 'object':
      return isObject(value) && schema.properties ? startFrom(schema, value) : value
    default:
      return value
  }
}

/** What pickers should show for the records that a row names: `[entity, id, label]`. */
export function namesIn(input: Schema, row: Values): [string, string, string][] {
  return Object.entries(input.properties ?? {}).flatMap(([name, schema]): [string, string, string][] => {
    const it = plain(schema)
    const value = row[name]
    if (it['x-ref'] && isObject(value) && typeof value.id === 'string') return [[it['x-ref'], value.id, labelOf(value)]]
    if (kindOf(it) === 'lines' && Array.isArray(value)) return value.filter(isObject).flatMap((item) => namesIn(plain(it.items ?? {}), item))
    return []
  })
}

/** The currency of what a row has as money. */
export function currenciesIn(row: Values | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(row ?? {}).flatMap(([name, value]) => (isMoneyValue(value) ? [[name, value.currency]] : [])))
}

/** Only what an update has to say. What was emptied is said as empty, where the schema takes that. */
export function changes(input: Schema, base: Values, now: Values): Values {
  const said: Values = {}
  for (const [name, schema] of Object.entries(input.properties ?? {})) {
    if (name === 'id' || name === 'version' || same(base[name], now[name])) continue
    const it = plain(schema)
    const left = pruned(now[name])
    if (kindOf(it) === 'object' && it.properties) said[name] = changes(it, (base[name] ?? {}) as Values, (now[name] ?? {}) as Values)
    else if (left !== undefined) said[name] = left
    else if (kindOf(it) === 'lines' || kindOf(it) === 'list') said[name] = []
    else if (takesEmpty(schema)) said[name] = ''
  }
  return said
}

/** A field that both changed, differently. */
export interface Conflict {
  name: string
  base: unknown
  mine: unknown
  theirs: unknown
}

/** Two changes of one record: what only one side changed is taken, the rest is to be decided. */
export function merge(names: string[], base: Values, mine: Values, theirs: Values): { values: Values; conflicts: Conflict[]; taken: string[] } {
  const values: Values = { ...mine }
  const conflicts: Conflict[] = []
  const taken: string[] = []
  for (const name of names) {
    if (same(base[name], theirs[name]) || same(mine[name], theirs[name])) continue
    if (same(base[name], mine[name])) {
      values[name] = theirs[name]
      taken.push(name)
    } else conflicts.push({ name, base: base[name], mine: mine[name], theirs: theirs[name] })
  }
  return { values, conflicts, taken }
}
