/** Whether the agent uses the page now, for the banner; and whether the person wants it to stop. */
import { calm } from './highlight'

export interface Acting {
  /** What it does: the action's title. */
  title: string
  stop: () => void
}

let acting: Acting | null = null
const listeners = new Set<() => void>()

export const currentlyActing = () => acting

export function onActing(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setActing(next: Acting | null): void {
  acting = next
  listeners.forEach((listener) => listener())
}

/** Time for a person to see a step. */
const PACE = 280

export function pace(): Promise<void> {
  return calm() ? Promise.resolve() : new Promise((later) => setTimeout(later, PACE))
}
