import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import type { Schema } from '@/catalogue/schema'
import { FormContext } from './context'
import { LineEditor } from './LineEditor'
import type { Values } from './values'

const schema: Schema = {
  type: 'array',
  items: { type: 'object', required: ['what'], properties: { id: { type: 'string' }, what: { type: 'string', maxLength: 100 }, price: { type: 'string', format: 'decimal' } } },
}

function show(start: Values[], errors: Record<string, string> = {}) {
  const seen: { lines: Values[] } = { lines: start }
  function Host() {
    const [lines, setLines] = useState(start)
    seen.lines = lines
    return <LineEditor name="lines" pointer="/lines" schema={schema} value={lines} required onChange={setLines} />
  }
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <FormContext value={{ errors, candidates: {}, whole: true, currencies: {}, names: new Map(), prefix: 'f', choose: () => undefined, named: () => undefined }}>
          <Host />
        </FormContext>
      </QueryClientProvider>
    </MantineProvider>,
  )
  return seen
}
const cell = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })

it('is typed in without the mouse: Tab along, Enter for the next line', async () => {
  const user = userEvent.setup()
  const seen = show([])
  await user.click(cell('What, line 1'))
  await user.keyboard('Paper{Tab}1,5{Enter}')
  await waitFor(() => expect(document.activeElement).toBe(cell('What, line 2')))
  await user.keyboard('Ink')
  expect(seen.lines).toEqual([{ what: 'Paper', price: '1.5' }, { what: 'Ink' }])
})

it('goes down with Enter where a line is below, and adds none', async () => {
  const user = userEvent.setup()
  const seen = show([{ what: 'a' }, { what: 'b' }])
  await user.click(cell('Price, line 1'))
  await user.keyboard('{Enter}')
  await waitFor(() => expect(document.activeElement).toBe(cell('Price, line 2')))
  expect(seen.lines).toHaveLength(2)
})

it('repeats a line with Ctrl+D, as a line of its own', async () => {
  const user = userEvent.setup()
  const seen = show([{ id: '7', what: 'a', price: '2' }, { what: 'b' }])
  await user.click(cell('Price, line 1'))
  await user.keyboard('{Control>}d{/Control}')
  expect(seen.lines).toEqual([{ id: '7', what: 'a', price: '2' }, { what: 'a', price: '2' }, { what: 'b' }])
  await waitFor(() => expect(document.activeElement).toBe(cell('Price, line 2')))
})

it('removes the right line, and what was typed in the others stays', async () => {
  const user = userEvent.setup()
  const seen = show([{ what: 'a' }, { what: 'b' }, { what: 'c' }])
  await user.click(screen.getByRole('button', { name: 'Remove line 2' }))
  expect(seen.lines.map(({ what }) => what)).toEqual(['a', 'c'])
  expect(cell('What, line 2').value).toBe('c')
})

it('shows what is wrong in the cell that is wrong', () => {
  show([{ what: 'a', price: 'x' }], { '/lines/0/price': 'Not a number' })
  expect(cell('Price, line 1').getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByText('Not a number').closest('td')?.dataset.wrong).toBe('true')
})
