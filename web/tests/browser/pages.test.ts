import { expect, it } from 'vitest'
import { accessible, as, call } from './support'

interface Tool {
  name: string
  effect: string
  input_schema: { required?: string[]; properties?: Record<string, unknown> }
}

/** Addresses of every page there is for this person, from the catalogue. */
async function addresses(page: Awaited<ReturnType<typeof as>>): Promise<string[]> {
  const request = page.context().request
  const tools = (await (await request.get('/api/v1/tools')).json()) as Tool[]
  const found = ['/', '/approvals', '/chat', '/settings']
  const records = new Set<string>()
  for (const { name, effect, input_schema } of tools) {
    const [domain, entity, verb] = name.split('.')
    const required = input_schema.required ?? []
    const base = `/${domain}/${entity}`
    if (verb === 'list' && required.length === 0) {
      found.push(base)
      const { items } = await call<{ items: { id?: string }[] }>(page, name, 'limit' in (input_schema.properties ?? {}) ? { limit: 1 } : {})
      if (items[0]?.id) records.add(`${base}/${items[0]!.id}`)
    } else if (!required.includes('id') && verb !== 'get') found.push(`${base}/-/${verb}`)
    else if (verb === 'update' && effect !== 'read') found.push(...[...records].filter((record) => record.startsWith(`${base}/`)).map((record) => `${record}/update`))
  }
  const gets = new Set(tools.filter(({ name }) => name.endsWith('.get')).map(({ name }) => `/${name.split('.').slice(0, 2).join('/')}/`))
  found.push(...[...records].filter((record) => [...gets].some((get) => record.startsWith(get))))
  return found
}

/** What is wrong with any page, seen so. */
async function faultsOf(look: { dark?: boolean; phone?: boolean }): Promise<string[]> {
  const page = await as('admin', '/', look)
  const faults: string[] = []
  for (const address of await addresses(page)) {
    await page.goto(address)
    await page.locator('main h1').first().waitFor({ timeout: 40_000 }).catch(() => faults.push(`${address}: no heading`))
    // the stream of events never ends, so that the network is never idle: what is awaited says so itself
    await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'), undefined, { timeout: 5000 }).catch(() => undefined)
    await page.waitForTimeout(150)
    await accessible(page).catch((error: Error) => faults.push(error.message.slice(0, 1500)))
  }
  return faults
}

it('is accessible on every page, in light, dark and on a phone', async () => {
  const faults = await Promise.all([faultsOf({}), faultsOf({ dark: true }), faultsOf({ phone: true })])
  expect(faults.flat().join('\n\n')).toBe('')
}, 600_000)
