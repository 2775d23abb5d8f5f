import { Text } from '@mantine/core'
import { useMe } from '@/api/session'
import { labelOf } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { isMoneyValue, isRecordValue, kindOf } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { day, decimal, moment, money } from './format'
import { RecordLink } from './RecordLink'
import { Status } from './Status'

/** Any value of an answer, by its schema. */
export function Value({ value, schema, name }: { value: unknown; schema: Schema; name?: string }) {
  const zone = useMe().organization.zone
  if (value === null || value === undefined || value === '') return <Text span c="dimmed" inherit aria-label="nothing">–</Text>
  if (isMoneyValue(value)) return <span className="figure">{money(value)}</span>
  if (isRecordValue(value)) return <RecordLink entity={value.type} id={value.id}>{value.label}</RecordLink>
  const entity = schema['x-ref']
  if (typeof value === 'object' && !Array.isArray(value)) {
    const row = value as Record<string, unknown>
    const said = typeof row.name === 'string' ? (typeof row.code === 'string' ? `${row.code} ${row.name}` : row.name) : labelOf(row)
    return entity && typeof row.id === 'string' ? <RecordLink entity={entity} id={row.id}>{said}</RecordLink> : <>{said}</>
  }
  if (Array.isArray(value)) return <>{value.map((item) => (typeof item === 'string' ? words(item) : labelOf(item as Record<string, unknown>))).join(', ')}</>
  if (entity && typeof value === 'string') return <RecordLink entity={entity} id={value}>{value}</RecordLink>
  if (name === 'status' || kindOf(schema) === 'choice') return <Status value={String(value)} />
  switch (kindOf(schema)) {
    case 'date':
      return <span className="figure">{day(String(value))}</span>
    case 'datetime':
      return <span className="figure">{moment(String(value), zone)}</span>
    case 'decimal':
      return <span className="figure">{decimal(String(value))}</span>
    case 'boolean':
      return <>{value ? 'Yes' : 'No'}</>
    default:
      return <>{String(value)}</>
  }
}

/** Kinds that stand at the right, so that digits stand below digits. */
export function isFigure(schema: Schema): boolean {
  return ['money', 'decimal', 'number'].includes(kindOf(schema))
}
