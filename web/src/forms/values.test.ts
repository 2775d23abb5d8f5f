import { describe, expect, it } from 'vitest'
import type { Schema } from '@/catalogue/schema'
import { changes, filled, merge, namesIn, same, startFrom } from './values'

const input: Schema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    version: { type: 'integer' },
    name: { type: 'string', minLength: 1 },
    email: { type: 'string', maxLength: 200 },
    owner: { type: 'string', 'x-ref': 'a.people' },
    limit: { type: 'string', format: 'decimal', pattern: '^([0-9]+(\\.[0-9]+)?)?$' },
    lines: { type: 'array', items: { type: 'object', properties: { what: { type: 'string' }, who: { type: 'string', 'x-ref': 'a.people' } } } },
    custom: { type: 'object', 'x-custom': 'a.things', properties: { since: { anyOf: [{ type: 'string', format: 'date' }, { const: '' }] }, region: { anyOf: [{ type: 'string', enum: ['n', 's'] }, { const: '' }] } } },
  },
}
const row = {
  id: '1', version: 3, name: 'A', email: 'a@x', owner: { id: 'p1', number: 'P-1', name: 'Pia' }, limit: { amount: '5.00', currency: 'EUR' },
  lines: [{ what: 'x', who: { id: 'p2', name: 'Tom' }, net: 5 }], custom: { since: '2020-01-01', region: 'n' }, other: 1,
}

describe('a form that changes a record', () => {
  it('starts from what the record says, in the shape that is sent', () => {
    expect(startFrom(input, row)).toEqual({
      id: '1', version: 3, name: 'A', email: 'a@x', owner: 'p1', limit: '5.00', lines: [{ what: 'x', who: 'p2' }], custom: { since: '2020-01-01', region: 'n' },
    })
    expect(namesIn(input, row)).toEqual([['a.people', 'p1', 'P-1 · Pia'], ['a.people', 'p2', 'Tom']])
  })
  it('says only what differs', () => {
    const base = startFrom(input, row)
    expect(changes(input, base, { ...base })).toEqual({})
    expect(changes(input, base, { ...base, name: 'B', lines: [...(base.lines as object[]), {}] })).toEqual({ name: 'B' })
    expect(changes(input, base, { ...base, custom: { since: '2020-01-01', region: 's' } })).toEqual({ custom: { region: 's' } })
  })
  it('says what was emptied, where the schema takes that', () => {
    const base = startFrom(input, row)
    expect(changes(input, base, { ...base, email: undefined, limit: undefined, lines: [], name: undefined, custom: { region: 'n' } }))
      .toEqual({ email: '', limit: '', lines: [], custom: { since: '' } })
  })
})

describe('two who change the same record', () => {
  const base = { a: '1', b: '1', c: '1', d: '1' }
  it('keep what only one of them changed, and decide the rest', () => {
    const { values, taken, conflicts } = merge(['a', 'b', 'c', 'd'], base, { ...base, a: 'mine', c: 'mine', d: 'both' }, { ...base, b: 'theirs', c: 'theirs', d: 'both' })
    expect(values).toEqual({ a: 'mine', b: 'theirs', c: 'mine', d: 'both' })
    expect(taken).toEqual(['b'])
    expect(conflicts).toEqual([{ name: 'c', base: '1', mine: 'mine', theirs: 'theirs' }])
  })
})

it('leaves out what is empty', () => {
  expect(filled({ a: '', b: undefined, c: [{}, { d: '' }], e: { f: null }, g: false, h: [{ i: '1', j: '' }] })).toEqual({ g: false, h: [{ i: '1' }] })
  expect(same([], undefined)).toBe(true)
  expect(same({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
})
