/** Values as people read them, in the language of their browser. */
import type { Money } from '@/api/types'

const formats = new Map<string, Intl.NumberFormat>()

function moneyFormat(currency: string, digits: number): Intl.NumberFormat {
  const key = `${currency}${digits}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(undefined, { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits })
    formats.set(key, format)
  }
  return format
}

/** Intl takes decimal strings as they are: no figure passes through a float. */
export function money({ amount, currency }: Money): string {
  const digits = amount.split('.')[1]?.length ?? 0
  try {
    return moneyFormat(currency, digits).format(amount as Intl.StringNumericLiteral)
  } catch {
    return `${amount} ${currency}`
  }
}

/** The amount alone, where a column's head says the currency. */
export function amount(value: string): string {
  const digits = value.split('.')[1]?.length ?? 0
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value as Intl.StringNumericLiteral,
  )
}

const decimals = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 })

export function decimal(value: string): string {
  return decimals.format(value as Intl.StringNumericLiteral)
}

// making a format costs more than using it a thousand times
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const moments = new Map<string | undefined, Intl.DateTimeFormat>()

/** A calendar day: no zone moves it. */
export function day(value: string): string {
  return days.format(new Date(`${value}T00:00:00Z`))
}

/** A moment, in the zone of the organisation. */
export function moment(value: string, zone?: string): string {
  let format = moments.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone })
    moments.set(zone, format)
  }
  return format.format(new Date(value))
}

/** Today in the organisation's zone, ISO 8601. */
export function today(zone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now)
}
