// After the build: each file again, compressed beside itself, so that the server only hands over; and what the first
// page weighs, held against its budget.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, brotliCompressSync, gzipSync } from 'node:zlib'

const DIST = new URL('../dist/', import.meta.url).pathname
/** All that the first page loads, compressed: bytes. */
const BUDGET = 250 * 1024
const TEXT = /\.(js|css|html|svg|json|webmanifest)$/

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* files(path)
    else if (TEXT.test(entry.name)) yield path
  }
}

const weights = new Map()
for await (const path of files(DIST)) {
  const bytes = await readFile(path)
  const gzip = gzipSync(bytes, { level: 9 })
  weights.set(path.slice(DIST.length), gzip.length)
  if (path.endsWith('.html') || bytes.length < 1024) continue
  await writeFile(`${path}.gz`, gzip)
  await writeFile(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
}

const manifest = JSON.parse(await readFile(join(DIST, '.vite/manifest.json'), 'utf8'))
const first = new Set(['index.html'])
const load = (key) => {
  const chunk = manifest[key]
  if (first.has(chunk.file)) return
  first.add(chunk.file)
  chunk.css?.forEach((file) => first.add(file))
  chunk.imports?.forEach(load)
}
load('index.html')
load('src/screens/Home.tsx')
const total = [...first].reduce((sum, file) => sum + (weights.get(file) ?? 0), 0)
const kilo = (bytes) => `${(bytes / 1024).toFixed(1)} kB`
console.log(`The first page is ${kilo(total)} gzip, of ${kilo(BUDGET)}.`)
if (total > BUDGET) {
  console.error([...first].map((file) => `  ${kilo(weights.get(file) ?? 0)}  ${file}`).join('\n'))
  process.exit(1)
}
