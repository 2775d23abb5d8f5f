import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { http } from '@/api/http'
import { read } from '@/api/calls'
import type { Tool } from '@/api/types'
import type { Operation } from './catalogue'
import { Catalogue } from './catalogue'

/** The operations that this person may use. */
export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async ({ signal }) => new Catalogue(await http<Tool[]>('GET', '/api/v1/tools', { signal })),
  staleTime: Infinity,
  structuralSharing: false,
})

export function useCatalogue(): Catalogue {
  return useSuspenseQuery(catalogueQuery).data
}

/** A read, kept under its entity, so that a change of it is known to concern this. */
export function readQuery<T>(operation: Pick<Operation, 'name' | 'entity'>, args: Record<string, unknown>) {
  return queryOptions({
    queryKey: ['read', operation.entity, operation.name, args],
    queryFn: ({ signal }) => read<T>(operation.name, args, signal),
  })
}
