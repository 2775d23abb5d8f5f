import { expect, it } from 'vitest'
import { as, call } from './support'

const EVIL = '<img src=x onerror="window.injected=1"><script>window.injected=1</script>'

it('takes names for what they are: texts', async () => {
  const page = await as('sales')
  const party = await call<{ id: string }>(page, 'directory.parties.create', { name: EVIL, kinds: ['customer'] })
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(page.url()).origin)) elsewhere.push(request.url())
  })
  for (const path of ['/directory/parties?q=onerror', `/directory/parties/${party.id}`, `/directory/parties/${party.id}/update`]) {
    await page.goto(path)
    await page.getByText('onerror').or(page.locator('input[value*=onerror]')).first().waitFor()
  }
  expect(await page.evaluate(() => (window as unknown as { injected?: number }).injected)).toBeUndefined()
  expect(elsewhere).toEqual([])
})

it('shows a vendor their own and nothing else', async () => {
  const page = await as('vendor', '/accounting/invoices')
  await page.getByRole('row').nth(1).waitFor()
  const names = await page.getByRole('row').evaluateAll((rows) => [...new Set(rows.slice(1).map((row) => row.children[1]?.textContent))])
  expect(names.length).toBe(1)
  expect(await page.getByRole('link', { name: /^Users$|Trial balance|General ledger/ }).count()).toBe(0)
  const other = await as('accountant')
  const foreign = await call<{ items: { id: string; customer: { name: string } }[] }>(other, 'accounting.invoices.list', { limit: 50 })
  const hidden = foreign.items.find(({ customer }) => customer.name !== names[0])!
  await page.goto(`/accounting/invoices/${hidden.id}`)
  await page.getByText('There is nothing here').waitFor()
})

it('says when the connection is lost, and goes on when it is back', async () => {
  const page = await as('accountant', '/accounting/invoices')
  await page.getByRole('row').nth(1).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('radiogroup', { name: 'Overdue' }).getByText('Yes').click()
  await page.getByText(/Offline|cannot be reached/).first().waitFor()
  await page.context().setOffline(false)
  await page.getByText('Offline').waitFor({ state: 'hidden', timeout: 30_000 })
  await page.getByText('Overdue').first().waitFor()
  await page.getByRole('row').nth(1).waitFor()
})
