import { Validator } from '@cfworker/json-schema'
import type { Schema as JsonSchema } from '@cfworker/json-schema'
import type { Schema } from '@/catalogue/schema'

interface Options {
  /** What is required may be missing: it is asked for later. */
  partial?: boolean
  /** Only the names count; the form says what is wrong with a value. */
  namesOnly?: boolean
}

/** Why arguments do not fit a schema, or nothing. */
export function misfits(schema: Schema, value: unknown, options: Options = {}): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The arguments are no object.'
  const known = Object.keys(schema.properties ?? {})
  const unknown = Object.keys(value).filter((name) => !known.includes(name))
  if (unknown.length > 0) return `There is no argument ${unknown.join(', ')}${known.length > 0 ? ` (known: ${known.join(', ')})` : ''}.`
  if (options.namesOnly) return undefined
  const asked = options.partial ? { ...schema, required: [] } : schema
  const { valid, errors } = new Validator(asked as JsonSchema, '2020-12', false).validate(value)
  if (valid) return undefined
  // the innermost says most
  const worst = [...errors].sort((a, b) => b.instanceLocation.length - a.instanceLocation.length)[0]
  const at = worst?.instanceLocation.replace(/^#\/?/, '')
  return `${at ? `${at}: ` : ''}${worst?.error ?? 'The arguments do not fit.'}`
}
