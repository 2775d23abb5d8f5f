import { expect, it } from 'vitest'
import { accessible, as, call, tab } from './support'

interface Invoice {
  id: string
  status: string
  totals: { gross: { amount: string } }
}

it('invoices by hand: preview, post, undo', async () => {
  const page = await as('accountant', '/accounting/invoices')
  await page.getByRole('link', { name: 'New invoice' }).click()
  await page.getByLabel(/Customer/).first().fill('Nordwind')
  await page.getByRole('option', { name: /Nordwind Handels/ }).click()
  await page.getByLabel(/Description/).first().fill('Desk')
  await page.getByLabel(/Quantity/).first().fill('2')
  await page.getByLabel(/Unit price/).first().fill('549')
  await accessible(page)
  await page.getByText('Save and post').first().click()
  await page.getByRole('button', { name: /Preview/ }).last().click()
  await page.getByText(/owes/).first().waitFor()
  await page.getByRole('table', { name: /Ledger/ }).waitFor()
  await page.getByRole('button', { name: 'Save and post' }).last().click()
  await page.waitForURL(/\/accounting\/invoices\/[0-9a-f-]{36}/)
  await page.getByText('Posted').first().waitFor()
  const id = page.url().split('/').pop()!
  expect((await call<Invoice>(page, 'accounting.invoices.get', { id })).status).toBe('posted')
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(async () => (await call<Invoice>(page, 'accounting.invoices.get', { id })).status).toBe('credited')
})

it('lets two people who change the same party choose, field by field', async () => {
  const page = await as('sales')
  const party = await call<{ id: string }>(page, 'directory.parties.create', { name: 'Twice Changed Ltd', kinds: ['customer'], phone: '+43 1 100' })
  await page.goto(`/directory/parties/${party.id}/update`)
  await page.getByLabel(/^Phone/).fill('+43 1 200')
  const other = await tab(page, `/directory/parties/${party.id}/update`)
  await other.getByLabel(/^Phone/).fill('+43 1 300')
  await other.getByRole('button', { name: /Preview/ }).click()
  await other.getByRole('button', { name: 'Save changes' }).click()
  await other.waitForURL((url) => !url.pathname.endsWith('/update'))
  await page.getByRole('button', { name: /Preview/ }).click()
  await page.getByText('+43 1 300').first().waitFor()
  await page.getByText(/mine|yours|your/i).first().waitFor()
  await accessible(page)
})

it('asks a controller for what an accountant may not decide, and tells them', async () => {
  const accountant = await as('accountant')
  const draft = await call<{ id: string }>(accountant, 'accounting.invoices.create', {
    customer: 'P-00002', lines: [{ description: 'A whole warehouse', quantity: '1', unit_price: '90000' }],
  })
  await call(accountant, 'accounting.invoices.post', { id: draft.id })
  await accountant.goto(`/accounting/invoices/${draft.id}/credit`)
  await accountant.getByLabel(/Reason/).fill('It was never built')
  await accountant.getByRole('button', { name: /Preview/ }).click()
  await accountant.getByText(/takes back/).first().waitFor()
  await accountant.getByRole('button', { name: /^Credit/ }).last().click()
  await accountant.getByText(/controller/).first().waitFor()
  const controller = await as('controller', '/approvals')
  await controller.getByRole('link', { name: /It was never built/ }).click()
  await controller.getByRole('button', { name: /^Approve/ }).click()
  await expect.poll(async () => (await call<Invoice>(controller, 'accounting.invoices.get', { id: draft.id })).status).toBe('credited')
})
