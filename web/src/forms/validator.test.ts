import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/http'
import type { Schema } from '@/catalogue/schema'
import { place } from './errors'
import { check, validator } from './validator'

const schema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['customer', 'lines'],
  properties: {
    customer: { type: 'string', minLength: 1, 'x-ref': 'a.parties' },
    date: { type: 'string', format: 'date', pattern: '^(19|2[0-9])[0-9]{2}-' },
    memo: { type: 'string', maxLength: 5 },
    kind: { type: 'string', enum: ['a', 'b'] },
    custom: { type: 'object', properties: { since: { anyOf: [{ type: 'string', format: 'date' }, { const: '' }] } } },
    lines: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['what', 'price'], properties: { what: { type: 'string' }, price: { type: 'string', format: 'decimal', pattern: '^-?[0-9]{1,12}(\\.[0-9]{1,6})?$' } } },
    },
  },
}
const good = { customer: 'A', lines: [{ what: 'x', price: '1.5' }] }

describe('what is wrong', () => {
  it('is nothing where nothing is', () => {
    expect(check(schema, good)).toEqual({})
    expect(check(schema, { ...good, custom: { since: '' } })).toEqual({})
    expect(check(schema, { ...good, custom: { since: '2026-01-01' } })).toEqual({})
  })
  it('stands at the value, in words', () => {
    expect(check(schema, {})).toEqual({ '/customer': 'Needs a value', '/lines': 'Needs at least one line' })
    expect(check(schema, { ...good, lines: [] })).toEqual({ '/lines': 'Needs at least one line' })
    expect(check(schema, { ...good, lines: [{ what: 'x' }, { price: '1x', what: 'y' }] })).toEqual({ '/lines/0/price': 'Needs a value', '/lines/1/price': 'Not a number' })
    expect(check(schema, { ...good, lines: [{ what: 'x', price: '1.1234567' }] })).toEqual({ '/lines/0/price': 'At most 6 digits after the point' })
    expect(check(schema, { ...good, memo: '123456', kind: 'c' })).toEqual({ '/memo': 'At most 5 characters; this has 6', '/kind': 'Not one of the choices' })
    expect(check(schema, { ...good, date: 'soon' })).toEqual({ '/date': 'Not a day: write 2026-11-30, today or +30' })
    expect(check(schema, { ...good, custom: { since: 'soon' } })).toEqual({ '/custom/since': 'Not a day: write 2026-11-30, today or +30' })
  })
  it('is told to RJSF without compiling anything', () => {
    expect(validator.isValid(schema as never, good, schema as never)).toBe(true)
    expect(validator.isValid(schema as never, {}, schema as never)).toBe(false)
    expect(validator.rawValidation(schema as never, {}).errors).toHaveLength(2)
  })
})

describe('a refusal', () => {
  const problem = (body: object) => new Problem(422, { type: '', title: 'Invalid', status: 422, detail: 'no', code: 'invalid_input', retryable: false, fix: '', ...body })
  it('stands at its fields, with who may have been meant', () => {
    const candidates = [{ id: '1', label: 'P-1 A' }]
    expect(place(problem({ errors: [{ pointer: '/customer', detail: 'No party is called "X".' }], candidates }), schema)).toEqual({
      errors: { '/customer': 'No party is called "X".' }, candidates: { '/customer': candidates }, whole: true,
    })
  })
  it('says a missing property at that property', () => {
    expect(place(problem({ errors: [{ pointer: '/lines/0', detail: '"price" is a required property' }] }), schema).errors).toEqual({ '/lines/0/price': 'Needs a value' })
  })
  it('is told besides where the form has no such field, or another call is meant', () => {
    expect(place(problem({ errors: [{ pointer: '/nowhere', detail: 'x' }] }), schema)).toEqual({ errors: {}, candidates: {}, whole: false })
    expect(place(problem({ step: 1, errors: [{ pointer: '/date', detail: 'x' }] }), schema).whole).toBe(false)
    expect(place(problem({}), schema).whole).toBe(false)
  })
})
