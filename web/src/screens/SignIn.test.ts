import { expect, it } from 'vitest'
import { within } from './SignIn'

it('goes on only to addresses of its own', () => {
  expect(within('/accounting/invoices?overdue=true')).toBe('/accounting/invoices?overdue=true')
  for (const foreign of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', undefined]) {
    expect(within(foreign)).toBe('/')
  }
})
