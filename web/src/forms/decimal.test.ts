import { describe, expect, it } from 'vitest'
import { lineNet, marksOf, parseDecimal, showDecimal } from './decimal'

const en = { group: ',', point: '.' }
const de = { group: '.', point: ',' }

describe('figures as people type them', () => {
  it.each([
    ['1,234.50', '1234.50'],
    ['1.234,50', '1234.50'],
    ['1 234,50', '1234.50'],
    ["1'234.50", '1234.50'],
    ['1.234.567', '1234567'],
    ['1,234,567.8', '1234567.8'],
    ['12,5', '12.5'],
    ['12.50', '12.50'],
    ['0,125', '0.125'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['-5', '-5'],
    ['−5', '-5'],
    ['(5.00)', '-5.00'],
    ['-0', '0'],
    ['€ 12', '12'],
    ['12 EUR', '12'],
    ['9007199254740993.01', '9007199254740993.01'],
  ])('%s is %s in every language', (typed, value) => {
    expect(parseDecimal(typed, en)).toBe(value)
    expect(parseDecimal(typed, de)).toBe(value)
  })
  it('leave one mark before three digits to the language', () => {
    expect(parseDecimal('1.234', en)).toBe('1.234')
    expect(parseDecimal('1.234', de)).toBe('1234')
    expect(parseDecimal('1,234', en)).toBe('1234')
    expect(parseDecimal('1,234', de)).toBe('1.234')
  })
  it.each(['', 'x', '1,23,456', '1.2.3', '1,2,3.4', '1.234,5.6', '--5', '12a', '.', ','])('%s is none', (typed) => {
    expect(parseDecimal(typed, en)).toBeUndefined()
  })
  it('come back as they were from how they are shown', () => {
    for (const locale of ['en-GB', 'de-AT', 'de-CH', 'fr-FR', 'en-IN']) {
      for (const value of ['1234.5', '1.234', '1234567.891', '-0.05', '12', '1234']) {
        const shown = showDecimal(value, locale)
        // lakhs are grouped in twos: those are typed without marks
        if (locale === 'en-IN' && value.length > 8) continue
        expect(parseDecimal(shown, marksOf(locale)), `${locale} ${shown}`).toBe(value)
      }
    }
  })
})

describe('what a line comes to', () => {
  it('is exact, and rounds halves away from zero', () => {
    expect(lineNet('3', '1234.50', undefined)).toBe('3703.50')
    expect(lineNet('0.1', '0.2', '')).toBe('0.02')
    expect(lineNet('1', '0.125', '0')).toBe('0.13')
    expect(lineNet('-1', '0.125', '0')).toBe('-0.13')
    expect(lineNet('9007199254740993', '0.01', undefined)).toBe('90071992547409.93')
  })
  it('takes the discount off', () => {
    expect(lineNet('2', '50', '12.5')).toBe('87.50')
    expect(lineNet('2', '50', '100')).toBe('0.00')
  })
  it('is nothing while something is missing', () => {
    expect(lineNet('2', undefined, '0')).toBeUndefined()
    expect(lineNet('2', '5x', '0')).toBeUndefined()
  })
})
