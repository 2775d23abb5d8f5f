import { beforeEach, describe, expect, it } from 'vitest'
import { act, offered } from './actions'
import { batch } from './batch'
import { recorded } from './fixtures'
import { setSpot, spotted } from './highlight'
import { glance, snapshot } from './snapshot'

let { cx, went, notes } = recorded()
beforeEach(() => {
  ;({ cx, went, notes } = recorded())
  sessionStorage.clear()
  document.body.innerHTML = ''
  setSpot(null)
})

const problem = async (name: string, args: unknown) => {
  const outcome = await act(name, args, cx)
  return outcome.ok ? undefined : outcome.problem
}

describe('UI actions', () => {
  it('are offered with their schemas, all under ui_', () => {
    expect(offered().map(({ name }) => name)).toEqual([
      'ui_navigate', 'ui_open_record', 'ui_set_view', 'ui_fill_form', 'ui_highlight', 'ui_notify', 'ui_snapshot',
    ])
    expect(offered().every(({ parameters }) => parameters.type === 'object' && parameters.additionalProperties === false)).toBe(true)
  })

  it('go to places and to tables that exist for this person', async () => {
    expect(await act('ui_navigate', { to: 'approvals' }, cx)).toMatchObject({ ok: true, path: '/approvals' })
    expect(await act('ui_navigate', { to: 'garden.trees' }, cx)).toMatchObject({ ok: true, path: '/garden/trees' })
    expect(await problem('ui_navigate', { to: 'garden.secrets' })).toContain('garden.secrets')
    expect(await problem('ui_navigate', { to: 'https://evil.example' })).toContain('no page')
    expect(await problem('ui_navigate', { to: 'constructor' })).toBeDefined()
    expect(went).toHaveLength(2)
  })

  it('open records, by an address that no id can break out of', async () => {
    await act('ui_open_record', { type: 'garden.trees', id: '../../signin' }, cx)
    expect(went[0]?.[0]).toBe('/garden/trees/..%2F..%2Fsignin')
    expect(await problem('ui_open_record', { type: 'garden.reports', id: '1' })).toContain('garden.reports')
  })

  it('put a view into the address, and refuse what the read does not take', async () => {
    const args = { operation: 'garden.trees.list', arguments: { old: true, kind: 'oak', limit: 3 }, sort: '-age', columns: ['name', 'number'] }
    expect(await act('ui_set_view', args, cx)).toMatchObject({ ok: true })
    expect(went).toEqual([['/garden/trees', { old: 'true', kind: 'oak', sort: '-age', columns: 'name,number' }]])
    expect(await problem('ui_set_view', { operation: 'garden.trees.list', arguments: { colour: 'red' } })).toContain('colour')
    expect(await problem('ui_set_view', { operation: 'garden.trees.list', arguments: { kind: 'pine' } })).toContain('kind')
    expect(await problem('ui_set_view', { operation: 'garden.trees.fell', arguments: {} })).toContain('no table')
    expect(await problem('ui_set_view', { operation: 'garden.trees.burn', arguments: {} })).toContain('garden.trees.burn')
    await act('ui_set_view', { operation: 'garden.reports.shade', arguments: { as_of: '2026-11-22' } }, cx)
    expect(went[1]).toEqual(['/garden/reports/-/shade', { as_of: '2026-11-22' }])
  })

  it('fill a form up to its preview, and nothing further', async () => {
    const outcome = await act('ui_fill_form', { operation: 'garden.trees.fell', arguments: { id: 't1', reason: 'rotten' } }, cx)
    expect(outcome).toMatchObject({ ok: true, committed: false })
    expect(went).toEqual([['/garden/trees/t1/fell', { with: '{"reason":"rotten"}', preview: '1' }]])
    expect(await problem('ui_fill_form', { operation: 'garden.trees.fell', arguments: { reason: 'x' } })).toContain('id')
    expect(await problem('ui_fill_form', { operation: 'garden.trees.plant', arguments: { confirm: true } })).toContain('confirm')
    expect(await problem('ui_fill_form', { operation: 'garden.trees.list', arguments: {} })).toContain('no form')
  })

  it('refuse names and arguments that are not theirs', async () => {
    expect(await problem('ui_press', {})).toContain('ui_press')
    expect(await problem('ui_navigate', { to: 'home', then: 'press' })).toContain('then')
    expect(await problem('ui_navigate', {})).toContain('to')
    expect(await problem('ui_navigate', 'home')).toBeDefined()
    expect(await problem('ui_notify', { text: 'x', level: 'fatal' })).toContain('level')
    expect(await act('ui_notify', { text: '<b>hello</b>' }, cx)).toEqual({ ok: true })
    expect(notes).toEqual(['<b>hello</b>'])
  })

  it('point at what carries the mark', async () => {
    document.body.innerHTML = '<main id="main"><h1>Oak</h1><p data-record="garden.trees:t1">Oak</p></main>'
    const args = { record: { type: 'garden.trees', id: 't1' }, note: 'This one.' }
    expect(await act('ui_highlight', args, cx)).toEqual({ ok: true })
    expect(spotted()).toMatchObject({ element: document.querySelector('p'), note: 'This one.' })
    expect(await problem('ui_highlight', { field: 'due"] , [data-x="' })).toContain('not seen')
    expect(await problem('ui_highlight', {})).toContain('record or a field')
  })
})

