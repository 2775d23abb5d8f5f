/** What a conversation consists of, as it is drawn: the same from a stream and from history. */
import type { Approval, ConversationDetail } from '@/api/types'

export interface Saying<Kind extends 'user' | 'text'> { kind: Kind; id: string; text: string; streaming?: boolean }
export interface CallItem {
  kind: 'call'
  id: string
  /** The operation's name for models, or that of a UI action. */
  tool: string
  args: Record<string, unknown>
  /** Not there yet while it runs; nothing where history did not keep it. */
  result?: unknown
  running?: boolean
}
export interface ProposalItem { kind: 'proposal'; id: string; approval: Approval }
/** A line of ours between what is said. */
export interface Note { kind: 'note'; id: string; text: string; tone: 'plain' | 'warning' }
export interface ErrorItem { kind: 'error'; id: string; error: unknown }

export type Item = Saying<'user'> | Saying<'text'> | CallItem | ProposalItem | Note | ErrorItem

/** A conversation as the server tells it, with what newer servers tell besides. */
export type Detail = ConversationDetail & {
  running?: boolean
  pending?: { id: string; tool: string; arguments: unknown }[]
}

interface Kept { id: string; tool: string; arguments?: Record<string, unknown>; result?: unknown; ok?: boolean; problem?: string }

/** What was said before, from the server. */
export function itemsOf(detail: Detail): Item[] {
  const items: Item[] = []
  detail.messages.forEach((said, index) => {
    const id = `${detail.id} ${index}`
    for (const call of [...listOf(said.calls), ...listOf(said.asked)]) {
      items.push({ kind: 'call', id: call.id, tool: call.tool, args: call.arguments ?? {}, result: call.result })
    }
    for (const answer of listOf(said.answers)) {
      const asked = items.find((item) => item.kind === 'call' && item.id === answer.id) as CallItem | undefined
      if (asked) asked.result = { ok: answer.ok, problem: answer.problem }
    }
    if (isApproval(said.proposal)) items.push({ kind: 'proposal', id: said.proposal.id, approval: said.proposal })
    if (typeof said.text === 'string' && said.text !== '') {
      if (said.interrupted === true || said.stopped === true) items.push({ kind: 'note', id, text: readable(said.text), tone: 'plain' })
      else {
        // what introduces a proposal stands above it, as it did when it was said
        const proposed = said.role !== 'user' && items.at(-1)?.kind === 'proposal' ? items.pop() : undefined
        items.push({ kind: said.role === 'user' ? 'user' : 'text', id, text: said.text })
        if (proposed) items.push(proposed)
      }
    }
  })
  return items
}

/** History's marks in brackets, as a sentence. */
const readable = (text: string) => {
  const said = text.replace(/^\((.*)\)$/, '$1')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`
}

const listOf = (value: unknown): Kept[] => (Array.isArray(value) ? (value as Kept[]) : [])

export function isApproval(value: unknown): value is Approval {
  return typeof value === 'object' && value !== null && 'id' in value && 'title' in value && 'effects' in value
}

/** Whether the server still works on what was said last. Older servers do not say: then a person's word is open. */
export function stillRunning(detail: Detail): boolean {
  return detail.running ?? detail.messages.at(-1)?.role === 'user'
}

/** An event of a run, as far as it is drawn. The client has checked it against the protocol. */
export type Told =
  | { type: 'TEXT_MESSAGE_START'; messageId: string }
  | { type: 'TEXT_MESSAGE_CONTENT'; messageId: string; delta: string }
  | { type: 'TEXT_MESSAGE_END'; messageId: string }
  | { type: 'TOOL_CALL_START'; toolCallId: string; toolCallName: string }
  | { type: 'TOOL_CALL_END'; toolCallId: string; args: Record<string, unknown> }
  | { type: 'TOOL_CALL_RESULT'; toolCallId: string; content: unknown }
  | { type: 'PROPOSED'; approval: Approval }

/** The items after an event; unchanged ones stay the same objects. */
export function applied(items: Item[], told: Told): Item[] {
  const change = <K extends Item['kind']>(kind: K, id: string, to: (item: Extract<Item, { kind: K }>) => Partial<Item>) =>
    items.map((item) => (item.kind === kind && item.id === id ? ({ ...item, ...to(item as Extract<Item, { kind: K }>) } as Item) : item))
  switch (told.type) {
    case 'TEXT_MESSAGE_START':
      return [...items, { kind: 'text', id: told.messageId, text: '', streaming: true }]
    case 'TEXT_MESSAGE_CONTENT':
      return change('text', told.messageId, (item) => ({ text: item.text + told.delta }))
    case 'TEXT_MESSAGE_END':
      return change('text', told.messageId, () => ({ streaming: false }))
    case 'TOOL_CALL_START':
      return [...items, { kind: 'call', id: told.toolCallId, tool: told.toolCallName, args: {}, running: true }]
    case 'TOOL_CALL_END':
      return change('call', told.toolCallId, () => ({ args: told.args }))
    case 'TOOL_CALL_RESULT':
      return change('call', told.toolCallId, () => ({ running: false, result: told.content }))
    case 'PROPOSED':
      return [...items.filter((item) => item.id !== told.approval.id), { kind: 'proposal', id: told.approval.id, approval: told.approval }]
  }
}

/** What was open when a run ended is closed. */
export function settled(items: Item[]): Item[] {
  return items
    .filter((item) => !(item.kind === 'text' && item.streaming && item.text === ''))
    .map((item) => {
      if (item.kind === 'text' && item.streaming) return { ...item, streaming: false }
      return item.kind === 'call' && item.running ? { ...item, running: false } : item
    })
}

/** Tool results are texts, most of them JSON. */
export function parsed(content: unknown): unknown {
  if (typeof content !== 'string') return content
  try {
    return JSON.parse(content)
  } catch {
    return content
  }
}
