/** The rows of a list, page by page as they come into sight. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { read } from '@/api/calls'
import type { Page } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { readQuery } from '@/catalogue/use'
import type { Row } from './cells'

const PAGE = 100

export function useRows(list: Operation, args: Record<string, unknown>) {
  // short lists are given whole
  const pages = list.input.properties?.limit !== undefined
  const query = useInfiniteQuery({
    queryKey: ['read', list.entity, list.name, 'pages', args],
    queryFn: ({ pageParam, signal }) => read<Page<Row>>(list.name, { ...args, ...(pages ? { limit: PAGE } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    // comparing a hundred thousand rows with themselves would stop the page
    structuralSharing: false,
  })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return { ...query, rows }
}

/** How many rows match, counted on its own, so that the first rows do not wait for it. */
export function useCount(list: Operation, args: Record<string, unknown>, loaded: number, complete: boolean): string | undefined {
  const counts = list.input.properties?.total !== undefined
  const { sort: _, ...filters } = args
  const { data } = useQuery({ ...readQuery<Page>(list, { ...filters, limit: 1, total: true }), enabled: counts && !complete })
  if (complete) return loaded.toLocaleString()
  if (data?.total != null) return data.total.toLocaleString()
  if (data?.total_at_least != null) return `more than ${data.total_at_least.toLocaleString()}`
  return undefined
}
