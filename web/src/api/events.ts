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

/**
 * Listens until told to stop. The browser connects again by itself; what was missed is read again then. A tab that nobody
 * sees does not listen: a browser gives a server six connections, and each stream holds one.
 */
export function listen(queries: QueryClient, tell: Listeners): () => void {
  let source: EventSource | undefined
  let before = false
  const close = () => {
    source?.close()
    source = undefined
  }
  const follow = () => {
    if (document.visibilityState === 'hidden') return close()
    source ??= opened(queries, tell, () => {
      tell.state('live')
      if (before) void queries.invalidateQueries({ queryKey: ['read'] })
      before = true
    })
  }
  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    close()
  }
}

function opened(queries: QueryClient, tell: Listeners, open: () => void): EventSource {
  const source = new EventSource('/api/v1/events')
  source.onopen = open
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
  return source
}
