/** What the palette offers, and in which order. Every entry is a UI action: the palette and the agent act alike. */
import { PLACES } from '@/agent/actions'
import type { RecordRef } from '@/api/types'
import type { Catalogue, Operation } from '@/catalogue/catalogue'
import { actionLabel } from '@/catalogue/catalogue'
import { firstSentence, words } from '@/catalogue/words'

export const GROUPS = ['Open now', 'Records', 'Recent', 'Do', 'Go to', 'Ask'] as const
export type Group = (typeof GROUPS)[number]

export interface Entry {
  id: string
  group: Group
  label: string
  /** Beside the label. */
  hint?: string
  /** More words that find it. */
  words?: string
  /** The UI action that it runs; `ask` says it in the conversation. */
  action: { name: string; args: Record<string, unknown> } | { ask: string }
}

/** What can be done and where one can go, as far as this person may. */
export function offers(catalogue: Catalogue, record: RecordRef | undefined): Entry[] {
  const entries: Entry[] = []
  const about = record && catalogue.entity(record.type)
  for (const operation of about ? catalogue.actions(about) : []) {
    entries.push(form(operation, actionLabel(operation, about!), 'Open now', { id: record!.id }, record!.label))
  }
  for (const entity of catalogue.entities.values()) {
    const title = words(entity.domain)
    for (const operation of catalogue.starts(entity)) {
      if (mayStandAlone(operation)) entries.push(form(operation, actionLabel(operation, entity), 'Do', {}, title))
    }
    if (entity.list && !entity.list.input.required?.length) {
      entries.push({ id: entity.name, group: 'Go to', label: entity.title, hint: title, words: text(entity.list), action: go(entity.name) })
    }
    for (const report of catalogue.reports(entity)) {
      const action = { name: 'ui_set_view', args: { operation: report.name, arguments: {} } }
      entries.push({ id: report.name, group: 'Go to', label: words(report.verb), hint: `${title} · ${words(report.plural)}`, words: text(report), action })
    }
  }
  const titles: Record<string, string> = { home: 'Home', approvals: 'Approvals', chat: 'Conversations', settings: 'Settings' }
  for (const place of Object.keys(PLACES)) {
    entries.push({ id: place, group: 'Go to', label: titles[place] ?? words(place), action: go(place) })
  }
  return entries
}

/** Records as entries. */
export function recordEntries(records: (RecordRef & { noun?: string })[], catalogue: Catalogue, group: Group): Entry[] {
  return records
    .filter(({ type }) => catalogue.entity(type)?.get)
    .map(({ type, id, label, noun }) => ({
      id: `${type} ${id}`,
      group,
      label,
      hint: noun ?? catalogue.entity(type)?.noun,
      action: { name: 'ui_open_record', args: { type, id } },
    }))
}

export const askEntry = (text: string): Entry => ({ id: 'ask', group: 'Ask', label: `Ask Steward: ${text}`, action: { ask: text } })

/** Comments and files belong to a record, and are made on its page. */
const mayStandAlone = (operation: Operation) => !Object.entries(operation.input.properties ?? {}).some(
  ([name, schema]) => operation.input.required?.includes(name) && (name === 'record' || schema['x-record'] === true || schema['x-ref'] === '*'),
)

const go = (to: string) => ({ name: 'ui_navigate', args: { to } })
const text = (operation: Operation) => `${operation.title} ${firstSentence(operation.description)}`

function form(operation: Operation, label: string, group: Group, args: Record<string, unknown>, hint: string): Entry {
  const action = { name: 'ui_fill_form', args: { operation: operation.name, arguments: args } }
  return { id: `${group} ${operation.name}`, group, label, hint, words: text(operation), action }
}

const OF_GROUP = 7

/** The entries that fit what is typed: best first in each group, the group of the best first; asking stays last. */
export function ranked(entries: Entry[], query: string, most = OF_GROUP): Entry[] {
  const said = plain(query)
  const scored = entries.map((entry, at) => ({ entry, at, score: score(entry, said) })).filter(({ score }) => score > 0)
  scored.sort((a, b) => b.score - a.score || a.at - b.at)
  const groups = new Map<Group, Entry[]>()
  for (const { entry } of scored) {
    const of = groups.get(entry.group) ?? []
    if (of.length < most) groups.set(entry.group, [...of, entry])
  }
  const order = said === '' ? [...groups].sort(([a], [b]) => GROUPS.indexOf(a) - GROUPS.indexOf(b)) : [...groups]
  return order.flatMap(([, of]) => of)
}

/** How well an entry fits: its label counts, its other words a little. Nothing at all is 0. */
export function score(entry: Entry, said: string): number {
  if (said === '') return 1
  const label = plain(entry.label)
  const wanted = said.split(' ')
  if (label === said) return 100
  if (label.startsWith(said)) return 90
  if (begins(label, wanted)) return 75
  if (label.includes(said)) return 60
  if (begins(`${label} ${plain(entry.hint ?? '')}`, wanted)) return 50
  if (begins(`${label} ${plain(entry.hint ?? '')} ${plain(entry.words ?? '')}`, wanted)) return 25
  // what the server found fits by something that is not shown
  return entry.group === 'Records' ? 40 : 0
}

/** Whether every wanted word begins a word of the text. */
function begins(text: string, wanted: string[]): boolean {
  const has = text.split(' ')
  return wanted.every((word) => has.some((one) => one.startsWith(word)))
}

/** Without case, accents and signs. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}
