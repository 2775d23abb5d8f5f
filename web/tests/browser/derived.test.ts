import { expect, it } from 'vitest'
import { as } from './support'

const NEW = process.env.STEWARD_NEW_URL

// The server has `directory.parties.tag` of docs/extend.md; no file of the web app knows it.
it.skipIf(!NEW)('offers an operation that was added to the server, and nothing else was', async () => {
  const page = await as('sales', '/directory/parties', { base: NEW })
  await page.getByRole('row').nth(1).waitFor()
  await page.getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/directory\/parties\/[0-9a-f-]{36}/)
  const tag = page.getByRole('button', { name: 'Tag', exact: true }).or(page.getByRole('link', { name: 'Tag', exact: true }))
  if (!(await tag.isVisible())) await page.getByRole('button', { name: /more|actions/i }).first().click()
  await tag.or(page.getByRole('menuitem', { name: 'Tag', exact: true })).first().click()
  await page.waitForURL(/\/tag/)
  await page.getByLabel(/Tags/).first().fill('Gold')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText(/is tagged Gold/).first().waitFor()
  await page.getByRole('button', { name: 'Tag', exact: true }).click()
  await page.waitForURL(/\/directory\/parties\/[0-9a-f-]{36}$/)
  await page.getByText('Gold').first().waitFor()
  expect(await page.getByText('Gold').count()).toBeGreaterThan(0)
})
