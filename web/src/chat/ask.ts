/** Something to say in the conversation that was typed elsewhere: the panel takes it once it is there. */
import { setDock } from '@/shell/dock'

let waiting: string | null = null
const listeners = new Set<() => void>()

/** Opens the conversation beside the page, unless it fills the page, and says this in it. */
export function askSteward(text: string): void {
  waiting = text
  if (!location.pathname.startsWith('/chat')) setDock(true)
  listeners.forEach((listener) => listener())
}

export function takeAsked(): string | null {
  const text = waiting
  waiting = null
  return text
}

export function onAsk(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
