/** What of an answer is shown as a table, by the operation's own schema. */
import type { Operation } from '@/catalogue/catalogue'
import { isReport, rowOf, takesRecord } from '@/catalogue/catalogue'
import { operationPath, searchOf } from '@/catalogue/paths'
import type { Field, Schema } from '@/catalogue/schema'
import { fieldsOf, isMoneyValue, kindOf, valueAt } from '@/catalogue/schema'

export type Row = Record<string, unknown>

export interface Tabular {
  rows: Row[]
  schema: Schema
  /** More than these are there. */
  more: boolean
}

/** The rows of a list, or the first table of a report. */
export function tabular(operation: Operation, result: unknown): Tabular | undefined {
  if (operation.effect !== 'read' || typeof result !== 'object' || result === null) return undefined
  const answer = result as Row
  if (operation.verb === 'list') {
    return Array.isArray(answer.items) ? { rows: answer.items as Row[], schema: rowOf(operation), more: Boolean(answer.next_cursor) } : undefined
  }
  if (!isReport(operation)) return undefined
  for (const [name, schema] of Object.entries(operation.output.properties ?? {})) {
    const rows = answer[name]
    if (kindOf(schema) === 'lines' && Array.isArray(rows)) return { rows: rows as Row[], schema: schema.items ?? {}, more: Boolean(answer.next_cursor) }
  }
  return undefined
}

/** Columns that say something here, most telling first: at most so many. */
export function columnsOf({ rows, schema }: Tabular, most: number): Field[] {
  const said = fieldsOf(schema).filter(
    ({ key, kind, path }) => key !== 'id' && key !== 'version' && kind !== 'lines' && rows.some((row) => tells(valueAt(row, path))),
  )
  if (said.length <= most) return said
  const figures = said.filter(({ kind, path }) => kind === 'money' && rows.some((row) => matters(valueAt(row, path))))
  const dates = said.filter(({ kind }) => kind === 'date' || kind === 'datetime')
  const weight = (field: Field): number => {
    if (field === said[0]) return 9
    if (field.kind === 'reference' || field.kind === 'record' || field.kind === 'object') return 8
    // of several figures the first and the last say most, as sums do; of several days the last
    if (field.kind === 'money') return field === figures[0] ? 7 : field === figures.at(-1) ? 6 : figures.includes(field) ? 3 : 0
    if (dates.includes(field)) return field === dates.at(-1) ? 5 : 2
    return field.key === 'status' || field.kind === 'choice' ? 4 : 1
  }
  const chosen = new Set([...said].sort((a, b) => weight(b) - weight(a) || said.indexOf(a) - said.indexOf(b)).slice(0, most))
  return said.filter((field) => chosen.has(field))
}

const tells = (value: unknown) => value !== null && value !== undefined && value !== ''
const matters = (value: unknown) => tells(value) && !(isMoneyValue(value) && Number(value.amount) === 0)

/** Where the same is seen as a page. */
export function pageOf(operation: Operation, args: Row): { to: string; search: Record<string, string> } | undefined {
  if (operation.verb !== 'list' && !isReport(operation)) return undefined
  const { limit: _limit, cursor: _cursor, total: _total, ...filters } = args
  const id = takesRecord(operation) && typeof filters.id === 'string' ? filters.id : undefined
  if (id !== undefined) delete filters.id
  return { to: operationPath(operation, id), search: searchOf(filters) }
}

/**
 * Leaves out of a text the tables that repeat what is shown as one already: nearly all their cells stand in the answer.
 * While text streams in, any table is held back, so that none appears and goes again.
 */
export function withoutTables(text: string, result: unknown, streaming: boolean): string {
  const known = new Set<string>()
  collect(result, known)
  const kept: string[] = []
  let table: string[] = []
  const flush = () => {
    if (table.length > 0 && !streaming && !repeats(table, known)) kept.push(...table)
    table = []
  }
  for (const line of text.split('\n')) {
    if (line.trim().startsWith('|')) table.push(line)
    else {
      flush()
      kept.push(line)
    }
  }
  flush()
  return kept.join('\n').replace(/\n{3,}/g, '\n\n').trim()
}

function repeats(lines: string[], known: Set<string>): boolean {
  const cells = lines.slice(2).flatMap((line) => line.split('|').map((cell) => cell.trim()).filter(Boolean))
  return cells.length > 0 && cells.filter((cell) => known.has(cell)).length >= cells.length * 0.8
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach((part) => collect(part, into))
  else if (value !== null && value !== undefined) into.add(String(value))
}
