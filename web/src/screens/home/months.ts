/** Income and expenses of the last months, from trial balances of each. */
import { negated, sum } from '@/ui/exact'

export interface Month {
  from: string
  as_of: string
}

/** The last `count` months up to today, oldest first; the last one ends today. */
export function monthsTo(today: string, count: number): Month[] {
  const [year = 0, month = 1] = today.split('-').map(Number)
  return Array.from({ length: count }, (_, index) => {
    const first = new Date(Date.UTC(year, month - count + index, 1))
    const last = new Date(Date.UTC(year, month - count + index + 1, 0))
    const text = (date: Date) => date.toISOString().slice(0, 10)
    return { from: text(first), as_of: index === count - 1 ? today : text(last) }
  })
}

export interface TrialBalance {
  rows: { type: string; debit: { amount: string }; credit: { amount: string } }[]
}

/** Income is credited, expenses are debited. */
export function result(balance: TrialBalance): { income: string; expenses: string } {
  const moved = (types: string[]) => {
    const rows = balance.rows.filter((row) => types.includes(row.type))
    return sum([...rows.map((row) => row.credit.amount), ...rows.map((row) => negated(row.debit.amount))])
  }
  return { income: moved(['income', 'revenue']), expenses: negated(moved(['expense'])) }
}
