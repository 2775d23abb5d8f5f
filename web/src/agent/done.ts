/** Which calls of the agent were done here already, so that a reload or a second delivery does nothing twice. */
import type { Outcome } from './types'

interface Entry {
  id: string
  outcome: Outcome
  /** Its result has gone to the server. */
  sent?: boolean
}

const KEY = 'steward.acted'
const MOST = 100

function entries(): Entry[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as Entry[]
  } catch {
    return []
  }
}

function keep(all: Entry[]): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(all.slice(-MOST)))
  } catch {
    // a full or forbidden store: the page's memory of this run remains
  }
}

/** What came of a call, where it was done here. */
export const outcomeOf = (id: string): Outcome | undefined => entries().find((entry) => entry.id === id)?.outcome

export const wasSent = (id: string): boolean => entries().some((entry) => entry.id === id && entry.sent)

export function remember(id: string, outcome: Outcome): void {
  keep([...entries().filter((entry) => entry.id !== id), { id, outcome }])
}

export function markSent(ids: string[]): void {
  keep(entries().map((entry) => (ids.includes(entry.id) ? { ...entry, sent: true } : entry)))
}
