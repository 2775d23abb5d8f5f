/** What was typed and not sent, for as long as the tab is there. */
import type { Values } from './values'

export interface Draft {
  values: Values
  /** The version of the record that it began from. */
  version?: unknown
}

const keyOf = (operation: string, id?: string) => `steward.draft.${operation}.${id ?? ''}`

export function draftOf(operation: string, id?: string): Draft | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(operation, id))
    return text === null ? undefined : (JSON.parse(text) as Draft)
  } catch {
    return undefined
  }
}

/** Secrets are never kept; nothing is where there is no room (a large file) or the browser forbids it. */
export function keepDraft(operation: string, id: string | undefined, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(keyOf(operation, id), JSON.stringify(draft))
    else sessionStorage.removeItem(keyOf(operation, id))
  } catch {
    // the form goes on without
  }
}
