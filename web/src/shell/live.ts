/** What the shell knows of the world outside: the connection, and how much waits. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { onReached } from '@/api/http'
import type { Live } from '@/api/events'
import { listen } from '@/api/events'
import { told } from '@/work/tell'

export function useLive(): { live: Live; waiting: number } {
  const queries = useQueryClient()
  const [live, setLive] = useState<Live>('connecting')
  const [waiting, setWaiting] = useState(0)
  useEffect(
    () =>
      listen(queries, {
        state: setLive,
        waiting: setWaiting,
        decided: ({ title, status }) => told(`${status.charAt(0).toUpperCase()}${status.slice(1)}: ${title}`),
      }),
    [queries],
  )
  const [reached, setReached] = useState(true)
  useEffect(() => onReached(setReached), [])
  useEffect(() => {
    const lost = () => setReached(false)
    const back = () => void queries.refetchQueries({ type: 'active' })
    addEventListener('offline', lost)
    addEventListener('online', back)
    return () => {
      removeEventListener('offline', lost)
      removeEventListener('online', back)
    }
  }, [queries])
  // back again: what failed meanwhile is asked for once more
  useEffect(() => {
    if (reached && live === 'live') void queries.refetchQueries({ predicate: ({ state }) => state.status === 'error', type: 'active' })
  }, [reached, live, queries])
  return { live: reached ? live : 'lost', waiting }
}