describe('a batch', () => {
  it('does each call once, in order, also when it is handed over again', async () => {
    const calls = [{ id: 'c1', name: 'ui_navigate', args: { to: 'home' } }, { id: 'c2', name: 'ui_navigate', args: { to: 'nowhere' } }]
    const signal = new AbortController().signal
    const first = await batch(calls, cx, signal, () => {})
    expect(first.map(({ id, outcome }) => [id, outcome.ok])).toEqual([['c1', true], ['c2', false]])
    expect(await batch(calls, cx, signal, () => {})).toEqual(first)
    expect(went).toHaveLength(1)
  })

  it('stops between two calls', async () => {
    const abort = new AbortController()
    const calls = ['home', 'approvals'].map((to, index) => ({ id: `s${index}`, name: 'ui_navigate', args: { to } }))
    const halting = { ...cx, go: async (path: string) => (went.push([path, undefined]), abort.abort()) }
    const done = await batch(calls, halting, abort.signal, () => {})
    expect(done.map(({ id }) => id)).toEqual(['s0'])
    expect(went).toHaveLength(1)
  })
})

describe('what the agent is told of the page', () => {
  const rows = Array.from({ length: 400 }, (_, at) => ({ type: 'garden.trees', id: `01938f2e-7f3a-7000-8000-${String(at).padStart(12, '0')}`, label: 'x'.repeat(300) }))
  it('is bounded', () => {
    const told = snapshot({ path: '/garden/trees', title: 'Trees', rows, facts: { note: 'y'.repeat(50_000), age: 3 } })
    expect(JSON.stringify(told).length).toBeLessThan(12_100)
    expect(told.cut).toBe(true)
    expect((glance({ path: '/', title: 'T', rows }).rows as unknown[]).length).toBe(20)
  })
  it('names records by their ids only', () => {
    const record = { type: 'garden.trees', id: 'T-00042', label: 'T-00042' }
    expect(glance({ path: '/garden/trees/T-00042', title: 'T', record })).not.toHaveProperty('record')
  })
  it('keeps facts for who asks for them', () => {
    const page = { path: '/', title: 'T', facts: { age: 3, table: { columns: ['a'], rows: [{ a: 1 }] } } }
    expect(glance(page)).not.toHaveProperty('facts')
    expect(snapshot(page)).toMatchObject({ facts: { age: 3 }, table: { columns: ['a'], rows: [{ a: 1 }] } })
  })
})
