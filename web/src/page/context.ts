/**
 * What the person looks at: each page says it, the chat sends it along, and the agent's `ui_snapshot` reads it.
 */
import { useEffect } from 'react'
import type { RecordRef } from '@/api/types'

export interface PageContext {
  title: string
  /** The read that the page shows, and with which arguments. */
  operation?: string
  arguments?: Record<string, unknown>
  /** The record that is open. */
  record?: RecordRef
  /** The form that is open, and what is filled in. */
  form?: { operation: string; arguments: Record<string, unknown>; previewed: boolean }
  /** Rows that are chosen, and the first that are seen. */
  selection?: RecordRef[]
  rows?: RecordRef[]
  /** More for `ui_snapshot`: what stands on the page. */
  facts?: Record<string, unknown>
}

let current: PageContext = { title: 'Steward' }
const listeners = new Set<(page: PageContext) => void>()

/** Calls back with what each page shows, as it changes. */
export function onPage(listener: (page: PageContext) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says what this page shows, for as long as it is there. */
export function usePage(page: PageContext): void {
  useEffect(() => {
    current = page
    listeners.forEach((listener) => listener(page))
    document.title = page.title === 'Steward' ? 'Steward' : `${page.title} – Steward`
  })
}

export function currentPage(): PageContext & { path: string } {
  return { path: location.pathname + location.search, ...current }
}
