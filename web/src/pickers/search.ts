/** Records as one types. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { http } from '@/api/http'

export interface Found {
  type: string
  id: string
  label: string
  noun: string
}

/** Records of an entity (`*` or nothing: of any) that a text may mean; the first few where nothing is typed. */
export function foundQuery(q: string, entity?: string, limit = 10) {
  return queryOptions({
    queryKey: ['records', entity ?? '*', q, limit],
    queryFn: async ({ signal }) => {
      const query = { q, entity: entity === '*' ? undefined : entity, limit }
      return (await http<{ items: Found[] }>('GET', '/api/v1/records', { query, signal })).items
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}
