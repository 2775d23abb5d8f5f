/** One run over AG-UI: what goes out, what comes back, and how it ended. Loaded with the chat only. */
import { HttpAgent } from '@ag-ui/client'
import type { BaseEvent, Message, ResumeEntry, RunAgentInput } from '@ag-ui/client'
import { Problem, Unreachable } from '@/api/http'
import type { ProblemBody } from '@/api/types'
import type { UiCall } from '@/agent/batch'
import type { Told } from './items'
import { isApproval, parsed } from './items'

const URL = '/api/v1/agent/run'

export interface Turn {
  threadId: string
  runId: string
  messages: Message[]
  resume?: ResumeEntry[]
  tools: RunAgentInput['tools']
  /** What the person looks at. */
  page: Record<string, unknown>
}

/** What the server says of a run beside its words. */
export interface RunState {
  step?: 'thinking' | 'calling' | 'waiting' | 'done'
  proposal?: string | null
  pending?: string[]
}

export type Ended =
  | { how: 'done'; asked: UiCall[] }
  | { how: 'stopped' }
  /** The server refused, or the run failed. */
  | { how: 'failed'; error: unknown }
  /** The connection was lost: what the server did is unknown. `begun` where it had answered something. */
  | { how: 'lost'; begun: boolean }

export interface Listening {
  told: (told: Told) => void
  state: (state: RunState) => void
}

/** Runs a turn to its end; never throws. */
export async function run(turn: Turn, abort: AbortController, tell: Listening): Promise<Ended> {
  let ended: Ended | undefined
  let begun = false
  let failure: unknown
  const calls = new Map<string, UiCall>()
  const agent = new HttpAgent({
    url: URL,
    threadId: turn.threadId,
    initialMessages: turn.messages,
    initialState: { page: turn.page },
    fetch: checked,
  })
  const each = (event: BaseEvent) => {
    begun = true
    const told = toldBy(event)
    if (told) tell.told(told)
  }
  try {
    await agent.runAgent(
      { runId: turn.runId, tools: turn.tools, resume: turn.resume, abortController: abort },
      {
        onEvent: ({ event }) => each(event),
        onRunFailed: ({ error }) => {
          failure = error
          return { stopPropagation: true } as object
        },
        onToolCallEndEvent: ({ event, toolCallName, toolCallArgs }) => {
          calls.set(event.toolCallId, { id: event.toolCallId, name: toolCallName, args: toolCallArgs })
          tell.told({ type: 'TOOL_CALL_END', toolCallId: event.toolCallId, args: toolCallArgs })
        },
        onStateChanged: ({ state }) => tell.state(stateOf(state)),
        onRunErrorEvent: ({ event }) => {
          ended = { how: 'failed', error: problemOf(event) }
        },
        onRunFinishedEvent: (finished) => {
          if (finished.outcome === 'cancelled') ended = { how: 'stopped' }
          else if (finished.outcome === 'interrupt') {
            for (const { metadata } of finished.interrupts) {
              if (isApproval(metadata?.approval)) tell.told({ type: 'PROPOSED', approval: metadata.approval })
            }
            ended = { how: 'done', asked: [] }
          } else {
            const { approval } = (finished.result ?? {}) as { approval?: unknown }
            if (isApproval(approval)) tell.told({ type: 'PROPOSED', approval })
            const asked = finished.pendingToolCallIds.map((id) => calls.get(id)).filter((call) => call !== undefined)
            ended = { how: 'done', asked: asked.filter(({ name }) => name.startsWith('ui_')) }
          }
        },
      },
    )
  } catch (error) {
    failure ??= error
  }
  if (abort.signal.aborted) return { how: 'stopped' }
  if (failure instanceof Problem) return { how: 'failed', error: failure }
  // a stream that breaks off and one that cannot be read look alike: history knows
  return ended ?? { how: 'lost', begun }
}

/** A refusal before the stream begins is a problem like any other. */
async function checked(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, credentials: 'same-origin' }).catch((error: unknown) => {
    if (init.signal?.aborted) throw error
    throw new Unreachable()
  })
  if (response.ok) return quiet(response)
  const body = (await response.json().catch(() => undefined)) as ProblemBody | undefined
  // without a word of ours it was something in between: the server may never have heard it
  if (!body?.code && response.status >= 502) throw new Unreachable()
  throw new Problem(response.status, body ?? plain(response.status, `The server answered ${response.status}.`))
}

/** A stream that breaks off ends: that it ended too soon is seen by what it did not say. */
function quiet(response: Response): Response {
  const from = response.body?.getReader()
  if (!from) return response
  const body = new ReadableStream<Uint8Array>({
    async pull(to) {
      const next = await from.read().catch(() => undefined)
      if (next?.value) to.enqueue(next.value)
      else to.close()
    },
    cancel: (reason) => from.cancel(reason).catch(() => undefined),
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

function toldBy(event: BaseEvent): Told | undefined {
  const one = event as BaseEvent & Record<string, unknown>
  switch (String(event.type)) {
    case 'TOOL_CALL_RESULT':
      return { type: 'TOOL_CALL_RESULT', toolCallId: String(one.toolCallId), content: parsed(one.content) }
    case 'TEXT_MESSAGE_START':
    case 'TEXT_MESSAGE_CONTENT':
    case 'TEXT_MESSAGE_END':
    case 'TOOL_CALL_START':
      return one as unknown as Told
    default:
      return undefined
  }
}

/** The server's state is taken as far as it is understood. */
export function stateOf(state: unknown): RunState {
  const { step, proposal, pending } = (state ?? {}) as Record<string, unknown>
  const steps = ['thinking', 'calling', 'waiting', 'done'] as const
  return {
    step: steps.find((known) => known === step),
    proposal: typeof proposal === 'string' ? proposal : null,
    pending: Array.isArray(pending) ? pending.filter((id) => typeof id === 'string') : [],
  }
}

function problemOf(event: { message: string; code?: string; metadata?: Record<string, unknown> }): Problem {
  const told = event.metadata?.problem as ProblemBody | undefined
  return new Problem(told?.status ?? 500, told ?? { ...plain(500, event.message), code: event.code ?? 'failed' })
}

function plain(status: number, detail: string): ProblemBody {
  return { type: 'about:blank', title: 'That did not work', status, detail, code: 'failed', retryable: true, fix: 'Try again in a moment.' }
}
