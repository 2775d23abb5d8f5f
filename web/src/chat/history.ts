import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { http } from '@/api/http'
import type { Conversation, Page } from '@/api/types'
import { failed } from '@/work/tell'

const key = ['conversations']

/** The person's conversations, latest first. */
export function useConversations() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await http<Page<Conversation>>('GET', '/api/v1/conversations', { signal })).items,
  })
}

/** Forgets one; what was done in it stays recorded. */
export function useForget(onDone: (id: string) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => http<void>('DELETE', `/api/v1/conversations/${id}`),
    onSuccess: (_, id) => {
      queries.setQueryData<Conversation[]>(key, (all) => all?.filter((one) => one.id !== id))
      onDone(id)
    },
    onError: failed,
  })
}

/** `Today`, `Yesterday`, `Earlier`. */
export function whenOf(moment: string, now = new Date()): string {
  const days = Math.round((startOf(now) - startOf(new Date(moment))) / 86_400_000)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return days < 7 ? 'This week' : 'Earlier'
}

const startOf = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
