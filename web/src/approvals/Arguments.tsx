import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Call } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { recordPath } from '@/catalogue/paths'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { useCatalogue } from '@/catalogue/use'
import { firstSentence, singular, words } from '@/catalogue/words'
import { PartTable } from '@/records/Facts'
import { partOf } from '@/records/facts'
import { headOf, recordQuery } from '@/records/record'
import { Value } from '@/ui/Value'
import classes from './approvals.module.css'

/** A call as it was asked: its operation in words, and what was said to it. */
export function Arguments({ call }: { call: Call }) {
  const operation = useCatalogue().operation(call.name)
  const said = Object.entries(call.arguments).filter(([name, value]) => value !== null && name !== 'version')
  return (
    <Stack gap={6}>
      <Text size="sm" fw={550}>
        {operation ? firstSentence(operation.title) : words(call.name.split('.').slice(1).reverse().join(' '))}
      </Text>
      <dl className={classes.facts}>
        {said.map(([name, value]) => (
          <One key={name} name={name} value={value} schema={operation?.input.properties?.[name] ?? {}} operation={operation} />
        ))}
      </dl>
    </Stack>
  )
}

function One({ name, value, schema, operation }: { name: string; value: unknown; schema: Schema; operation?: Operation }) {
  const rows = kindOf(schema) === 'lines' && Array.isArray(value) && value.length > 0
  const title = name === 'id' && operation ? words(singular(operation.plural)) : schema.title ?? words(name)
  return (
    <div className={rows || (typeof value === 'string' && value.length > 60) ? classes.wide : undefined}>
      <dt>{title}</dt>
      <dd><Said name={name} value={value} schema={schema} rows={rows} /></dd>
    </div>
  )
}

function Said({ name, value, schema, rows }: { name: string; value: unknown; schema: Schema; rows: boolean }) {
  const entity = schema['x-ref']
  if (schema['x-secret']) return <Text span c="dimmed" inherit>Hidden</Text>
  if (schema['x-upload']) return <Text span c="dimmed" inherit>A file</Text>
  if (typeof value === 'object' && value !== null && '$result' in value) {
    return <Text span c="dimmed" inherit>What step {Number((value.$result as unknown[])[0]) + 1} gives</Text>
  }
  if (rows) {
    return (
      <PartTable part={partOf({ path: [name], key: name, schema, kind: 'lines' }, value as Record<string, unknown>[])} />
    )
  }
  if (entity && entity !== '*' && typeof value === 'string') return <RecordName entity={entity} id={value} />
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('amount' in value) && !schema['x-record']) {
    return (
      <>{Object.entries(value).map(([key, one]) => `${words(key)}: ${typeof one === 'object' ? JSON.stringify(one) : String(one)}`).join(', ')}</>
    )
  }
  return <Value value={value} schema={schema} name={name} />
}

/** A record of which only the id is known, by its name. */
export function RecordName({ entity: name, id }: { entity: string; id: string }) {
  const entity = useCatalogue().entity(name)
  const { data } = useQuery({
    ...recordQuery(entity ?? { name, domain: '', plural: '', title: '', noun: '', operations: [] }, id),
    enabled: entity?.get !== undefined,
    retry: false,
  })
  const said = entity && data ? headOf(entity, data) : id
  if (!entity?.get || data === null) return <>{said}</>
  return <Anchor inherit renderRoot={(props) => <Link to={recordPath(name, id)} {...props} />}>{said}</Anchor>
}
