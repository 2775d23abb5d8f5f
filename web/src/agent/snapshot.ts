import type { RecordRef } from '@/api/types'
import type { PageContext } from '@/page/context'

/** Rows and characters of what the agent is told of a page. */
const ROWS = 20
const MOST = 12_000

/** What the agent knows of the page with every message: what is open, not all that stands there. */
export function glance(page: PageContext & { path: string }): Record<string, unknown> {
  const { facts: _facts, form, record, ...rest } = page
  const shown = { ...rest, ...(record && known(record) && { record }), ...(form && { operation: form.operation, arguments: form.arguments }) }
  const few = (records: RecordRef[] | undefined) => records?.filter(known).slice(0, ROWS)
  return bounded(JSON.parse(JSON.stringify({ ...shown, rows: few(page.rows), selection: few(page.selection) })))
}

/** A page whose address has a number knows the record's id only when it has read it. */
const known = ({ id }: RecordRef) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

/** The page in full: `{page, facts, table}`, with a bound on its size. */
export function snapshot(page: PageContext & { path: string }): Record<string, unknown> {
  const { table, ...facts } = (page.facts ?? {}) as { table?: { columns?: unknown; rows?: unknown[] } }
  const rows = Array.isArray(table?.rows) ? table.rows : page.rows
  return bounded({
    page: { ...glance(page), ...(page.form && { form: page.form }) },
    facts,
    ...(rows && { table: { columns: table?.columns ?? ['type', 'id', 'label'], rows: rows.slice(0, ROWS) } }),
  })
}

/** Leaves out the largest parts until it is small enough, and says so. */
function bounded(value: Record<string, unknown>): Record<string, unknown> {
  const result = { ...value }
  while (JSON.stringify(result).length > MOST) {
    const [largest] = Object.entries(result).sort(([, a], [, b]) => size(b) - size(a))
    if (!largest) break
    const [name, part] = largest
    const half = Array.isArray(part) && part.length > 1 ? part.slice(0, part.length >> 1) : undefined
    if (half) result[name] = half
    else delete result[name]
    result.cut = true
  }
  return result
}

const size = (value: unknown) => JSON.stringify(value)?.length ?? 0
