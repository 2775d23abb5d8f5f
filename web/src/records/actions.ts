/** What can be done with a record, in which order, and what the server says to it now. */
import { queryOptions } from '@tanstack/react-query'
import { preview } from '@/api/calls'
import { Problem } from '@/api/http'
import type { Preview } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'

/** It works now, it does not and why, or nobody asked. */
export type Chance = { can: true; preview: Preview } | { can: false; why: string } | undefined

/** Nothing but the record has to be said, so the server can be asked beforehand. */
export function needsOnlyRecord(operation: Operation): boolean {
  return (operation.input.required ?? []).every((name) => name === 'id')
}

/** Done from its preview, without a form. */
export function isQuick(operation: Operation): boolean {
  const more = Object.keys(operation.input.properties ?? {}).filter((name) => name !== 'id' && name !== 'version')
  return needsOnlyRecord(operation) && operation.verb !== 'update' && more.length <= 1
}

/** Takes something away: never the button that stands out. */
export function isHarsh(operation: Operation): boolean {
  return /delete|revoke|reverse|archive|cancel|void|disable|reject|remove|reset/.test(operation.verb)
}

/** The real code in a transaction that is rolled back says whether it works: nobody guesses. */
export function chanceQuery(operation: Operation, id: string) {
  return queryOptions({
    queryKey: ['read', operation.entity, 'chance', operation.name, id],
    queryFn: async ({ signal }): Promise<Chance | null> => {
      try {
        return { can: true, preview: await preview([{ name: operation.name, arguments: { id } }], signal) }
      } catch (error) {
        if (error instanceof Problem && (error.status === 409 || error.status === 403)) return { can: false, why: error.body.detail }
        if (error instanceof Problem) return null
        throw error
      }
    },
    staleTime: 30_000,
  })
}

export interface Arranged {
  /** Stands out. */
  primary?: Operation
  /** A plain button beside it. */
  beside?: Operation
  /** In the menu. */
  rest: Operation[]
}

/** The likely one first: what finishes the record and works now, then changing it, then whatever is not harsh. */
export function arrange(actions: Operation[], chance: (operation: Operation) => Chance): Arranged {
  const possible = actions.filter((operation) => chance(operation)?.can !== false)
  const mild = possible.filter((operation) => !isHarsh(operation))
  const update = mild.find(({ verb }) => verb === 'update')
  const finish = mild.find((operation) => operation.effect === 'final' && chance(operation)?.can)
  const primary = finish ?? update ?? mild[0]
  const beside = primary === update ? undefined : update
  return { primary, beside, rest: actions.filter((operation) => operation !== primary && operation !== beside) }
}
