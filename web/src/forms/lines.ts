/** Rows of a line editor: each keeps its identity while others come and go. */
import { useRef } from 'react'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { plain } from './plain'
import type { Values } from './values'

let next = 0
const key = () => `line${next++}`

/** Keys for so many rows, and the changes that keep them right. */
export function useLines(lines: Values[], onChange: (lines: Values[]) => void) {
  const keys = useRef<string[]>([])
  while (keys.current.length < lines.length) keys.current.push(key())
  keys.current.length = lines.length
  const change = (list: Values[], ids: string[]) => {
    keys.current = ids
    onChange(list)
  }
  return {
    keys: keys.current,
    set(index: number, line: Values) {
      onChange(lines.map((one, at) => (at === index ? line : one)))
    },
    /** A new one below; its index. */
    insert(index: number, line: Values = {}): number {
      change(lines.toSpliced(index + 1, 0, line), keys.current.toSpliced(index + 1, 0, key()))
      return index + 1
    },
    /** The copy is a line of its own: it has no id. */
    duplicate(index: number): number {
      const { id: _id, ...copy } = lines[index] ?? {}
      return this.insert(index, structuredClone(copy))
    },
    remove(index: number) {
      change(lines.toSpliced(index, 1), keys.current.toSpliced(index, 1))
    },
  }
}

/** The fields of a line that people fill in. */
export function columnsOf(items: Schema): [string, Schema][] {
  return Object.entries(items.properties ?? {}).filter(([name]) => name !== 'id')
}

/** Those shown at first: what is needed, what is filled in, and as many of the others as fit. */
export function shownColumns(items: Schema, lines: Values[], most = 5): string[] {
  const required = new Set(items.required ?? [])
  const names = columnsOf(items).map(([name]) => name)
  const used = (name: string) => lines.some((line) => line[name] !== undefined && line[name] !== '' && line[name] !== '0')
  const kept = new Set(names.filter((name) => required.has(name) || used(name)))
  for (const name of names) if (kept.size < most) kept.add(name)
  return names.filter((name) => kept.has(name))
}

/** What a table cannot hold: too many fields, or lists within lines. */
export function needsCards(items: Schema): boolean {
  const columns = columnsOf(items)
  return columns.length > 8 || columns.some(([, schema]) => ['lines', 'list', 'object', 'file'].includes(kindOf(plain(schema))))
}
