/** The server's word that something changed elsewhere: pages that show it read again. */
import type { QueryClient } from '@tanstack/react-query'

export type Live = 'connecting' | 'live' | 'lost'

export interface Decided {
  id: string
  title: string
  status: string
}

interface Listeners {
  state: (live: Live) => void
  waiting: (count: number) => void
  decided: (decided: Decided) => void
}

/** Listens until told to stop. The browser connects again by itself; what was missed is read again then. */
export function listen(queries: QueryClient, tell: Listeners): () => void {
  const source = new EventSource('/api/v1/events')
  let before = false
  source.onopen = () => {
    tell.state('live')
    if (before) void queries.invalidateQueries({ queryKey: ['read'] })
    before = true
  }
  source.onerror = () => tell.state('lost')
  source.addEventListener('changed', (event) => {
    const { entities } = JSON.parse(event.data) as { entities: string[] }
    for (const entity of entities) void queries.invalidateQueries({ queryKey: ['read', entity] })
  })
  source.addEventListener('approvals', (event) => {
    tell.waiting((JSON.parse(event.data) as { waiting: number }).waiting)
    void queries.invalidateQueries({ queryKey: ['approvals'] })
  })
  source.addEventListener('decided', (event) => {
    tell.decided(JSON.parse(event.data) as Decided)
    void queries.invalidateQueries({ queryKey: ['approvals'] })
  })
  return () => source.close()
}
