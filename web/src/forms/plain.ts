/** The schema behind what schemas wrap around it. */
import type { Schema } from '@/catalogue/schema'
import { kindOf, typeOf } from '@/catalogue/schema'
import { words } from '@/catalogue/words'

/** `X or nothing` and `X or ""` as X: fields that can be emptied say so in this way. */
export function plain(schema: Schema): Schema {
  const branches = schema.anyOf ?? schema.oneOf
  if (!branches) return schema
  const real = branches.filter((branch) => branch.const !== '' && branch.type !== 'null' && !emptyOnly(branch))
  const [only] = real
  if (!only || real.length > 1) return schema
  const { anyOf: _anyOf, oneOf: _oneOf, ...rest } = schema
  return { ...only, ...rest }
}

const emptyOnly = (schema: Schema) => schema.enum?.length === 1 && schema.enum[0] === ''

/** Whether an empty text is an answer: it removes what was there. */
export function takesEmpty(schema: Schema): boolean {
  if (schema.anyOf?.some((branch) => branch.const === '' || emptyOnly(branch))) return true
  if (schema.pattern) return new RegExp(schema.pattern, 'u').test('')
  return typeOf(schema) === 'string' && !schema.enum && !schema.format && (schema.minLength ?? 0) === 0
}

/** A field's value can only be seen as a whole line of its own. */
export function isWide(schema: Schema): boolean {
  const it = plain(schema)
  const kind = kindOf(it)
  return ['lines', 'object', 'file'].includes(kind) || isLong(it)
}

/** Text of several lines. */
export function isLong(schema: Schema): boolean {
  return kindOf(schema) === 'text' && (schema.maxLength ?? 0) > 300 && !isSecret(schema)
}

export function isSecret(schema: Schema): boolean {
  return schema['x-secret'] === true || schema.format === 'password'
}

/** The schema without these properties: an address says the record, a read its version. */
export function without(schema: Schema, names: string[]): Schema {
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name)))
  return { ...schema, properties, required: schema.required?.filter((name) => !names.includes(name)) }
}

/** What a field is called. */
export function titleOf(name: string, schema: Schema): string {
  return schema.title ?? (schema['x-custom'] ? 'Own fields' : words(name))
}
