/** What a conversation shows, and what it needs from around it. */
import type { Surroundings } from '@/agent/types'
import type { Item } from './items'
import type { Ended, Listening, RunState, Turn } from './run'

export type Status = 'idle' | 'loading' | 'running' | 'reconnecting'

export interface Snapshot {
  /** The conversation; its first message opens it. */
  threadId: string
  status: Status
  items: readonly Item[]
  state: RunState
  /** A message that may not have arrived: only the person sends it again. */
  unsent: string | null
  /** It could not be read. */
  trouble: unknown
}

/** What the store needs from around it; tests bring their own. */
export interface World extends Surroundings {
  run: (turn: Turn, abort: AbortController, tell: Listening) => Promise<Ended>
  /** Something may have changed on the server. */
  changed: () => void
  /** Where the current thread is kept. */
  keep: (threadId: string) => void
  wait: (ms: number) => Promise<void>
}
