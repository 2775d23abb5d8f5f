import { describe, expect, it } from 'vitest'
import { negated, share, sum } from './exact'

describe('sums', () => {
  it('are exact where floats are not', () => {
    expect(sum(['0.10', '0.20'])).toBe('0.30')
    expect(sum(['9007199254740993.01', '0.01'])).toBe('9007199254740993.02')
  })
  it('take signs, and the longest of the digits', () => {
    expect(sum(['-5', '0.125', '2.5'])).toBe('-2.375')
    expect(sum([])).toBe('0')
  })
  it('turn round', () => {
    expect(negated('12.00')).toBe('-12.00')
    expect(negated('-12.00')).toBe('12.00')
    expect(negated('0.00')).toBe('0.00')
  })
  it('are parts of a whole', () => {
    expect(share('25', '100')).toBe(0.25)
    expect(share('25', '0')).toBe(0)
  })
})
