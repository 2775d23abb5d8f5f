/** A view of a list is its address: filters by their names, `sort`, and `columns`. */
import type { Operation } from '@/catalogue/catalogue'
import { filtersOf } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { typeOf } from '@/catalogue/schema'
import { label, words } from '@/catalogue/words'
import { day, decimal } from '@/ui/format'

export type Search = Record<string, string>

/** The arguments that an address asks the list for; what the list does not take is left out. */
export function argumentsOf(list: Operation, search: Search): Record<string, unknown> {
  const args: Record<string, unknown> = {}
  for (const [name, schema] of filtersOf(list)) {
    const text = search[name]
    if (text !== undefined && text !== '') args[name] = read(text, schema)
  }
  const sorts = list.input.properties?.sort
  if (search.sort && sorts && (!sorts.enum || sorts.enum.includes(search.sort))) args.sort = search.sort
  return args
}

function read(text: string, schema: Schema): unknown {
  const type = typeOf(schema)
  if (type === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** One filter or a range of two, as people set it. */
export interface Filter {
  key: string
  label: string
  /** Names of the arguments: one, or from and to. */
  names: [string] | [string, string]
  schema: Schema
}

const RANGES: [RegExp, string, string][] = [
  [/^(.*)_from$/, '_from', '_to'],
  [/^(.*)_min$/, '_min', '_max'],
]

/** The filters of a list, search aside; ends of a range are one. */
export function filters(list: Operation): Filter[] {
  const all = new Map(filtersOf(list).filter(([name]) => name !== 'q'))
  const found: Filter[] = []
  for (const [name, schema] of all) {
    const range = RANGES.map(([pattern, from, to]) => {
      const stem = pattern.exec(name)?.[1]
      return stem && all.has(stem + to) ? { stem, names: [stem + from, stem + to] as [string, string] } : undefined
    }).find(Boolean)
    if (range) found.push({ key: range.stem, label: words(range.stem), names: range.names, schema })
    else if (!/_(to|max)$/.test(name) || !(all.has(name.replace(/_to$/, '_from')) || all.has(name.replace(/_max$/, '_min')))) {
      found.push({ key: name, label: label(name), names: [name], schema })
    }
  }
  return found
}

/** What a filter that is set says, to stand on a chip. Names of records come from whoever knows them. */
export function said(filter: Filter, search: Search): string | undefined {
  const [first, second] = filter.names.map((name) => (search[name] === '' ? undefined : search[name]))
  if (first === undefined && second === undefined) return undefined
  if (filter.names.length === 2) {
    const show = (text: string) => (filter.schema.format === 'date' ? day(text) : decimal(text))
    if (first && second) return `${filter.label}: ${show(first)} – ${show(second)}`
    return first ? `${filter.label} from ${show(first)}` : `${filter.label} to ${show(second ?? '')}`
  }
  const text = first ?? ''
  if (typeOf(filter.schema) === 'boolean') return text === 'true' ? filter.label : `Not ${filter.label.toLowerCase()}`
  return `${filter.label}: ${filter.schema.enum ? words(text) : text}`
}

/** The same address without a filter, or with another value of it. */
export function withFilter(search: Search, values: Record<string, string | undefined>): Search {
  const next = { ...search }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') delete next[name]
    else next[name] = value
  }
  return next
}

/** What a click on a head asks for: least first, then most first, then as the list comes. */
export function nextSort(sort: string | undefined, by: string, allowed: unknown[]): string | undefined {
  const order = [by, `-${by}`].filter((one) => allowed.includes(one))
  if (sort === undefined || !order.includes(sort)) return order[0]
  return order[order.indexOf(sort) + 1]
}
