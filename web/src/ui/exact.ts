/** Sums of decimal strings, exact: no figure passes through a float. */

/** Digits behind the point. */
const digitsOf = (text: string) => text.split('.')[1]?.length ?? 0

function scaled(text: string, digits: number): bigint {
  const [whole = '0', rest = ''] = text.replace(/^-/, '').split('.')
  const value = BigInt(whole + rest.padEnd(digits, '0').slice(0, digits))
  return text.startsWith('-') ? -value : value
}

function written(value: bigint, digits: number): string {
  const sign = value < 0n ? '-' : ''
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0')
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** The sum, with as many digits as the longest of them. */
export function sum(texts: string[]): string {
  const digits = Math.max(0, ...texts.map(digitsOf))
  return written(texts.reduce((total, text) => total + scaled(text, digits), 0n), digits)
}

export function negated(text: string): string {
  return text.startsWith('-') ? text.slice(1) : /^0*(\.0*)?$/.test(text) ? text : `-${text}`
}

/** How much of the whole, from 0 to 1: for bars, not for books. */
export function share(part: string, whole: string): number {
  const total = Number(whole)
  return total === 0 ? 0 : Math.max(0, Number(part) / total)
}
