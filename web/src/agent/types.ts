import type { Catalogue } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import type { PageContext } from '@/page/context'

/** What came of an action: told to the agent as it is. */
export type Outcome = { ok: true; [more: string]: unknown } | { ok: false; problem: string }

/** What actions act with: the person's own rights, and the page that is open. */
export interface Surroundings {
  catalogue: Catalogue
  /** Opens an address of ours, and ends once its page is there. */
  go: (path: string, search?: Record<string, string>) => Promise<void>
  page: () => PageContext & { path: string }
  /** Shows a short message. */
  notify: (text: string, level: Level) => void
}

export const LEVELS = ['info', 'success', 'warning', 'error'] as const
export type Level = (typeof LEVELS)[number]

export type Arguments = Record<string, unknown>

/** Something that can be done with the page: by the agent, and by the palette. None of them commits anything. */
export interface UiAction {
  name: string
  title: string
  description: string
  /** JSON Schema of the arguments. */
  parameters: Schema
  run: (args: Arguments, cx: Surroundings) => Outcome | Promise<Outcome>
}
