import type { Money, RecordRef } from '@/api/types'

/** The part of JSON Schema that the catalogue's schemas use, and our marks in them. */
export interface Schema {
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  pattern?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  oneOf?: Schema[]
  anyOf?: Schema[]
  additionalProperties?: boolean | Schema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  /** Names a record of this entity; `*` any. */
  'x-ref'?: string
  /** Any record, as `{type, id, label}`. */
  'x-record'?: boolean
  /** Hidden from people without this right. */
  'x-mask'?: string
  /** Fields that the organisation has added to this entity. */
  'x-custom'?: string
  /** A file, as base64. */
  'x-upload'?: boolean
  /** Never repeated by the server. */
  'x-secret'?: boolean
}

/** The type without null. */
export function typeOf(schema: Schema): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return types.find((type) => type !== 'null')
}

/** What a value is to people; pages render and edit by this alone. */
export type Kind =
  | 'text'
  | 'number'
  | 'decimal'
  | 'money'
  | 'date'
  | 'datetime'
  | 'boolean'
  | 'choice'
  | 'reference'
  | 'record'
  | 'file'
  | 'lines'
  | 'list'
  | 'object'

export function kindOf(schema: Schema): Kind {
  if (schema['x-upload']) return 'file'
  if (schema['x-record']) return 'record'
  if (schema['x-ref']) return 'reference'
  switch (typeOf(schema)) {
    case 'boolean':
      return 'boolean'
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return schema.items && typeOf(schema.items) === 'object' ? 'lines' : 'list'
    case 'object':
      return isMoney(schema) ? 'money' : isRecord(schema) ? 'record' : 'object'
  }
  if (schema.enum) return 'choice'
  switch (schema.format) {
    case 'date':
      return 'date'
    case 'date-time':
      return 'datetime'
    case 'decimal':
      return 'decimal'
  }
  return 'text'
}

function hasAll(schema: Schema, names: string[]): boolean {
  const properties = Object.keys(schema.properties ?? {})
  return properties.length === names.length && names.every((name) => properties.includes(name))
}

const isMoney = (schema: Schema) => hasAll(schema, ['amount', 'currency'])
const isRecord = (schema: Schema) => hasAll(schema, ['type', 'id', 'label'])

export function isMoneyValue(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value
}

export function isRecordValue(value: unknown): value is RecordRef {
  return typeof value === 'object' && value !== null && 'type' in value && 'id' in value && 'label' in value
}

/** A field somewhere in an object: `totals.gross`. */
export interface Field {
  path: string[]
  /** The path with dots: names it in addresses. */
  key: string
  schema: Schema
  kind: Kind
}

/** The fields of an object, those of plain nested objects (totals) among them. */
export function fieldsOf(schema: Schema, path: string[] = []): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const here = [...path, name]
    const kind = namesRecord(property) ? 'reference' : kindOf(property)
    if (kind === 'object' && property.properties && Object.keys(property.properties).length > 0) {
      return fieldsOf(property, here)
    }
    return [{ path: here, key: here.join('.'), schema: property, kind }]
  })
}

/** `{id, number?, name?}`: names a record even where no entity is said. */
function namesRecord(schema: Schema): boolean {
  if (typeOf(schema) !== 'object') return false
  const names = Object.keys(schema.properties ?? {})
  return names.includes('id') && names.length <= 4 && (names.includes('name') || names.includes('number') || names.includes('label'))
}

export function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value)
}
