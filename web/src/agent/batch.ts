/** Does what the agent asks of the page, in order, slowly enough to be followed, each thing once. */
import { ACTIONS, act } from './actions'
import { pace, setActing } from './acting'
import { outcomeOf, remember } from './done'
import type { Outcome, Surroundings } from './types'

export interface UiCall {
  id: string
  name: string
  args: unknown
}

export interface Answered {
  id: string
  outcome: Outcome
}

/** Ends early, with what was done so far, once the signal says stop. */
export async function batch(calls: UiCall[], cx: Surroundings, signal: AbortSignal, stop: () => void): Promise<Answered[]> {
  const answered: Answered[] = []
  try {
    for (const [index, call] of calls.entries()) {
      if (signal.aborted) break
      const before = outcomeOf(call.id)
      if (before) {
        answered.push({ id: call.id, outcome: before })
        continue
      }
      setActing({ title: ACTIONS.find(({ name }) => name === call.name)?.title ?? 'Working', stop })
      if (index > 0) await pace()
      if (signal.aborted) break
      // remembered before it is done: what is cut off by a reload is not done again
      remember(call.id, { ok: false, problem: 'It was interrupted.' })
      const outcome = await act(call.name, call.args, cx)
      remember(call.id, outcome)
      answered.push({ id: call.id, outcome })
    }
    if (calls.length > 0 && !signal.aborted) await pace()
  } finally {
    setActing(null)
  }
  return answered
}
