/** The aged receivables report, as its page and the home page draw it. */
import type { Money } from '@/api/types'

export const AGED = { name: 'accounting.reports.aged_receivables', entity: 'accounting.reports' }

export const BUCKETS = ['not_due', 'days_1_30', 'days_31_60', 'days_61_90', 'days_over_90'] as const
export type Bucket = (typeof BUCKETS)[number]

/** What one customer, or all, owe: in all, by age, and what is not allocated yet. */
export type Ageing = Record<Bucket | 'total' | 'unallocated', Money>

export interface Aged {
  as_of: string
  rows: (Ageing & { customer: { id: string; number: string; name: string }; oldest_due_date?: string | null })[]
  totals: Ageing
}

export const BUCKET_NAMES: Record<Bucket, string> = {
  not_due: 'Not due',
  days_1_30: '1–30 days',
  days_31_60: '31–60 days',
  days_61_90: '61–90 days',
  days_over_90: 'Over 90 days',
}

/** From calm to urgent; each is told by words as well. */
export const BUCKET_COLOURS: Record<Bucket, string> = {
  not_due: 'var(--mantine-color-ink-4)',
  days_1_30: 'var(--mantine-color-yellow-5)',
  days_31_60: 'var(--mantine-color-orange-5)',
  days_61_90: 'var(--mantine-color-orange-7)',
  days_over_90: 'var(--mantine-color-red-7)',
}

/** The due dates that a bucket holds, seen from a day: filters of the list of invoices. */
export function dueBetween(bucket: Bucket, asOf: string): Record<string, string> {
  const before = (days: number) => new Date(Date.parse(`${asOf}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
  const late = { overdue: 'true' }
  switch (bucket) {
    case 'not_due':
      return { due_from: asOf }
    case 'days_1_30':
      return { ...late, due_from: before(30), due_to: before(1) }
    case 'days_31_60':
      return { ...late, due_from: before(60), due_to: before(31) }
    case 'days_61_90':
      return { ...late, due_from: before(90), due_to: before(61) }
    case 'days_over_90':
      return { ...late, due_to: before(91) }
  }
}
