// How smoothly a list of 100,000 rows scrolls: prints the longest task of the browser's main thread and the frames that came
// late, from a running server (STEWARD_URL). The rows are one real page of the list, served again and again with other ids, so
// that the browser is measured and not the database.
//   STEWARD_URL=… node scripts/scroll.mjs [ROWS]
import { chromium } from 'playwright-core'

const base = process.env.STEWARD_URL ?? 'http://127.0.0.1:8080'
const rows = Number(process.argv[2] ?? 100_000)
const LIST = 'accounting.invoices.list'

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const context = await browser.newContext({ baseURL: base, viewport: { width: 1360, height: 860 } })
const data = { organization: 'demo', email: 'accountant@demo.example', password: 'demo' }
await context.request.post('/api/v1/auth/session', { data, headers: { origin: base } })
const real = await (await context.request.post(`/api/v1/tools/${LIST}`, { data: { limit: 50 }, headers: { origin: base } })).json()
const page = await context.newPage()
await page.route(`**/api/v1/tools/${LIST}`, async (route) => {
  const asked = route.request().postDataJSON()
  const from = Number(asked.cursor ?? 0)
  const limit = asked.limit ?? 50
  const items = Array.from({ length: Math.min(limit, rows - from) }, (_, index) => ({
    ...real.result.items[(from + index) % real.result.items.length],
    id: `00000000-0000-7000-8000-${String(from + index).padStart(12, '0')}`,
  }))
  const next = from + items.length
  await route.fulfill({ json: { ...real, result: { items, next_cursor: next < rows ? String(next) : null, total_at_least: 10_000 } } })
})
await page.addInitScript(() => {
  window.long = []
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.long.push(entry.duration))).observe({ entryTypes: ['longtask'] })
})
await page.goto('/accounting/invoices')
await page.getByRole('row').nth(5).waitFor()
const measured = await page.evaluate(async (rows) => {
  window.long = []
  const scroller = [...document.querySelectorAll('*')].find((element) => {
    const overflow = getComputedStyle(element).overflowY
    return (overflow === 'auto' || overflow === 'scroll') && element.scrollHeight > element.clientHeight + 400 && element.querySelector('[role=row], tr')
  }) ?? document.scrollingElement
  const frame = () => new Promise(requestAnimationFrame)
  const late = []
  const started = performance.now()
  let before = started
  let still = 0
  let seen = 0
  while (still < 240 && performance.now() - started < 240_000) {
    const top = scroller.scrollTop
    scroller.scrollTop = top + 700
    await frame()
    const now = performance.now()
    if (now - before > 50) late.push(now - before)
    before = now
    still = scroller.scrollTop === top ? still + 1 : 0
    seen = Math.max(seen, Number(document.querySelector('[role=row]:last-child, tbody tr:last-child')?.getAttribute('aria-rowindex') ?? 0))
  }
  return { rows: Number(rows), seen, seconds: (performance.now() - started) / 1000, longTasks: window.long, late, nodes: document.querySelectorAll('*').length, heap: performance.memory?.usedJSHeapSize }
}, rows)
await browser.close()
const most = (list) => Math.round(Math.max(0, ...list))
console.log(`${measured.seen} of ${measured.rows} rows in ${measured.seconds.toFixed(1)} s, ${measured.nodes} elements, ${Math.round((measured.heap ?? 0) / 2 ** 20)} MB of heap`)
console.log(`long tasks: ${measured.longTasks.length}, the longest ${most(measured.longTasks)} ms; frames over 50 ms: ${measured.late.length}, the longest ${most(measured.late)} ms`)
if (most(measured.longTasks) > 100) process.exitCode = 1
