/** Decimals as people type them, and exact arithmetic on decimal strings: no figure passes through a float. */

/** The marks of a language: what groups digits, and what stands before the fraction. */
export interface Marks {
  group: string
  point: string
}

export function marksOf(locale?: string): Marks {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5)
  const part = (type: string) => parts.find((one) => one.type === type)?.value
  return { group: part('group') ?? ',', point: part('decimal') ?? '.' }
}

/** `1,234,567` in threes, by this mark. */
const grouped = (text: string, mark: string) => {
  const [first = '', ...rest] = text.split(mark)
  return /^\d{1,3}$/.test(first) && rest.length > 0 && rest.every((part) => /^\d{3}$/.test(part))
}

/**
 * `1,234.50`, `1.234,50`, `1 234,50`, `-5`, `(5)`, `12 €` → `1234.50`, …; undefined for what is no number.
 * Where a single mark before three digits could be either (`1.234`), the language of the browser decides.
 */
export function parseDecimal(typed: string, marks: Marks = marksOf()): string | undefined {
  let text = typed.replace(/[\s\u00a0\u202f'’]/g, '').replace(/^[\p{Sc}]|[\p{Sc}]$/gu, '').replace(/^[A-Z]{3}(?=[-(\d])|(?<=\d)[A-Z]{3}$/g, '')
  const negative = /^[-−]/.test(text) || /^\(.*\)$/.test(text)
  text = text.replace(/^[-−+(]|\)$/g, '')
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return undefined
  const plain = unmarked(text, marks)
  if (plain === undefined) return undefined
  const [whole = '', rest] = plain.split('.')
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const said = rest === undefined || rest === '' ? digits : `${digits}.${rest}`
  return negative && /[1-9]/.test(said) ? `-${said}` : said
}

/** Without grouping, and with a point before the fraction. */
function unmarked(text: string, marks: Marks): string | undefined {
  const comma = text.lastIndexOf(',')
  const point = text.lastIndexOf('.')
  if (comma < 0 && point < 0) return text
  if (comma >= 0 && point >= 0) {
    const [mark, other] = comma > point ? [',', '.'] : ['.', ',']
    const [whole = '', rest = '', ...more] = text.split(mark)
    return more.length > 0 || rest.includes(other) || !grouped(whole, other) ? undefined : `${whole.replaceAll(other, '')}.${rest}`
  }
  const mark = comma >= 0 ? ',' : '.'
  const [whole = '', rest = '', ...more] = text.split(mark)
  if (more.length > 0) return grouped(text, mark) ? text.replaceAll(mark, '') : undefined
  const ambiguous = /^[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(rest)
  return ambiguous && mark === marks.group ? whole + rest : `${whole}.${rest}`
}

/** A stored decimal as one types it here; what is none stays as it is. */
export function showDecimal(value: string, locale?: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value
  const digits = value.split('.')[1]?.length ?? 0
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return format.format(value as Intl.StringNumericLiteral)
}

const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text)

/** The value as a whole number of 10^-digits, and how many digits. */
function scaled(text: string): [bigint, number] {
  const [whole = '0', rest = ''] = text.split('.')
  return [BigInt(whole.replace('-', '') + rest) * (text.startsWith('-') ? -1n : 1n), rest.length]
}

/** Written with so many digits; halves go away from zero. */
function written(value: bigint, has: number, wants: number): string {
  const negative = value < 0n
  let size = negative ? -value : value
  if (has > wants) {
    const unit = 10n ** BigInt(has - wants)
    size = (size + unit / 2n) / unit
  } else size *= 10n ** BigInt(wants - has)
  const text = size.toString().padStart(wants + 1, '0')
  const said = wants === 0 ? text : `${text.slice(0, -wants)}.${text.slice(-wants)}`
  return negative && size !== 0n ? `-${said}` : said
}

/** Quantity × price less a discount in percent, to so many digits; undefined while something is missing or no number. */
export function lineNet(quantity: unknown, price: unknown, discount: unknown, digits = 2): string | undefined {
  const off = discount === undefined || discount === '' ? '0' : discount
  if (![quantity, price, off].every((one) => typeof one === 'string' && isDecimal(one))) return undefined
  const [q, qd] = scaled(quantity as string)
  const [p, pd] = scaled(price as string)
  const [o, od] = scaled(off as string)
  const whole = 100n * 10n ** BigInt(od)
  return written(q * p * (whole - o), qd + pd + od + 2, digits)
}
