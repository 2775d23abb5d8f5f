/** Where a refusal belongs in a form. */
import type { Problem } from '@/api/http'
import type { ProblemBody } from '@/api/types'
import type { Schema } from '@/catalogue/schema'
import type { Errors } from './validator'
import { schemaAt } from './validator'

export type Candidate = NonNullable<ProblemBody['candidates']>[number]

export interface Placed {
  errors: Errors
  /** Records that may have been meant, by the field that named one. */
  candidates: Record<string, Candidate[]>
  /** All of it stands at fields; nothing has to be said besides. */
  whole: boolean
}

export const NOWHERE: Placed = { errors: {}, candidates: {}, whole: true }

/** The parts of a refusal at their fields, for those that the form has. */
export function place(problem: Problem, schema: Schema): Placed {
  const errors: Errors = {}
  let elsewhere = 0
  // the later calls of a plan are not what this form says
  const listed = (problem.body.step ?? 0) === 0 ? (problem.body.errors ?? []) : []
  for (const { pointer, detail } of listed) {
    const [at, text] = worded(pointer, detail)
    if (at !== '' && Object.keys(schemaAt(schema, at.split('/').slice(1))).length > 0) errors[at] ??= text
    else elsewhere++
  }
  const [first] = Object.keys(errors)
  const offered = problem.body.candidates ?? []
  return {
    errors,
    candidates: first !== undefined && offered.length > 0 ? { [first]: offered } : {},
    whole: first !== undefined && elsewhere === 0,
  }
}

/** The schema's own words about values, as people say them. */
function worded(pointer: string, detail: string): [string, string] {
  const missing = /^"([^"]+)" is a required property/.exec(detail)?.[1]
  if (missing) return [`${pointer}/${missing}`, 'Needs a value']
  if (/has less than 1 item/.test(detail)) return [pointer, 'Needs at least one line']
  if (/does not match|is not of type|is not a "/.test(detail)) return [pointer, 'Does not have the right form']
  return [pointer, detail]
}
