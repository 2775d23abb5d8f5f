/** A browser, people in it, and what every page must be. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

export const BASE = process.env.STEWARD_URL ?? 'http://127.0.0.1:8080'

/** A browser of the system, that asks nobody but us. */
export const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--force-prefers-reduced-motion',
  ],
}

let browser: Browser
const open: BrowserContext[] = []
const troubles: string[] = []

beforeAll(async () => {
  browser = await chromium.launch(LAUNCH)
})
afterAll(() => browser.close())
afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()))
  // what a page complains about is a fault, wherever it was noticed
  expect(troubles.splice(0)).toEqual([])
})

interface Options {
  phone?: boolean
  dark?: boolean
  organization?: string
  /** Another server. */
  base?: string
}

/** A window with nobody signed in. */
export async function window({ phone, dark, base = BASE }: Options = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: base,
    locale: 'en-GB',
    viewport: phone ? { width: 390, height: 844 } : { width: 1360, height: 860 },
    colorScheme: dark ? 'dark' : 'light',
  })
  context.setDefaultTimeout(40_000)
  open.push(context)
  const page = await context.newPage()
  watch(page)
  return page
}

/** Lets a page complain about this once: the test makes it. */
export function expectTrouble(pattern: RegExp): void {
  const index = troubles.findIndex((trouble) => pattern.test(trouble))
  expect(index, `${pattern} in ${troubles.join()}`).toBeGreaterThanOrEqual(0)
  troubles.splice(index, 1)
}

function watch(page: Page) {
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    // a refused request is an answer, and pages show it
    if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(text)) troubles.push(`${page.url()}: ${text}`)
  })
}

/** A window in which this person of the demo company has signed in. */
export async function as(who: string, path = '/', options: Options = {}): Promise<Page> {
  const page = await window(options)
  const organization = options.organization ?? 'demo'
  const data = { organization, email: `${who}@${organization}.example`, password: 'demo' }
  const answer = await page.context().request.post('/api/v1/auth/session', { data, headers: { origin: options.base ?? BASE } })
  expect(answer.status()).toBe(200)
  await page.goto(path)
  await page.locator('main h1').first().waitFor()
  return page
}

/** A second tab of the same person. */
export async function tab(page: Page, path: string): Promise<Page> {
  const other = await page.context().newPage()
  watch(other)
  await other.goto(path)
  await other.locator('main h1').first().waitFor()
  return other
}

/** Calls an operation as whoever has signed in there: to prepare and to look, never instead of the page. */
export async function call<T = Record<string, unknown>>(page: Page, name: string, args: Record<string, unknown>): Promise<T> {
  const answer = await page.context().request.post(`/api/v1/tools/${name}`, { data: args, headers: { origin: BASE } })
  const body = await answer.json()
  expect(answer.ok(), `${name}: ${JSON.stringify(body)}`).toBe(true)
  return body.result as T
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 A and AA, as far as a program can tell. */
export async function accessible(page: Page): Promise<void> {
  // by the debugger: the policy of the page rightly takes no script from elsewhere
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await (globalThis as unknown as { axe: { run: (...given: unknown[]) => Promise<{ violations: Violation[] }> } }).axe.run(document, {
      runOnly: tags,
      // tooltips and messages float at the end of the page, outside its landmarks
      rules: { region: { enabled: false } },
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`)
    interface Violation {
      id: string
      nodes: { html: string; any: { message: string }[] }[]
    }
  })
  expect(found.join('\n'), page.url()).toBe('')
}
