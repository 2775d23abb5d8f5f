import { describe, expect, it } from 'vitest'
import { catalogue } from '@/agent/fixtures'
import { askEntry, offers, ranked, recordEntries } from './entries'

const oak = { type: 'garden.trees', id: 't1', label: 'Old oak' }
const all = offers(catalogue, undefined)
const labels = (query: string, entries = all) => ranked(entries, query).map(({ label }) => label)

describe('the palette', () => {
  it('offers what this person may do, and where they may go', () => {
    expect(all.map(({ label }) => label)).toEqual(expect.arrayContaining(['Plant tree', 'Trees', 'Shade', 'Home', 'Settings']))
    // felling needs a tree
    expect(all.map(({ label }) => label)).not.toContain('Fell')
  })
  it('offers first what can be done with the record that is open', () => {
    const [first] = ranked(offers(catalogue, oak), '')
    expect(first).toMatchObject({ label: 'Fell', group: 'Open now', action: { name: 'ui_fill_form', args: { operation: 'garden.trees.fell', arguments: { id: 't1' } } } })
  })
  it('puts the whole before the beginning, and that before a part', () => {
    const entries = ['Retrees', 'Trees of old', 'Trees', 'Old trees'].map((label) => ({ ...askEntry('x'), id: label, group: 'Go to' as const, label }))
    expect(labels('trees', entries)).toEqual(['Trees', 'Trees of old', 'Old trees', 'Retrees'])
  })
  it('finds by the beginnings of words, whatever their order, case and accents', () => {
    expect(labels('TREE pla')).toContain('Plant tree')
    const entries = [{ ...askEntry('x'), group: 'Go to' as const, label: 'Schönbrunner Blumen' }]
    expect(labels('schonb blu', entries)).toHaveLength(1)
    expect(labels('zzz')).toEqual([])
  })
  it('keeps what the server found, the group that fits best first', () => {
    const found = recordEntries([oak, { type: 'garden.secrets', id: 's', label: 'Secret' }], catalogue, 'Records')
    expect(found.map(({ label }) => label)).toEqual(['Old oak'])
    expect(ranked([...all, ...found], 'old').at(0)?.label).toBe('Old oak')
    expect(labels('memo text', found)).toEqual(['Old oak'])
  })
  it('does not let one group crowd out the others', () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ ...oak, id: `t${at}`, label: `Tree ${at}` }))
    const result = ranked([...all, ...recordEntries(many, catalogue, 'Records')], 'tree')
    expect(result.filter(({ group }) => group === 'Records')).toHaveLength(7)
    expect(result.some(({ group }) => group === 'Do')).toBe(true)
  })
})
