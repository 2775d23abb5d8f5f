/** What a step of the agent is called. */
import { ACTIONS } from '@/agent/actions'
import type { Catalogue } from '@/catalogue/catalogue'
import { firstSentence } from '@/catalogue/words'
import type { CallItem } from './items'

/** The part of a title that says it in a few words. */
export function short(title: string): string {
  const said = firstSentence(title).split(/[:;,]| — /)[0]?.trim() ?? title
  return said.length > 60 ? `${said.slice(0, 57)}…` : said
}

/** Reads are told as done: `List invoices` → `Listed invoices`. */
export function stepTitle(catalogue: Catalogue, call: CallItem): string {
  const action = ACTIONS.find(({ name }) => name === call.tool)
  if (action) return action.title
  const operation = catalogue.operation(call.tool)
  if (!operation) return call.tool.replace(/_/g, ' ')
  const title = short(operation.title)
  if (call.running) return `${title}…`
  const failed = problemIn(call.result) !== undefined
  if (operation.effect !== 'read') return failed ? `Tried: ${title}` : `Prepared: ${title}`
  if (failed) return `Tried: ${title}`
  const past = title.replace(/^List\b/, 'Listed').replace(/^Show\b/, 'Looked at').replace(/^Download\b/, 'Downloaded')
  return past === title ? `Looked up: ${title}` : past
}

export interface Refused {
  detail: string
  fix?: string
  candidates?: { id: string; label: string }[]
}

/** Why a call did not work, where it did not. */
export function problemIn(result: unknown): Refused | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  const { code, detail, fix, candidates, ok, problem } = result as Record<string, unknown>
  if (ok === false) return { detail: typeof problem === 'string' ? problem : 'It did not work.' }
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined
  return {
    detail,
    fix: typeof fix === 'string' ? fix : undefined,
    candidates: Array.isArray(candidates) ? (candidates as Refused['candidates']) : undefined,
  }
}

/** The question's own list of the candidates goes where they are shown as choices. */
export function withoutChoices(text: string, labels: string[]): string {
  const lines = text.split('\n')
  return lines.filter((line) => !/^\s*(\d+[.)]|[-*])\s/.test(line) || !labels.some((label) => line.includes(label))).join('\n').trim()
}
