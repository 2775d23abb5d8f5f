/**
 * Checks values before they are sent. RJSF's usual validator compiles code, which the policy of the pages forbids; this
 * one interprets the schema. The server checks everything again.
 */
import { Validator } from '@cfworker/json-schema'
import type { OutputUnit, Schema as AnySchema } from '@cfworker/json-schema'
import type { RJSFSchema, RJSFValidationError, ValidatorType } from '@rjsf/utils'
import type { Schema } from '@/catalogue/schema'
import { kindOf, typeOf } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { plain } from './plain'

/** What is wrong, by JSON pointer. */
export type Errors = Record<string, string>

/** Keywords that only say that something below them is wrong. */
const WRAPPERS = new Set(['properties', 'items', 'allOf', 'anyOf', 'oneOf', '$ref', 'false', 'prefixItems', 'if', 'then'])

const unescape = (part: string) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
const partsOf = (pointer: string) => pointer.replace(/^#/, '').split('/').slice(1).map(unescape)

/** The schema of a place in the values. */
export function schemaAt(schema: Schema, parts: string[]): Schema {
  return parts.reduce<Schema>((at, part) => {
    const here = plain(at)
    return here.properties?.[part] ?? (/^\d+$/.test(part) ? here.items : undefined) ?? {}
  }, schema)
}

/** The first thing wrong with each value, in words. */
export function check(schema: Schema, values: unknown): Errors {
  const { errors } = new Validator(schema as AnySchema, '2020-12', false).validate(values)
  const found: Errors = {}
  for (const unit of errors) {
    if (WRAPPERS.has(unit.keyword) || /\/(anyOf|oneOf)\/[1-9]/.test(unit.keywordLocation)) continue
    const [pointer, message] = said(unit, schema, values)
    found[pointer] ??= message
  }
  return found
}

function said(unit: OutputUnit, schema: Schema, values: unknown): [string, string] {
  const pointer = unit.instanceLocation.replace(/^#/, '')
  const named = /property "([^"]+)"/.exec(unit.error)?.[1]
  if (unit.keyword === 'required' && named) {
    const below = plain(schemaAt(schema, [...partsOf(pointer), named]))
    return [`${pointer}/${named}`, kindOf(below) === 'lines' ? 'Needs at least one line' : 'Needs a value']
  }
  const parts = partsOf(pointer)
  const value = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], values)
  return [pointer, message(unit.keyword, plain(schemaAt(schema, parts)), value)]
}

function message(keyword: string, schema: Schema, value: unknown): string {
  switch (keyword) {
    case 'minItems': {
      const few = schema.minItems ?? 1
      const what = kindOf(schema) === 'lines' ? 'line' : 'value'
      return `Needs at least ${few === 1 ? `one ${what}` : `${few} ${what}s`}`
    }
    case 'maxItems':
      return `At most ${schema.maxItems}`
    case 'minLength':
      return value === '' ? 'Needs a value' : `At least ${schema.minLength} characters`
    case 'maxLength':
      return `At most ${schema.maxLength} characters; this has ${String(value).length}`
    case 'minimum':
    case 'maximum':
      return keyword === 'minimum' ? `At least ${schema.minimum}` : `At most ${schema.maximum}`
    case 'enum':
    case 'const':
      return 'Not one of the choices'
    case 'additionalProperties':
      return `${words(String(value ?? ''))} is no field of this`
    case 'pattern':
    case 'format':
    case 'type':
      return misfit(schema, value)
    default:
      return 'Does not fit'
  }
}

function misfit(schema: Schema, value: unknown): string {
  switch (kindOf(schema)) {
    case 'decimal':
    case 'number':
      return /^-?\d{0,12}\.\d{7,}$/.test(String(value)) ? 'At most 6 digits after the point' : 'Not a number'
    case 'date':
      return 'Not a day: write 2026-11-30, today or +30'
    case 'lines':
    case 'list':
      return 'Not a list'
  }
  if (schema.format === 'email') return 'Not an e-mail address'
  return typeOf(schema) === 'string' && typeof value !== 'string' ? 'Not a text' : 'Does not have the right form'
}

const listed = (errors: Errors): RJSFValidationError[] =>
  Object.entries(errors).map(([pointer, text]) => ({ property: pointer.replaceAll('/', '.'), message: text, stack: text }))

/** The same, as RJSF wants to be told. */
export const validator: ValidatorType = {
  validateFormData: (values, schema) => ({ errors: listed(check(schema as Schema, values)), errorSchema: {} }),
  isValid: (schema: RJSFSchema, values) => new Validator(schema as AnySchema, '2020-12').validate(values).valid,
  rawValidation: <Result>(schema: RJSFSchema, values: unknown) => ({ errors: listed(check(schema as Schema, values)) as Result[] }),
}
