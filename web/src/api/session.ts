import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Problem, http } from './http'
import type { Me } from './types'

export interface SignIn {
  organization: string
  email: string
  password: string
}

/** Who is signed in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) =>
    http<Me>('GET', '/api/v1/auth/me', { signal }).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) return null
      throw error
    }),
  staleTime: Infinity,
})

/** The person at work; only inside pages that need one. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery)
  if (!data) throw new Error('nobody is signed in')
  return data
}

export function useSession() {
  const queries = useQueryClient()
  const open = async (body: SignIn | { token: string; password: string }) => {
    const me = await http<Me>('POST', '/api/v1/auth/session', { body })
    queries.clear()
    queries.setQueryData(meQuery.queryKey, me)
  }
  return {
    signIn: (who: SignIn): Promise<void> => open(who),
    /** Sets a password by a one-time link, and signs in with it. */
    redeem: (token: string, password: string): Promise<void> => open({ token, password }),
    /** Ends the session; `leave` goes where nobody need be signed in, before what is known of them is forgotten. */
    async signOut(leave: () => Promise<void>): Promise<void> {
      await http('DELETE', '/api/v1/auth/session')
      await leave()
      queries.clear()
      queries.setQueryData(meQuery.queryKey, null)
    },
  }
}
