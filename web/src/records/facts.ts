/** A record, taken apart for people: its facts, its tables, its sums, and what is kept from them. */
import type { Catalogue, Entity, Operation } from '@/catalogue/catalogue'
import { rowOf } from '@/catalogue/catalogue'
import type { Field, Schema } from '@/catalogue/schema'
import { fieldsOf, isMoneyValue, kindOf, valueAt } from '@/catalogue/schema'
import { label } from '@/catalogue/words'
import { sum } from '@/ui/exact'
import type { Money } from '@/api/types'
import type { Row } from './record'
import { schemaOf } from './record'

export interface Fact {
  key: string
  name: string
  schema: Schema
  value: unknown
  /** Not for this person to see. */
  hidden: boolean
}

export interface Part {
  key: string
  name: string
  columns: { key: string; name: string; schema: Schema }[]
  rows: Row[]
  /** Sums of columns of money, where one currency is all there is. */
  sums: Record<string, Money>
}

export interface Facts {
  facts: Fact[]
  parts: Part[]
  totals: Fact[]
  stamps: Fact[]
}

/** In the head, or of no use to people. */
const SILENT = new Set(['id', 'version', 'number', 'code', 'status', 'name', 'label', 'title'])
const STAMPS = new Set(['created_at', 'updated_at'])

const empty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** A rate or a discount that no line has. */
const isZero = (schema: Schema, value: unknown) => kindOf(schema) === 'decimal' && /^-?0*(\.0*)?$/.test(String(value))

export function factsOf(schema: Schema, given: Row): Facts {
  const row = joined(given)
  const all: Facts = { facts: [], parts: [], totals: [], stamps: [] }
  const withLines = Object.values(schema.properties ?? {}).some((property) => kindOf(property) === 'lines')
  for (const field of fieldsOf(schema)) {
    if (SILENT.has(field.key)) continue
    const value = valueAt(row, field.path)
    const hidden = Boolean(field.schema['x-mask']) && value === undefined && (schema.properties?.[field.path[0] ?? ''] !== undefined)
    if (field.kind === 'lines' && !hidden) {
      if (!empty(value)) all.parts.push(partOf(field, value as Row[]))
      continue
    }
    if (empty(value) && !hidden) continue
    const fact = { key: field.key, name: nameOf(field), schema: field.schema, value, hidden }
    if (STAMPS.has(field.key)) all.stamps.push(fact)
    else if (withLines && field.path[0] === 'totals') all.totals.push(fact)
    else all.facts.push(fact)
  }
  return all
}

/** `source`, `source_id` and `source_number` together name one record: shown as one. */
export function joined(row: Row): Row {
  const result = { ...row }
  for (const [name, type] of Object.entries(row)) {
    const id = row[`${name}_id`]
    if (typeof type !== 'string' || typeof id !== 'string' || !/^[a-z_]+\.[a-z_]+$/.test(type)) continue
    const number = row[`${name}_number`]
    result[name] = { type, id, label: typeof number === 'string' ? number : id.slice(0, 8) }
    delete result[`${name}_id`]
    delete result[`${name}_number`]
  }
  return result
}

function nameOf(field: Field): string {
  return field.schema.title && field.path[0] === 'custom' ? field.schema.title : label(field.key)
}

export function partOf(field: Field, rows: Row[]): Part {
  const columns = Object.entries(field.schema.items?.properties ?? {})
    .filter(([key, schema]) => key !== 'id' && rows.some((row) => !empty(row[key]) && !isZero(schema, row[key])))
    .map(([key, schema]) => ({ key, name: label(key), schema }))
  return { key: field.key, name: nameOf(field), columns, rows, sums: sumsOf(columns.map(({ key }) => key), rows) }
}

/** Only what is money in every row that has it, in one currency, and in more than one row. */
function sumsOf(keys: string[], rows: Row[]): Record<string, Money> {
  const sums: Record<string, Money> = {}
  for (const key of keys) {
    const values = rows.map((row) => row[key]).filter((value) => !empty(value))
    const amounts = values.filter(isMoneyValue)
    const [first] = amounts
    if (!first || rows.length < 2 || amounts.length !== values.length) continue
    if (amounts.some(({ currency }) => currency !== first.currency)) continue
    sums[key] = { amount: sum(amounts.map(({ amount }) => amount)), currency: first.currency }
  }
  return sums
}

/**
 * Fields of an answer name records even where the server does not say of which kind: an argument of the same entity
 * with the same name does.
 */
export function withRefs(schema: Schema, entity: Entity): Schema {
  const known = new Map<string, string>()
  const learn = (from: Schema | undefined) => {
    for (const [name, property] of Object.entries(from?.properties ?? {})) {
      const ref = property['x-ref'] ?? property.items?.['x-ref']
      if (ref && ref !== '*' && !known.has(name)) known.set(name, ref)
      learn(property.items)
    }
  }
  for (const operation of entity.operations) learn(operation.input)
  known.delete('id')
  const mark = (at: Schema): Schema => ({
    ...at,
    properties: at.properties && Object.fromEntries(Object.entries(at.properties).map(([name, property]) => [name, markOne(name, property)])),
  })
  const markOne = (name: string, property: Schema): Schema => {
    if (property.items?.properties) return { ...property, items: mark(property.items) }
    const ref = known.get(name)
    return ref && !property['x-ref'] ? { ...property, 'x-ref': ref } : property
  }
  return mark(schema)
}

/**
 * Lists of what names this record: first those whose rows say so themselves, then those that name it somewhere within. What
 * the record lists itself is not listed again.
 */
export function relatedOf(catalogue: Catalogue, entity: Entity) {
  const within = ({ operation, field }: { operation: Operation; field: string }) => Number(!rowOf(operation).properties?.[field])
  return catalogue
    .related(entity)
    .filter(({ operation }) => operation.entity !== entity.name && !schemaOf(entity).properties?.[operation.plural])
    .sort((one, other) => within(one) - within(other))
}
