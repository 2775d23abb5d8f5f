import { http } from './http'
import type { Answer, Call, Done, NeedsApproval, Preview } from './types'

/** What a plan would do, from the real code in a transaction that is rolled back. */
export function preview(calls: Call[], signal?: AbortSignal): Promise<Preview> {
  return submit<Preview>(calls, { query: { dry_run: true }, signal })
}

/** Does it, once: the key makes a repeated request answer what the first one did. */
export function commit(calls: Call[], key: string): Promise<Done | NeedsApproval> {
  return submit<Done | NeedsApproval>(calls, { headers: { 'idempotency-key': key } })
}

/** One read. */
export async function read<T>(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<T> {
  const answer = await submit<Done>([{ name, arguments: args }], { signal })
  return answer.result as T
}

/** Takes back what was done: a call, or the plan that it was part of. */
export function undo(done: { call_id?: string | null; plan_id?: string | null }, dryRun = false): Promise<Answer> {
  const path = done.plan_id ? `/api/v1/plans/${done.plan_id}/undo` : `/api/v1/calls/${done.call_id}/undo`
  return http('POST', path, { query: { dry_run: dryRun || undefined }, body: {} })
}

interface Options {
  query?: Record<string, boolean | undefined>
  headers?: Record<string, string>
  signal?: AbortSignal
}

function submit<T extends Answer>(calls: Call[], options: Options): Promise<T> {
  const [only] = calls
  if (only && calls.length === 1) {
    return http('POST', `/api/v1/tools/${only.name}`, { ...options, body: only.arguments })
  }
  return http('POST', '/api/v1/plans', { ...options, body: { calls } })
}
