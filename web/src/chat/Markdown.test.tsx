import { MantineProvider } from '@mantine/core'
import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { Markdown, allowed } from './Markdown'

async function shown(text: string): Promise<HTMLElement> {
  const root = createRootRoute({ component: () => <MantineProvider><main><Markdown text={text} /></main></MantineProvider> })
  const router = createRouter({ routeTree: root, history: createMemoryHistory() })
  const { findByRole } = render(<RouterProvider router={router as never} />)
  return findByRole('main')
}

describe('markdown of the agent', () => {
  it('has no HTML in it', async () => {
    const main = await shown('Hi <script>alert(1)</script> <img src=x onerror="alert(1)"> <b onclick=x>bold</b>\n\n<iframe src="//evil"></iframe>')
    expect(main.querySelector('script, img, b, iframe, [onerror], [onclick]')).toBeNull()
    expect(main.textContent).toContain('<script>')
  })

  it('shows a remote image as text', async () => {
    const main = await shown('![a **cat**](https://evil.example/x.png) ![](//evil.example/y)')
    expect(main.querySelector('img')).toBeNull()
    expect(main.textContent).toContain('[image: a cat]')
    expect(main.innerHTML).not.toContain('evil.example')
  })

  it('links to nothing that runs', async () => {
    const main = await shown('[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](//evil.example)')
    expect(main.querySelectorAll('a')).toHaveLength(0)
    expect(allowed('java\nscript:alert(1)')).toBe('')
    expect(allowed('/\\evil.example')).toBe('')
    expect(allowed('/api/v1/auth/logout')).toBe('')
  })

  it('leads to our pages by the router, and elsewhere without a way back', async () => {
    const main = await shown('[own](/accounting/invoices?overdue=true) [other](https://example.org/)')
    const [own, other] = main.querySelectorAll('a')
    expect(own?.getAttribute('href')).toContain('/accounting/invoices?overdue=')
    expect(own?.target).toBe('')
    expect(other?.rel).toContain('noopener')
    expect(other?.target).toBe('_blank')
  })

  it('makes the place where an approval waits a link', async () => {
    const main = await shown('It waits at /api/v1/approvals/01a205cb-46d7-73ae-8ffb-a22df0f7eda5.')
    expect(main.querySelector('a')?.getAttribute('href')).toBe('/approvals/01a205cb-46d7-73ae-8ffb-a22df0f7eda5')
  })

  it('draws tables, and keeps the line below one out of it', async () => {
    const main = await shown('| a | b |\n| - | - |\n| 1 | 2 |\n1 of 9 shown.')
    expect(main.querySelectorAll('tbody tr')).toHaveLength(1)
    expect(main.textContent).toContain('1 of 9 shown.')
  })
})
