import { expect, it } from 'vitest'
import type { Operation } from '@/catalogue/catalogue'
import type { Preview } from '@/api/types'
import type { Chance } from './actions'
import { arrange, isQuick } from './actions'

const operation = (verb: string, effect: string, names: string[] = ['id'], required = ['id']) =>
  ({ name: `a.things.${verb}`, verb, effect, input: { properties: Object.fromEntries(names.map((name) => [name, {}])), required } }) as unknown as Operation
const credit = operation('credit', 'final', ['id', 'date', 'reason'], ['id', 'reason'])
const remove = operation('delete', 'final')
const post = operation('post', 'final', ['id', 'date'])
const update = operation('update', 'write', ['id', 'version', 'memo'])
const all = [credit, remove, post, update]
const yes: Chance = { can: true, preview: {} as Preview }
const no: Chance = { can: false, why: 'It is posted.' }

it('offers what finishes a draft, with changing it beside', () => {
  const arranged = arrange(all, (one) => (one === credit ? undefined : yes))
  expect([arranged.primary, arranged.beside]).toEqual([post, update])
  expect(arranged.rest).toEqual([credit, remove])
})

it('keeps what is refused in the menu, and never puts harsh things forward', () => {
  const arranged = arrange(all, (one) => (one === credit ? undefined : no))
  expect(arranged.primary).toBe(credit)
  expect(arranged.rest).toEqual([remove, post, update])
  expect(arrange([remove], () => yes).primary).toBeUndefined()
})

it('needs no form where the record says it all', () => {
  expect(all.map(isQuick)).toEqual([false, true, true, false])
})
