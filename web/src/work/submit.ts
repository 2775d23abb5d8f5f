/** Preview, then commit, then undo: the one way in which pages change anything. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { commit, preview, undo } from '@/api/calls'
import type { Call, Done, NeedsApproval } from '@/api/types'
import { told, failed, waits } from './tell'

/** What calls would do. Nothing is changed. */
export function usePreview() {
  return useMutation({ mutationFn: (calls: Call[]) => preview(calls) })
}

/**
 * Does what was previewed, once: a lost answer is asked for again with the same key. Tells the person, with an undo.
 */
export function useCommit(onDone?: (done: Done | NeedsApproval) => void) {
  const queries = useQueryClient()
  const keys = useRef(new WeakMap<Call[], string>())
  const takeBack = useUndo()
  return useMutation({
    mutationFn: (calls: Call[]) => {
      const key = keys.current.get(calls) ?? crypto.randomUUID()
      keys.current.set(calls, key)
      return commit(calls, key)
    },
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: ['read'] })
      void queries.invalidateQueries({ queryKey: ['approvals'] })
      if (answer.status === 'needs_approval') waits(answer.approval)
      else told(answer.sentences.join(' '), answer.undo ? () => takeBack.mutate(answer) : undefined)
      onDone?.(answer)
    },
  })
}

/** Takes back what was done, and says so. */
export function useUndo() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (done: Pick<Done, 'call_id' | 'plan_id'>) => undo(done),
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: ['read'] })
      if (answer.status === 'needs_approval') waits(answer.approval)
      else if (answer.status === 'done') told(answer.sentences.join(' '))
    },
    onError: failed,
  })
}
