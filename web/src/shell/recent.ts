/** Records that a person opened last, in this browser. */
import type { RecordRef } from '@/api/types'

const MOST = 8
const key = (person: string) => `steward.recent.${person}`

export function recentRecords(person: string): RecordRef[] {
  try {
    return JSON.parse(localStorage.getItem(key(person)) ?? '[]') as RecordRef[]
  } catch {
    return []
  }
}

export function rememberRecord(person: string, { type, id, label }: RecordRef): void {
  const before = recentRecords(person)
  const [first] = before
  if (first?.id === id && first.label === label) return
  const all = [{ type, id, label }, ...before.filter((one) => one.id !== id)].slice(0, MOST)
  localStorage.setItem(key(person), JSON.stringify(all))
}
