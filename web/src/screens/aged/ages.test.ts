import { expect, it } from 'vitest'
import { BUCKETS, dueBetween } from './ages'

it('leads from each bucket to the due dates that it holds, without gap or overlap', () => {
  const ends = BUCKETS.map((bucket) => dueBetween(bucket, '2026-03-01'))
  expect(ends[0]).toEqual({ due_from: '2026-03-01' })
  expect(ends[1]).toEqual({ overdue: 'true', due_from: '2026-01-30', due_to: '2026-02-28' })
  for (const [index, bucket] of ends.slice(1).entries()) {
    const younger = ends[index]!
    const next = new Date(Date.parse(`${bucket.due_to}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
    expect(next).toBe(younger.due_from)
  }
})
