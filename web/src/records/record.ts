/** The record that an address names. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { read } from '@/api/calls'
import { Problem } from '@/api/http'
import type { Page } from '@/api/types'
import type { Entity } from '@/catalogue/catalogue'
import { labelOf } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { words } from '@/catalogue/words'

export type Row = Record<string, unknown>

/** By id or number. What has no read of its own is looked for in its list. */
export function recordQuery(entity: Entity, id: string) {
  return queryOptions({
    queryKey: ['read', entity.name, entity.get?.name ?? `${entity.name}.list`, { id }],
    queryFn: async ({ signal }): Promise<Row | null> => {
      if (entity.get) return read<Row>(entity.get.name, { id }, signal).catch(nullIfMissing)
      if (!entity.list) return null
      const page = await read<Page>(entity.list.name, { limit: 200 }, signal)
      return page.items.find((row) => [row.id, row.number, row.code].includes(id)) ?? null
    },
    placeholderData: keepPreviousData,
  })
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Problem && (error.status === 404 || error.status === 403 || error.code === 'unresolved_reference')) return null
  throw error
}

/** The schema of one such record. */
export function schemaOf(entity: Entity): Schema {
  return entity.get?.output ?? entity.list?.output.properties?.items?.items ?? {}
}

/** `INV-2026-00042`, `P-00042 · Acme`; what has neither number nor name is said by what it is: `Draft invoice`. */
export function headOf(entity: Entity, row: Row): string {
  const named = ['number', 'code', 'label', 'name', 'title', 'email'].some((name) => typeof row[name] === 'string' && row[name] !== '')
  if (named) return labelOf(row)
  return typeof row.status === 'string' ? `${words(row.status)} ${entity.noun}` : `${words(entity.noun)} ${String(row.id ?? '').slice(0, 8)}`
}

/** What people copy: its number, else its code. */
export function numberOf(row: Row): string | undefined {
  return [row.number, row.code].find((value): value is string => typeof value === 'string' && value !== '')
}
