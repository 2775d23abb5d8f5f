/** Days as people type them. */

const iso = (year: number, month: number, date: number): string | undefined => {
  const at = new Date(Date.UTC(year, month - 1, date))
  // 31.02. is no day: Date would roll it over
  if (at.getUTCFullYear() !== year || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== date) return undefined
  return at.toISOString().slice(0, 10)
}

/** A day so many days later. */
export function later(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** Whether the day stands before the month in this language. */
export function dayFirst(locale?: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC' }).formatToParts(0).map(({ type }) => type)
  return parts.indexOf('day') < parts.indexOf('month')
}

/**
 * `2026-11-30`, `today`, `tomorrow`, `+30`, `-1`, `eom` (the end of this month), `30.11.2026`, `30.11.`, `30/11/26` or
 * `11/30/26` by language, `30` (of this month) → ISO; undefined for what is no day.
 */
export function parseDay(typed: string, today: string, first = dayFirst()): string | undefined {
  const text = typed.trim().toLowerCase()
  const [year = 0, month = 0] = today.split('-').map(Number)
  const words: Record<string, number> = { today: 0, t: 0, tomorrow: 1, yesterday: -1 }
  if (text in words) return later(today, words[text]!)
  if (/^[+-]\d{1,4}$/.test(text)) return later(today, Number(text))
  if (text === 'eom') return iso(year, month, new Date(Date.UTC(year, month, 0)).getUTCDate())
  let match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (match) return iso(Number(match[1]), Number(match[2]), Number(match[3]))
  match = /^(\d{1,2})(?:([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?)?$/.exec(text)
  if (!match) return undefined
  const [, one, mark, two, last] = match
  if (two === undefined) return iso(year, month, Number(one))
  const full = last === undefined ? year : last.length === 2 ? 2000 + Number(last) : Number(last)
  // a point stands between day and month everywhere
  return first || mark === '.' ? iso(full, Number(two), Number(one)) : iso(full, Number(one), Number(two))
}
