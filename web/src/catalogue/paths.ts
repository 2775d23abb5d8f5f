/**
 * Addresses. A page's address says all of what it shows, so that it can be sent to somebody.
 *   /accounting/invoices?overdue=true         the list, filtered
 *   /accounting/invoices/-/create             the form of an operation that needs no record; a report
 *   /accounting/invoices/ID                   a record
 *   /accounting/invoices/ID/credit            the form of an operation on it
 * `with` fills a form in.
 */
import type { Operation } from './catalogue'
import { takesRecord } from './catalogue'

const seg = encodeURIComponent

export const entityPath = (entity: string) => `/${entity.split('.').map(seg).join('/')}`

export const recordPath = (entity: string, id: string) => `${entityPath(entity)}/${seg(id)}`

/** Where an operation is: list, record, report or form. */
export function operationPath(operation: Operation, id?: string): string {
  const base = entityPath(operation.entity)
  if (operation.verb === 'list') return base
  if (operation.verb === 'get' && id) return recordPath(operation.entity, id)
  if (takesRecord(operation) && id) return `${base}/${seg(id)}/${seg(operation.verb)}`
  return `${base}/-/${seg(operation.verb)}`
}

/** Arguments in an address: texts as they are, all else as JSON. */
export function searchOf(args: Record<string, unknown>): Record<string, string> {
  const said = Object.entries(args).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return Object.fromEntries(said.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))
}
