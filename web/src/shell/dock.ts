/** Whether the conversation stands beside the page; kept in this browser. */
import { useSyncExternalStore } from 'react'

const KEY = 'steward.chat'
const listeners = new Set<() => void>()
let open: boolean | undefined

function isOpen(): boolean {
  open ??= localStorage.getItem(KEY) === 'true'
  return open
}

export function setDock(next: boolean): void {
  open = next
  localStorage.setItem(KEY, String(next))
  listeners.forEach((listener) => listener())
}

export function useDock(): [boolean, (open: boolean) => void] {
  const now = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, isOpen)
  return [now, setDock]
}
