import { expect, it } from 'vitest'
import { parseDay } from './days'

const today = '2026-02-10'

it.each([
  ['2026-11-30', '2026-11-30'],
  ['today', '2026-02-10'],
  ['Tomorrow', '2026-02-11'],
  ['+30', '2026-03-12'],
  ['-10', '2026-01-31'],
  ['eom', '2026-02-28'],
  ['5', '2026-02-05'],
  ['30.11.', '2026-11-30'],
  ['30.11', '2026-11-30'],
  ['1.3.27', '2027-03-01'],
  ['30/11/2026', '2026-11-30'],
])('%s is %s where the day comes first', (typed, day) => {
  expect(parseDay(typed, today, true)).toBe(day)
})

it('reads slashes by language, and points never', () => {
  expect(parseDay('11/30/26', today, false)).toBe('2026-11-30')
  expect(parseDay('3/4', today, false)).toBe('2026-03-04')
  expect(parseDay('3/4', today, true)).toBe('2026-04-03')
  expect(parseDay('3.4.', today, false)).toBe('2026-04-03')
})

it.each(['', 'soon', '31.2.2026', '2026-13-01', '99', '30/11/2026/1'])('%s is no day', (typed) => {
  expect(parseDay(typed, today, true)).toBeUndefined()
})
