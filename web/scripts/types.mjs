// Writes src/api/schema.d.ts from the description of the interface: what is not derived from an operation. Pages learn
// operations from the catalogue while they run, so that none of them is named here.
//   node scripts/types.mjs openapi.json [--check]
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const [source, check] = process.argv.slice(2)
const target = new URL('../src/api/schema.d.ts', import.meta.url)
const document = JSON.parse(await readFile(source, 'utf8'))
for (const [path, routes] of Object.entries(document.paths)) {
  const derived = Object.values(routes).some((route) => route?.['x-steward-operation'])
  if (derived || !path.startsWith('/api/')) delete document.paths[path]
}
const text = `// Written by scripts/types.mjs from /openapi.json.\n${astToString(await openapiTS(document))}`
if (check !== '--check') {
  await writeFile(target, text)
} else if ((await readFile(target, 'utf8')) !== text) {
  console.error('src/api/schema.d.ts is not what /openapi.json says: renew it with make bless.')
  process.exit(1)
}
