import { describe, expect, it } from 'vitest'
import { catalogue } from '@/agent/fixtures'
import type { Detail } from './items'
import { itemsOf } from './items'
import { problemIn, short, withoutChoices } from './steps'
import { pageOf, tabular, withoutTables } from './table'

const list = catalogue.operation('garden.trees.list')!
const answer = { items: [{ id: '1', number: 'T-1', name: 'Oak' }, { id: '2', number: 'T-2', name: 'Elm' }], next_cursor: 'x' }

describe('answers as tables', () => {
  it('takes the rows of a list', () => {
    expect(tabular(list, answer)).toMatchObject({ rows: answer.items, more: true })
    expect(tabular(list, { code: 'forbidden', detail: 'no' })).toBeUndefined()
    expect(tabular(catalogue.operation('garden.trees.fell')!, answer)).toBeUndefined()
  })
  it('knows the page of it', () => {
    expect(pageOf(list, { old: true, limit: 3, cursor: 'c' })).toEqual({ to: '/garden/trees', search: { old: 'true' } })
  })
  it('leaves out what a text repeats of it, and nothing else', () => {
    const same = 'Two.\n\n| number | name |\n| --- | --- |\n| T-1 | Oak |\n| T-2 | Elm |\nAll shown.'
    expect(withoutTables(same, answer, false)).toBe('Two.\n\nAll shown.')
    const sums = 'By kind.\n\n| kind | sum |\n| --- | --- |\n| Oak | 17 |\n| Elm | 23 |'
    expect(withoutTables(sums, answer, false)).toBe(sums)
    expect(withoutTables('So far\n| number | na', answer, true)).toBe('So far')
  })
})

describe('steps', () => {
  it('are called in a few words', () => {
    expect(short('Who owes us money, how much, and how late: by age')).toBe('Who owes us money')
  })
  it('say why they failed', () => {
    expect(problemIn({ code: 'x', detail: 'No party.', candidates: [{ id: '1', label: 'A' }] })?.candidates).toHaveLength(1)
    expect(problemIn({ ok: false, problem: 'Nothing there.' })?.detail).toBe('Nothing there.')
    expect(problemIn({ id: '1', code: 'C-1' })).toBeUndefined()
  })
  it('show choices once', () => {
    expect(withoutChoices('Which?\n1. P-1 Oak\n2. P-2 Elm', ['P-1 Oak', 'P-2 Elm'])).toBe('Which?')
  })
})

describe('history', () => {
  it('is drawn as it was said', () => {
    const approval = { id: 'a1', title: 'Fell it', effects: [] }
    const said = [
      { role: 'user', text: 'fell it' },
      { role: 'assistant', calls: [{ id: 'c1', tool: 'garden_trees_list', arguments: { q: 'oak' }, result: answer }] },
      { role: 'assistant', proposal: approval },
      { role: 'assistant', text: 'I would do this.' },
      { role: 'assistant', asked: [{ id: 'u1', tool: 'ui_navigate', arguments: { to: 'home' } }] },
      { role: 'tool', answers: [{ id: 'u1', tool: 'ui_navigate', ok: false, problem: 'No such page.' }] },
      { role: 'assistant', text: '(interrupted before an answer)', interrupted: true },
    ]
    const items = itemsOf({ id: 't', title: '', messages: said } as unknown as Detail)
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'call', 'text', 'proposal', 'call', 'note'])
    expect(items[4]).toMatchObject({ result: { ok: false, problem: 'No such page.' } })
    expect(items[5]).toMatchObject({ text: 'Interrupted before an answer' })
  })
})
