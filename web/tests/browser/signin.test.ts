import { expect, it } from 'vitest'
import { accessible, as, expectTrouble, window } from './support'

it('lets people in by their password, to where they wanted to go, and out again', async () => {
  const page = await window()
  await page.goto('/accounting/invoices?overdue=true')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await accessible(page)
  await page.getByLabel('Organisation').fill('demo')
  await page.getByLabel('E-mail').fill('accountant@demo.example')
  await page.getByLabel(/^Password/).fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByLabel(/^Password/).fill('demo')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/accounting\/invoices\?overdue=true/)
  await page.getByRole('heading', { name: 'Invoices', level: 1 }).waitFor()
  await page.getByRole('button', { name: /account$/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/accounting/invoices')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

it('keeps the session where no script can read it, and takes no request of another site', async () => {
  const page = await as('accountant')
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.includes('steward'))
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  expect(await page.evaluate(() => document.cookie)).toBe('')
  const request = { data: { id: 'INV-2026-00001' }, headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' } }
  const answer = await page.context().request.post('/api/v1/tools/accounting.invoices.get', request)
  expect(answer.status()).toBe(403)
})

it('runs under a policy that takes no script but ours', async () => {
  const page = await as('accountant')
  const policy = (await page.goto('/'))?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe-eval')
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
    return (window as unknown as { injected?: boolean }).injected ?? false
  }).catch(() => false)
  expect(ran).toBe(false)
  expectTrouble(/inline script violates/)
})

it('shows each person what is theirs', async () => {
  const accountant = await as('accountant')
  await accountant.getByRole('region', { name: 'Receivables' }).getByText('€').first().waitFor()
  await accessible(accountant)
  const staff = await as('staff')
  await staff.getByRole('heading', { level: 1 }).waitFor()
  expect(await staff.getByRole('region', { name: 'Receivables' }).count()).toBe(0)
  expect(await staff.getByRole('link', { name: 'Trial balance' }).count()).toBe(0)
})
