/** The conversation that a person has: one, whatever page or panel shows it, and whichever page the agent moves to. */
import type { Message, ResumeEntry } from '@ag-ui/core'
import { Problem, Unreachable, http } from '@/api/http'
import { offered } from '@/agent/actions'
import type { UiCall } from '@/agent/batch'
import { batch } from '@/agent/batch'
import { markSent, outcomeOf, wasSent } from '@/agent/done'
import { glance } from '@/agent/snapshot'
import type { Detail, Item } from './items'
import { applied, itemsOf, settled, stillRunning } from './items'
import type { Ended, Turn } from './run'
import type { Snapshot, World } from './world'

/** Rounds of UI actions without a word of the person: more than that is a loop. */
const ROUNDS = 8
/** Time that a stopped run has to end by itself. */
const GRACE = 1500
/** How often a lost run is looked for, in milliseconds, and how long. */
const LOOKS = [500, 1000, 2000, 3000, 5000]
const LONGEST = 120

export class Conversation {
  private now: Snapshot
  private readonly listeners = new Set<() => void>()
  private abort: AbortController | null = null
  /** Grows with every run and every change of thread: what belongs to an older one is not heard. */
  private turn = 0

  constructor(
    private readonly world: World,
    threadId: string | null,
  ) {
    this.now = empty(threadId ?? crypto.randomUUID())
    if (threadId) void this.open(threadId)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly snapshot = (): Snapshot => this.now

  /** Shows another conversation; what runs in this one goes on without us. */
  async open(threadId: string): Promise<void> {
    if (this.now.threadId === threadId && this.now.items.length > 0) return
    const turn = this.leave()
    this.now = { ...empty(threadId), status: 'loading' }
    this.world.keep(threadId)
    this.set({})
    try {
      const detail = await this.read(threadId)
      if (turn !== this.turn) return
      this.set({ items: itemsOf(detail), status: 'idle' })
      if (detail.running) return await this.follow(turn, null)
      await this.deliver(turn, detail)
    } catch (error) {
      if (turn !== this.turn) return
      // one that has no message yet is not known to the server
      const unknown = error instanceof Problem && error.status === 404
      this.set({ status: 'idle', trouble: unknown ? null : error })
    }
  }

  /** A new conversation. */
  start(): void {
    this.leave()
    this.now = empty(crypto.randomUUID())
    this.world.keep(this.now.threadId)
    this.set({})
  }

  async say(text: string): Promise<void> {
    const said = text.trim()
    if (said === '' || this.busy()) return
    const item: Item = { kind: 'user', id: crypto.randomUUID(), text: said }
    this.set({ items: [...this.now.items.filter(({ kind }) => kind !== 'error'), item], unsent: null, trouble: null })
    await this.go([{ id: item.id, role: 'user', content: said }], undefined, said)
  }

  /** Yes or no to what was proposed. */
  async decide(approval: string, decision: 'approve' | 'reject', note?: string): Promise<void> {
    if (this.busy()) return
    const payload = { decision, ...(note && { note }) }
    await this.go([], [{ interruptId: approval, status: 'resolved', payload }], null)
  }

  /** Sends once more what did not arrive, because the person says so. */
  async retry(): Promise<void> {
    const { unsent, items } = this.now
    if (unsent === null) return
    const at = items.findLastIndex((item) => item.kind === 'user' && item.text === unsent)
    this.set({ items: items.filter((item, index) => index !== at && item.kind !== 'error') })
    await this.say(unsent)
  }

  /** Ends the run: the server first, so that it says so itself; this side after a moment in any case. */
  readonly stop = (): void => {
    const { abort, now } = this
    if (now.status === 'reconnecting') {
      this.leave()
      this.set({ status: 'idle' })
    }
    void http('POST', `/api/v1/conversations/${now.threadId}/stop`).catch(() => undefined)
    if (abort) void this.world.wait(GRACE).then(() => abort.abort())
    this.stopped = true
  }
  private stopped = false

  private busy = () => this.now.status === 'running' || this.now.status === 'reconnecting'

  /** Runs, and goes on for as long as the run asks the page for something. */
  private async go(messages: Message[], resume: ResumeEntry[] | undefined, said: string | null): Promise<void> {
    const turn = ++this.turn
    this.stopped = false
    let next: Message[] | null = messages
    for (let round = 0; next !== null && round <= ROUNDS; round++) {
      const ended = await this.once(turn, next, round === 0 ? resume : undefined)
      if (turn !== this.turn) return
      if (ended.how === 'lost') return await this.follow(turn, round === 0 ? said : null)
      next = ended.how === 'done' ? await this.answer(turn, ended.asked) : null
      if (turn !== this.turn) return
      if (ended.how === 'failed') this.set({ items: [...this.now.items, { kind: 'error', id: crypto.randomUUID(), error: ended.error }], unsent: said })
      if (ended.how === 'stopped') this.note('Stopped.')
    }
    if (next !== null) this.note('Steward asked the page for too much at once, and was stopped.', 'warning')
    this.set({ status: 'idle' })
    this.world.changed()
  }

  private async once(turn: number, messages: Message[], resume: ResumeEntry[] | undefined): Promise<Ended> {
    const abort = new AbortController()
    this.abort = abort
    this.set({ status: 'running', state: {} })
    const input: Turn = {
      threadId: this.now.threadId,
      runId: crypto.randomUUID(),
      messages,
      resume,
      tools: offered(),
      page: glance(this.world.page()),
    }
    const ours = () => turn === this.turn
    const ended = await this.world.run(input, abort, {
      told: (told) => ours() && this.set({ items: applied(this.now.items as Item[], told) }),
      state: (state) => ours() && this.set({ state }),
    })
    if (ours()) this.set({ items: settled(this.now.items as Item[]) })
    if (this.abort === abort) this.abort = null
    return ended
  }

  /** Does what the page was asked, and says what came of it: the messages of the next run. */
  private async answer(turn: number, asked: UiCall[]): Promise<Message[] | null> {
    const open = asked.filter(({ id }) => !wasSent(id))
    if (open.length === 0 || this.stopped) return null
    const abort = new AbortController()
    const stop = () => {
      abort.abort()
      this.stop()
    }
    this.abort = abort
    const answered = await batch(open, this.world, abort.signal, stop)
    for (const { id, outcome } of answered) {
      if (turn !== this.turn) return null
      this.set({ items: applied(this.now.items as Item[], { type: 'TOOL_CALL_RESULT', toolCallId: id, content: outcome }) })
    }
    if (abort.signal.aborted || this.stopped) {
      this.note('Stopped.')
      return null
    }
    return results(answered.map(({ id, outcome }) => [id, outcome]))
  }

  /** What was done here before a reload, and never told. */
  private async deliver(turn: number, detail: Detail): Promise<void> {
    const done = (detail.pending ?? []).flatMap(({ id }) => {
      const outcome = wasSent(id) ? undefined : outcomeOf(id)
      return outcome ? [[id, outcome] as const] : []
    })
    if (done.length > 0 && done.length === detail.pending?.length && turn === this.turn) await this.go(results(done), undefined, null)
  }

  /** The connection was lost: reads the conversation until the server has finished with it. Sends nothing. */
  private async follow(turn: number, said: string | null): Promise<void> {
    this.set({ status: 'reconnecting' })
    const before = this.now.items.filter((item) => item.kind === 'user').length
    for (let look = 0; look < LONGEST; look++) {
      await this.world.wait(LOOKS[Math.min(look, LOOKS.length - 1)] ?? 5000)
      if (turn !== this.turn) return
      const detail = await this.read(this.now.threadId).catch((error: unknown) => error as Error)
      if (turn !== this.turn) return
      if (detail instanceof Unreachable || (detail instanceof Problem && detail.body.retryable)) continue
      const items = detail instanceof Error ? [] : itemsOf(detail)
      const arrived = said === null || items.filter((item) => item.kind === 'user').length >= before
      if (!(detail instanceof Error) && arrived && stillRunning(detail)) {
        this.set({ items: items.length >= this.now.items.length ? items : this.now.items })
        continue
      }
      if (arrived && !(detail instanceof Error)) this.set({ items, status: 'idle' })
      else this.lost(said)
      this.world.changed()
      if (arrived && !(detail instanceof Error)) await this.deliver(turn, detail)
      return
    }
    this.lost(null)
  }

  private lost(said: string | null): void {
    this.note(said === null ? 'The connection was lost. What came of it is not known yet.' : 'Your message did not arrive.', 'warning')
    this.set({ status: 'idle', unsent: said })
  }

  private read = (threadId: string) => http<Detail>('GET', `/api/v1/conversations/${threadId}`)

  /** Lets go of what runs, without ending it. */
  private leave(): number {
    this.abort?.abort()
    this.abort = null
    return ++this.turn
  }

  private note(text: string, tone: 'plain' | 'warning' = 'plain'): void {
    this.set({ items: [...this.now.items, { kind: 'note', id: crypto.randomUUID(), text, tone }] })
  }

  private set(change: Partial<Snapshot>): void {
    this.now = { ...this.now, ...change }
    this.listeners.forEach((listener) => listener())
  }
}

const empty = (threadId: string): Snapshot => ({ threadId, status: 'idle', items: [], state: {}, unsent: null, trouble: null })

/** Results of calls as messages; from here on they count as sent. */
function results(done: (readonly [string, unknown])[]): Message[] {
  markSent(done.map(([id]) => id))
  return done.map(([id, outcome]) => ({ id: crypto.randomUUID(), role: 'tool', toolCallId: id, content: JSON.stringify(outcome) }))
}
