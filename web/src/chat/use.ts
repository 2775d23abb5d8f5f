import { useQueryClient } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { AnyRouter } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { useMe } from '@/api/session'
import { beside, surroundings } from '@/agent/surroundings'
import type { Catalogue } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { Conversation } from './conversation'
import { run } from './run'
import type { Snapshot, World } from './world'

/** One for each person who signs in on this page. */
const conversations = new Map<string, Conversation>()

/** The conversation of the person at work, and what stands in it. */
export function useConversation(): [Conversation, Snapshot] {
  const me = useMe()
  const router = useRouter()
  const queries = useQueryClient()
  const catalogue = useCatalogue()
  let conversation = conversations.get(me.id)
  if (!conversation) {
    const key = `steward.thread.${me.id}`
    conversation = new Conversation(worldOf(router, queries, catalogue, key), localStorage.getItem(key))
    conversations.set(me.id, conversation)
  }
  return [conversation, useSyncExternalStore(conversation.subscribe, conversation.snapshot)]
}

function worldOf(router: AnyRouter, queries: QueryClient, catalogue: Catalogue, key: string): World {
  return {
    ...beside(surroundings(router, catalogue)),
    run,
    changed: () => {
      for (const what of ['read', 'approvals', 'conversations']) void queries.invalidateQueries({ queryKey: [what] })
    },
    keep: (threadId) => localStorage.setItem(key, threadId),
    wait: (ms) => new Promise((later) => setTimeout(later, ms)),
  }
}
