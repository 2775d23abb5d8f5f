/** A small catalogue of made-up operations, for tests. */
import type { Tool } from '@/api/types'
import { Catalogue } from '@/catalogue/catalogue'
import type { Surroundings } from './types'

const row = { type: 'object', properties: { id: { type: 'string' }, number: { type: 'string' }, name: { type: 'string' } } }

function tool(name: string, effect: string, input: object, output: object = {}): Tool {
  return { name, tool: name.replace(/\./g, '_'), title: `${name} title`, description: '', effect, input_schema: input, output_schema: output } as Tool
}

export const catalogue = new Catalogue([
  tool('garden.trees.list', 'read', {
    type: 'object',
    properties: {
      q: { type: 'string' },
      old: { type: 'boolean' },
      kind: { type: 'string', enum: ['oak', 'elm'] },
      sort: { type: 'string', enum: ['age', '-age'] },
      limit: { type: 'integer' },
      cursor: { type: 'string' },
    },
  }, { type: 'object', properties: { items: { type: 'array', items: row }, next_cursor: { type: ['string', 'null'] } } }),
  tool('garden.trees.get', 'read', { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }, row),
  tool('garden.trees.plant', 'write', { type: 'object', properties: { name: { type: 'string' }, spot: { type: 'string' } }, required: ['name', 'spot'] }),
  tool('garden.trees.fell', 'final', { type: 'object', properties: { id: { type: 'string' }, reason: { type: 'string' } }, required: ['id', 'reason'] }),
  tool('garden.reports.shade', 'read', { type: 'object', properties: { as_of: { type: 'string', format: 'date' } } }),
])

/** Surroundings that only remember where they were led. */
export function recorded() {
  const went: [string, Record<string, string> | undefined][] = []
  const notes: string[] = []
  const cx: Surroundings = {
    catalogue,
    go: async (path, search) => void went.push([path, search]),
    page: () => ({ title: 'Trees', path: went.at(-1)?.[0] ?? '/' }),
    notify: (text) => void notes.push(text),
  }
  return { cx, went, notes }
}
