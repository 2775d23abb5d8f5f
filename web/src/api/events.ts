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

/** Milliseconds until a refused stream is asked for again. */
const AGAIN = 5_000

/**
 * Listens until told to stop. The browser connects again by itself; what was missed is read again then. A tab that nobody
 * sees does not listen: a browser gives a server six connections, and each stream holds one.
 */
export function listen(queries: QueryClient, tell: Listeners): () => void {
  let source: EventSource | undefined
  let before = false
  let again: ReturnType<typeof setTimeout> | undefined
  const close = () => {
    clearTimeout(again)
    source?.close()
    source = undefined
  }
  const follow = () => {
    if (document.visibilityState === 'hidden') return close()
    if (source && source.readyState !== EventSource.CLOSED) return
    source = opened(queries, tell)
    source.onopen = () => {
      tell.state('live')
      if (before) void queries.invalidateQueries({ queryKey: ['read'] })
      before = true
    }
    // a broken line is taken up again by the browser; a refusal is not
    source.onerror = () => {
      tell.state('lost')
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(follow, AGAIN)
    }
  }
  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    close()
  }
}

function opened(queries: QueryClient, tell: Listeners): EventSource {
  const source = new EventSource('/api/v1/events')
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
