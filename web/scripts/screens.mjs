// One sheet of every page, in light, dark and on a phone, from a running server: to be looked at.
//   STEWARD_URL=… node scripts/screens.mjs FOLDER
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'

const base = process.env.STEWARD_URL ?? 'http://127.0.0.1:8080'
const folder = resolve(process.argv[2] ?? 'screens')
await mkdir(folder, { recursive: true })

const LOOKS = [
  ['light', { viewport: { width: 1360, height: 860 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1360, height: 860 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-prefers-reduced-motion'],
})
const origin = { origin: base }
const signIn = (context, who) =>
  context.request.post('/api/v1/auth/session', { data: { organization: 'demo', email: `${who}@demo.example`, password: 'demo' }, headers: origin })

/** Every list with its first record, every report and form, from the catalogue; then what is made by hand. */
async function pages(request) {
  const tools = await (await request.get('/api/v1/tools')).json()
  const found = [['home', '/'], ['approvals', '/approvals'], ['chat', '/chat'], ['settings', '/settings']]
  const first = new Map()
  const lists = (tool) => (tool.name.endsWith('.list') ? 0 : 1)
  for (const { name, effect, input_schema } of tools.toSorted((a, b) => lists(a) - lists(b))) {
    const [domain, entity, verb] = name.split('.')
    const path = `/${domain}/${entity}`
    const required = input_schema.required ?? []
    if (verb === 'list' && required.length === 0) {
      found.push([`${domain} ${entity}`, path])
      const answer = await (await request.post(`/api/v1/tools/${name}`, { data: 'limit' in (input_schema.properties ?? {}) ? { limit: 1 } : {}, headers: origin })).json()
      const id = answer.result?.items?.[0]?.id
      if (id) first.set(path, id)
    } else if (verb === 'get' && first.has(path)) found.push([`${domain} ${entity} record`, `${path}/${first.get(path)}`])
    else if (effect !== 'read' && !required.includes('id')) found.push([`${domain} ${entity} ${verb}`, `${path}/-/${verb}`])
    else if (effect === 'read' && required.length === 0) found.push([`${domain} ${entity} ${verb}`, `${path}/-/${verb}`])
  }
  const waiting = await (await request.get('/api/v1/approvals?status=pending')).json()
  if (waiting.items?.[0]) found.push(['approval', `/approvals/${waiting.items[0].id}`])
  return found
}

const shots = []
for (const [look, options] of LOOKS) {
  const context = await browser.newContext({ baseURL: base, locale: 'en-GB', ...options })
  await (await context.newPage()).goto('/signin')
  if (look === 'light') shots.push(['sign in', []])
  const door = context.pages()[0]
  await door.waitForTimeout(500)
  await door.screenshot({ path: join(folder, `sign-in-${look}.png`) })
  shots[0][1].push(`sign-in-${look}.png`)
  await signIn(context, 'admin')
  const all = await pages(context.request)
  for (const [index, [name, path]] of all.entries()) {
    process.stderr.write(`\r${look} ${index + 1}/${all.length}  ${name.padEnd(60)}`)
    const file = `${name.replace(/\W+/g, '-')}-${look}.png`
    await door.goto(path, { waitUntil: 'load' })
    await door.waitForLoadState('domcontentloaded')
    await door.locator('main h1').first().waitFor({ timeout: 5000 }).catch(() => {})
    await door.waitForTimeout(500)
    await door.screenshot({ path: join(folder, file) })
    const row = shots.find(([known]) => known === name)
    if (row) row[1].push(file)
    else shots.push([name, [file]])
  }
  await context.close()
}
const cell = (file) => `<td><a href="${file}"><img src="${file}" height="300" loading="lazy" alt="${file}"></a></td>`
const rows = shots.map(([name, files]) => `<tr><th>${name}</th>${files.map(cell).join('')}</tr>`).join('\n')
await writeFile(
  join(folder, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Every page</title><style>body{font:14px system-ui}th{text-align:left;vertical-align:top;max-width:9rem}img{border:1px solid #ccc}</style><table>${rows}</table>`,
)
const sheet = await browser.newPage({ viewport: { width: 1400, height: 900 } })
await sheet.goto(`file://${join(folder, 'index.html')}`)
await sheet.evaluate(() => document.querySelectorAll('img').forEach((img) => img.removeAttribute('loading')))
await sheet.waitForTimeout(1500)
await sheet.screenshot({ path: join(folder, 'index.png'), fullPage: true })
await browser.close()
process.stderr.write(`\n${shots.length} pages: ${join(folder, 'index.png')}\n`)
