/** Effects in the order in which people read them. */
import type { Effect, Money } from '@/api/types'
import { isMoneyValue } from '@/catalogue/schema'

type Fields = Record<string, unknown>

export interface Posting {
  text: string
  account?: string
  name?: string
  party?: string
  debit?: Money
  credit?: Money
}

/** What one call does. */
export interface Part {
  sentence: string
  ledger: Posting[]
  others: Effect[]
  /** More happens than this person may see. */
  hidden?: string
}

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {})
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const sum = (value: unknown) => (isMoneyValue(value) ? value : undefined)

/** One part a call: a plan's preview says several things one after the other. */
export function partsOf(effects: Effect[]): Part[] {
  const parts: Part[] = []
  for (const effect of effects) {
    const after = fields(effect.after)
    const last = parts[parts.length - 1]
    if (!last || typeof after.operation === 'string') parts.push({ sentence: effect.text, ledger: [], others: [] })
    else if (/^\d+ more rows? (is|are) hidden/.test(effect.text)) last.hidden = effect.text
    else if (effect.kind === 'ledger') {
      const { account, name, party, debit, credit } = after
      last.ledger.push({ text: effect.text, account: text(account), name: text(name), party: text(party), debit: sum(debit), credit: sum(credit) })
    } else last.others.push(effect)
  }
  return parts
}

export interface Change {
  name: string
  from: unknown
  to: unknown
}

/** What was there and is different afterwards. */
export function changesOf(effect: Effect): Change[] {
  const [before, after] = [fields(effect.before), fields(effect.after)]
  return Object.keys(after)
    .filter((name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, from: before[name], to: after[name] }))
}

/** Sums that a money effect says: `net 10, tax 2, gross 12`. */
export function sumsOf(effect: Effect): [string, Money][] {
  if (effect.kind !== 'money') return []
  const said = Object.entries(fields(effect.after))
  return said.length > 0 && said.every(([, value]) => isMoneyValue(value)) ? (said as [string, Money][]) : []
}

/** The sentence and the changes, neither saying what the other does: `X: phone: – → 1` is `X`, and the change. */
export function told(effect: Effect): { text: string; changes: Change[] } {
  const changes = changesOf(effect)
  if (changes.length === 0 || !effect.text.includes('→')) return { text: effect.text, changes }
  const [head = '', ...rest] = effect.text.split(': ')
  return rest.length > 0 && !head.includes('→') ? { text: head, changes } : { text: effect.text, changes: [] }
}
