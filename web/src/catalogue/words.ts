/** Names that programs write, as people read them. */

const UPPER = new Set(['id', 'api', 'vat', 'iban', 'bic', 'url', 'sku'])

/** `due_date` → `Due date`; `days_1_30` → `Days 1–30`. */
export function words(name: string): string {
  const said = name
    .replace(/_(\d+)_(\d+)$/, ' $1–$2')
    .split(/[_\s]+/)
    .map((word) => (UPPER.has(word) ? word.toUpperCase() : word))
    .join(' ')
  return said.charAt(0).toUpperCase() + said.slice(1)
}

/** `totals.gross` → `Gross`: the last part says it, unless it is a general word. */
export function label(key: string): string {
  const parts = key.split('.')
  return words(parts[parts.length - 1] ?? key)
}

/** The first sentence. */
export function firstSentence(text: string | undefined): string {
  return (text ?? '').split('\n\n')[0]?.replace(/\n/g, ' ').replace(/`/g, '') ?? ''
}

/** `credit_notes` → `credit note`, `api_keys` → `API key`. Server nouns win where they are told. */
export function singular(plural: string): string {
  return single(plural.replace(/_/g, ' ')).split(' ').map((word) => (UPPER.has(word) ? word.toUpperCase() : word)).join(' ')
}

function single(said: string): string {
  if (said.endsWith('ies')) return `${said.slice(0, -3)}y`
  if (/(ss|us|is)$/.test(said)) return said
  if (/(xes|ches|shes|sses)$/.test(said)) return said.slice(0, -2)
  return said.replace(/s$/, '')
}
