import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recorded } from '@/agent/fixtures'
import { wasSent } from '@/agent/done'
import { Conversation } from './conversation'
import { run } from './run'
import type { World } from './world'

/** A server that streams what each test has it stream, run by run, and remembers what it was sent. */
interface Input {
  threadId: string
  messages: { role: string; content?: string; toolCallId?: string }[]
  tools: { name: string }[]
  state: { page: { path: string } }
  resume?: unknown[]
}
type Event = { type: string; [more: string]: unknown }
type Told = Event[] | 'break' | 'hang' | 'unreachable'
type Script = (input: Input) => Told

let inputs: Input[] = []
let others: string[] = []
let history: () => Response
let script: Script[] = []

function streamed(input: Input & { runId: string }, events: Told, signal?: AbortSignal | null): Response {
  const encoder = new TextEncoder()
  const { threadId, runId } = input
  const line = (event: Event) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`)
  const body = new ReadableStream<Uint8Array>({
    start(to) {
      to.enqueue(line({ type: 'RUN_STARTED', threadId, runId }))
      if (events === 'break') return void setTimeout(() => to.error(new TypeError('network error')), 5)
      if (typeof events === 'string') return signal?.addEventListener('abort', () => to.error(new DOMException('Aborted', 'AbortError')))
      for (const event of events) to.enqueue(line(event.type === 'RUN_FINISHED' ? { threadId, runId, ...event } : event))
      to.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

beforeEach(() => {
  inputs = []
  others = []
  history = () => Response.json({ messages: [] })
  sessionStorage.clear()
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url !== '/api/v1/agent/run') {
      others.push(`${init.method} ${url}`)
      return init.method === 'GET' ? history() : new Response(null, { status: 204 })
    }
    const input = JSON.parse(String(init.body)) as Input & { runId: string }
    inputs.push(input)
    const next = script.shift()?.(input) ?? [done]
    if (next === 'unreachable') throw new TypeError('Failed to fetch')
    return streamed(input, next, init.signal)
  })
})
afterEach(() => vi.unstubAllGlobals())

const done: Event = { type: 'RUN_FINISHED', outcome: { type: 'success' } }
const text = (words: string, id = 't1'): Event[] => [
  { type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' },
  { type: 'TEXT_MESSAGE_CONTENT', messageId: id, delta: words },
  { type: 'TEXT_MESSAGE_END', messageId: id },
]
const call = (id: string, name: string, args: object): Event[] => [
  { type: 'TOOL_CALL_START', toolCallId: id, toolCallName: name },
  { type: 'TOOL_CALL_ARGS', toolCallId: id, delta: JSON.stringify(args) },
  { type: 'TOOL_CALL_END', toolCallId: id },
]
const asks = (...ids: string[]): Event => ({ type: 'RUN_FINISHED', outcome: { type: 'success', pendingToolCallIds: ids } })

function conversation(threadId: string | null = null) {
  const { cx, went } = recorded()
  const world: World = { ...cx, run, changed: () => {}, keep: () => {}, wait: () => Promise.resolve() }
  const talk = new Conversation(world, threadId)
  return { talk, went, items: () => talk.snapshot().items, status: () => talk.snapshot().status }
}

const THREAD = '11111111-1111-4111-8111-111111111111'

describe('a conversation', () => {
  it('streams words, and tells of the page and of what can be done with it', async () => {
    script = [() => [...text('Hello.'), done]]
    const { talk, items, status } = conversation()
    await talk.say('hi')
    expect(items()).toMatchObject([{ kind: 'user', text: 'hi' }, { kind: 'text', text: 'Hello.', streaming: false }])
    expect(status()).toBe('idle')
    expect(inputs[0]?.state.page.path).toBe('/')
    expect(inputs[0]?.tools.map(({ name }) => name)).toContain('ui_set_view')
  })

  it('acts in order, then answers all in one run', async () => {
    script = [
      () => [...text('Opening.'), ...call('c1', 'ui_navigate', { to: 'garden.trees' }), ...call('c2', 'ui_navigate', { to: 'nowhere' }), asks('c1', 'c2')],
      () => [done],
    ]
    const { talk, went, items } = conversation()
    await talk.say('open the trees')
    expect(went.map(([path]) => path)).toEqual(['/garden/trees'])
    expect(inputs).toHaveLength(2)
    expect(inputs[1]?.messages.map(({ role, toolCallId }) => [role, toolCallId])).toEqual([['tool', 'c1'], ['tool', 'c2']])
    expect(JSON.parse(inputs[1]?.messages[1]?.content ?? '')).toMatchObject({ ok: false })
    expect(items().filter(({ kind }) => kind === 'call')).toMatchObject([{ result: { ok: true } }, { result: { ok: false } }])
  })

  it('sends the result of a call once, whatever is asked again', async () => {
    const again = () => [...call('same', 'ui_navigate', { to: 'home' }), asks('same')]
    script = [again, again, again]
    const { talk, went } = conversation()
    await talk.say('go home')
    await talk.say('once more')
    expect(went).toHaveLength(1)
    expect(inputs.flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'))).toHaveLength(1)
  })

  it('does not go on for ever', async () => {
    let at = 0
    script = Array.from({ length: 30 }, () => () => [...call(`loop${(at += 1)}`, 'ui_snapshot', {}), asks(`loop${at}`)])
    const { talk, items } = conversation()
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
    await talk.say('loop')
    expect(inputs.length).toBeLessThan(12)
    expect(items().at(-1)).toMatchObject({ kind: 'note', tone: 'warning' })
  })

  it('leaves calls that are not of the page to the server', async () => {
    script = [() => [...call('x', 'garden_trees_list', {}), asks('x')]]
    const { talk } = conversation()
    await talk.say('hi')
    expect(inputs).toHaveLength(1)
  })

  it('stops: tells the server, and lets go', async () => {
    script = [() => 'hang']
    const { talk, items, status } = conversation()
    const said = talk.say('slow')
    await vi.waitFor(() => expect(inputs).toHaveLength(1))
    talk.stop()
    await said
    expect(others).toEqual([`POST /api/v1/conversations/${talk.snapshot().threadId}/stop`])
    expect(items().at(-1)).toMatchObject({ kind: 'note', text: 'Stopped.' })
    expect(status()).toBe('idle')
  })

  it('takes an interrupt for a proposal, and sends the decision', async () => {
    const approval = { id: 'a1', title: 'Fell it', effects: [], status: 'pending', calls: [] }
    const interrupts = [{ id: 'a1', reason: 'tool_call', metadata: { approval } }]
    script = [() => [{ type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts } }], () => [...text('Done.'), done]]
    const { talk, items } = conversation()
    await talk.say('fell it')
    expect(items().at(-1)).toMatchObject({ kind: 'proposal', id: 'a1' })
    await talk.decide('a1', 'approve')
    expect(inputs[1]).toMatchObject({ messages: [], resume: [{ interruptId: 'a1', status: 'resolved', payload: { decision: 'approve' } }] })
  })

  it('shows a failed run with its way out, and offers to try again', async () => {
    const problem = { type: 'x', title: 'Busy', status: 503, detail: 'Too much.', code: 'busy', retryable: true, fix: 'Wait.' }
    script = [() => [{ type: 'RUN_ERROR', message: 'Too much.', code: 'busy', metadata: { problem } }], () => [...text('Now.'), done]]
    const { talk, items } = conversation()
    await talk.say('hi')
    expect(items().at(-1)).toMatchObject({ kind: 'error', error: { body: { fix: 'Wait.' } } })
    await talk.retry()
    expect(items().map(({ kind }) => kind)).toEqual(['user', 'text'])
  })

  it('applies snapshots and patches of the state', async () => {
    const step = (value: string): Event => ({ type: 'STATE_DELTA', delta: [{ op: 'replace', path: '/step', value }] })
    script = [() => [
      { type: 'STATE_SNAPSHOT', snapshot: { step: 'thinking', proposal: null, pending: [] } },
      step('calling'),
      { type: 'STATE_DELTA', delta: [{ op: 'add', path: '/pending/-', value: 'c9' }] },
      done,
    ]]
    const { talk } = conversation()
    const seen: unknown[] = []
    talk.subscribe(() => seen.push(talk.snapshot().state.step))
    await talk.say('hi')
    expect(seen).toContain('thinking')
    expect(talk.snapshot().state).toEqual({ step: 'calling', proposal: null, pending: ['c9'] })
  })
})

describe('a connection that is lost', () => {
  const said = (...messages: object[]) => Response.json({ id: THREAD, title: 't', messages })

  it('in mid-run: reads until the server has finished, and sends nothing', async () => {
    script = [() => 'break']
    const looks = [
      said({ role: 'user', text: 'hi' }),
      said({ role: 'user', text: 'hi' }, { role: 'assistant', text: 'Done after all.' }),
    ]
    history = () => looks.shift()!
    const { talk, items, status } = conversation()
    await talk.say('hi')
    expect(inputs).toHaveLength(1)
    expect(items()).toMatchObject([{ kind: 'user' }, { kind: 'text', text: 'Done after all.' }])
    expect(status()).toBe('idle')
  })

  it('before it arrived: says so, and only the person sends again', async () => {
    script = [() => 'unreachable', () => [...text('Here.'), done]]
    history = () => new Response('{"code":"not_found","retryable":false,"detail":"x"}', { status: 404 })
    const { talk, items } = conversation()
    await talk.say('hi')
    expect(inputs).toHaveLength(1)
    expect(talk.snapshot().unsent).toBe('hi')
    await talk.retry()
    expect(inputs).toHaveLength(2)
    expect(items().filter(({ kind }) => kind === 'user')).toHaveLength(1)
  })

  it('delivers after a reload what was done and never told, without doing it again', async () => {
    const { remember } = await import('@/agent/done')
    remember('p1', { ok: true })
    history = () => Response.json({ id: THREAD, title: 't', messages: [], running: false, pending: [{ id: 'p1', tool: 'ui_navigate', arguments: { to: 'home' } }] })
    script = [() => [done]]
    const { went } = conversation(THREAD)
    await vi.waitFor(() => expect(inputs).toHaveLength(1))
    expect(inputs[0]?.messages).toMatchObject([{ role: 'tool', toolCallId: 'p1', content: '{"ok":true}' }])
    expect(went).toHaveLength(0)
    expect(wasSent('p1')).toBe(true)
  })
})
