/** The server's words, from /openapi.json. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Tool = Schemas['Tool']
export type Effect = Schemas['Effect']
export type Approval = Schemas['Approval']
export type Answer = Schemas['Answer']
export type Done = Schemas['Done']
export type Preview = Schemas['Preview']
export type NeedsApproval = Schemas['NeedsApproval']
export type ProblemBody = Schemas['Problem']
export type Me = Schemas['Me']
export type Conversation = Schemas['Conversation']
export type ConversationDetail = Schemas['ConversationDetail']

/** A call of an operation, as plans have them. */
export interface Call {
  name: string
  arguments: Record<string, unknown>
}

/** An amount of money: a decimal string, never a float. */
export interface Money {
  amount: string
  currency: string
}

/** A record that something names. */
export interface RecordRef {
  type: string
  id: string
  label: string
}

/** One page of a list. */
export interface Page<Row = Record<string, unknown>> {
  items: Row[]
  next_cursor: string | null
  total?: number | null
  total_at_least?: number | null
}
