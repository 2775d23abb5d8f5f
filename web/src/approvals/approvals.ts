/** What waits for a yes or no: read, decided, and how it stands. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Problem, http } from '@/api/http'
import type { Answer, Approval, ProblemBody } from '@/api/types'

export type Verdict = 'approve' | 'reject'
export type Tab = 'decide' | 'asked' | 'decided'

/** How it stands for the person who looks at it. */
export type Standing =
  /** This person decides. */
  | 'decide'
  /** This person asked, and somebody else has to decide. */
  | 'asked'
  /** Somebody else decides what somebody else asked. */
  | 'waiting'
  | 'approved'
  | 'rejected'
  | 'superseded'
  | 'expired'

export function standingOf(approval: Approval, me: string, now: Date): Standing {
  if (approval.status !== 'pending') return approval.status
  if (new Date(approval.expires_at) <= now) return 'expired'
  if (approval.may_decide) return 'decide'
  return approval.maker === me ? 'asked' : 'waiting'
}

/** Who may decide, in words: `Alice`, `a controller or a manager`. */
export function deciders({ approver, maker_name, delegated_to }: Pick<Approval, 'approver' | 'maker_name' | 'delegated_to'>): string {
  const role = (name: string) => `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name.replace(/_/g, ' ')}`
  const first = approver === 'self' ? maker_name : role(approver.replace(/^role:/, ''))
  return delegated_to ? `${first} or ${role(delegated_to.replace(/^role:/, ''))}` : first
}

/** `in 5 hours`, `2 days ago`. */
export function fromNow(moment: string, now: Date): string {
  const minutes = Math.round((new Date(moment).getTime() - now.getTime()) / 60_000)
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return Math.abs(hours) < 48 ? format.format(hours, 'hour') : format.format(Math.round(hours / 24), 'day')
}

const PATH = '/api/v1/approvals'
const one = (id: string) => `${PATH}/${encodeURIComponent(id)}`

export function inboxQuery(tab: Tab) {
  const side = tab === 'asked' ? 'asked' : 'decision'
  const query: Record<string, string> = tab === 'decided' ? { status: 'all' } : { status: 'pending', for: side }
  return queryOptions({
    queryKey: ['approvals', tab],
    queryFn: async ({ signal }) => {
      const { items } = await http<{ items: Approval[] }>('GET', PATH, { query, signal })
      return tab === 'decided' ? items.filter(({ status }) => status !== 'pending') : items
    },
    placeholderData: keepPreviousData,
  })
}

export function approvalQuery(id: string) {
  return queryOptions({
    queryKey: ['approvals', 'one', id],
    queryFn: ({ signal }) =>
      http<Approval>('GET', one(id), { signal }).catch((error: unknown) => {
        if (error instanceof Problem && [404, 403, 400].includes(error.status)) return null
        throw error
      }),
  })
}

/** The approval that took the place of this one: what it would do is not what it was. */
export function changedTo(error: unknown): Approval | undefined {
  return error instanceof Problem && error.code === 'effects_changed' ? (error.body.approval ?? undefined) : undefined
}

function useChanged() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: ['approvals'] })
    void queries.invalidateQueries({ queryKey: ['read'] })
  }
}

/** Approving commits. */
export function useDecide(id: string) {
  const changed = useChanged()
  return useMutation({
    mutationFn: ({ decision, note }: { decision: Verdict; note: string }) =>
      http<Answer>('POST', one(id), { body: { decision, note: note.trim() || null } }),
    onSettled: changed,
  })
}

export interface Outcome {
  id: string
  answer?: Answer | null
  problem?: ProblemBody | null
}

/** Several at once; each stands alone. */
export function useDecideAll() {
  const changed = useChanged()
  return useMutation({
    mutationFn: ({ ids, decision, note }: { ids: string[]; decision: Verdict; note: string }) =>
      http<{ items: Outcome[] }>('POST', PATH, { body: { decisions: ids.map((id) => ({ id, decision, note: note.trim() || null })) } }),
    onSettled: changed,
  })
}

export function useComment(id: string) {
  const changed = useChanged()
  return useMutation({
    mutationFn: (text: string) => http<Approval>('POST', `${one(id)}/comments`, { body: { text } }),
    onSuccess: changed,
  })
}

export function useDelegate(id: string) {
  const changed = useChanged()
  return useMutation({
    mutationFn: (role: string) => http<Approval>('POST', `${one(id)}/delegate`, { body: { role } }),
    onSuccess: changed,
  })
}
