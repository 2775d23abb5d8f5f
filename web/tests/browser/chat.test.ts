import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { accessible, as, call } from './support'

interface Invoice {
  id: string
  number?: string
  status: string
  customer: { name: string }
}

/** Opens the conversation beside the page, a new one. */
async function talk(page: Page) {
  await page.getByRole('button', { name: 'Ask Steward' }).click()
  await page.getByLabel('Message to Steward').waitFor()
  const fresh = page.getByRole('button', { name: 'New conversation' })
  if (await fresh.isEnabled()) await fresh.click()
}

async function say(page: Page, text: string) {
  await page.getByRole('button', { name: 'Send' }).waitFor()
  await page.getByLabel('Message to Steward').fill(text)
  await page.keyboard.press('Enter')
}

it('invoices by what is said, posts on a yes, and takes it back', async () => {
  const page = await as('accountant')
  await talk(page)
  await say(page, 'Invoice Nordwind Handels GmbH for 3 hours of consulting at 120, due in 30 days, and post it')
  const card = page.getByRole('region', { name: /^Proposal/ })
  await card.getByText('432.00').first().waitFor()
  await accessible(page)
  const before = await call<{ total: number }>(page, 'accounting.invoices.list', { total: true, limit: 1 })
  await card.getByRole('button', { name: 'Approve' }).click()
  await card.getByRole('button', { name: /Undo/ }).waitFor()
  const after = await call<{ total: number; items: Invoice[] }>(page, 'accounting.invoices.list', { total: true, limit: 1, q: 'Nordwind' })
  expect(after.items[0]?.status).toBe('posted')
  expect((await call<{ total: number }>(page, 'accounting.invoices.list', { total: true, limit: 1 })).total).toBe(before.total + 1)
  await card.getByRole('button', { name: /Undo/ }).click()
  await expect.poll(async () => (await call<Invoice>(page, 'accounting.invoices.get', { id: after.items[0]!.id })).status).toBe('credited')
})

it('leaves everything as it is on a no', async () => {
  const page = await as('accountant')
  await talk(page)
  const count = async () => (await call<{ total: number }>(page, 'accounting.invoices.list', { total: true, limit: 1 })).total
  const before = await count()
  await say(page, 'Invoice Nordwind Handels GmbH for 1 hour of consulting at 120')
  await page.getByRole('region', { name: /^Proposal/ }).getByRole('button', { name: 'Reject' }).click()
  await page.getByText(/reject/i).last().waitFor()
  expect(await count()).toBe(before)
})

it('shows, filters and fills in on the page, and stops at the preview', async () => {
  const page = await as('accountant')
  await talk(page)
  await say(page, 'open the overdue invoices')
  await page.waitForURL(/\/accounting\/invoices\?.*overdue=true/)
  await page.getByRole('row').nth(1).waitFor()
  const { items } = await call<{ items: Invoice[] }>(page, 'accounting.invoices.list', { overdue: true, limit: 1 })
  const invoice = items[0]!
  await say(page, `filter it by ${invoice.customer.name}`)
  await page.waitForURL(/customer=/)
  await page.getByRole('row').nth(1).getByText(invoice.customer.name).waitFor()
  await say(page, `fill in a credit note for ${invoice.number} because the goods came back`)
  await page.waitForURL(/\/credit/)
  await page.getByText(/takes back/).first().waitFor()
  await page.getByLabel(/Reason/).waitFor()
  expect(await page.getByLabel(/Reason/).inputValue()).toMatch(/goods came back/)
  const now = await call<Invoice>(page, 'accounting.invoices.get', { id: invoice.id })
  expect(now.status, 'only a person commits').toBe(invoice.status)
})

it('knows which page it is asked about', async () => {
  const page = await as('accountant')
  const { items } = await call<{ items: Invoice[] }>(page, 'accounting.invoices.list', { overdue: true, limit: 1 })
  await page.goto(`/accounting/invoices/${items[0]!.id}`)
  await page.locator('main h1').first().waitFor()
  await talk(page)
  await say(page, 'show this invoice')
  await page.getByLabel('Conversation', { exact: true }).getByText(items[0]!.customer.name).first().waitFor()
})
