/** What the shell knows of the world outside: the connection, and how much waits. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
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
  return { live, waiting }
}
