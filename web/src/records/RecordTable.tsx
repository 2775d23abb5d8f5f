import { Skeleton, Stack, Table, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Page } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { valueAt } from '@/catalogue/schema'
import { readQuery } from '@/catalogue/use'
import { joined } from './facts'
import { columnsOf, shownOf } from '@/lists/columns'
import { RecordLink } from '@/ui/RecordLink'
import { Trouble } from '@/ui/Trouble'
import { Value, isFigure } from '@/ui/Value'
import classes from './record.module.css'

/** A short table of a list. */
export function RecordTable({ operation, args, limit = 5 }: { operation: Operation; args: Record<string, unknown>; limit?: number }) {
  const { data, error, refetch } = useQuery({
    ...readQuery<Page>(operation, { ...args, limit }),
    placeholderData: keepPreviousData,
  })
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  if (!data) return <Stack gap={6} p="md" aria-busy="true"><Skeleton h={18} /><Skeleton h={18} /></Stack>
  if (data.items.length === 0) return <Text size="sm" c="dimmed" px="md" pb="md">None.</Text>
  const rows = data.items.map(joined)
  const told = columnsOf(operation).filter(({ key, path, kind }) => {
    if (key in args || kind === 'list') return false
    return rows.some((row) => ![null, undefined, ''].includes(valueAt(row, path) as null))
  })
  const fields = shownOf(told, 6)
  return (
    <Table.ScrollContainer type="native" minWidth={fields.length * 80} tabIndex={0} role="region" aria-label={`${operation.plural}, table`}>
      <Table fz="sm" verticalSpacing={6} horizontalSpacing="sm" className={`${classes.table} ${classes.short}`}>
        <Table.Thead>
          <Table.Tr>{fields.map(({ key, schema, label }) => <Table.Th key={key} scope="col" ta={isFigure(schema) ? 'right' : undefined} c="dimmed" fw={500} fz="xs">{label}</Table.Th>)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={String(row.id)}>
              {fields.map(({ key, path, schema }, index) => {
                const value = <Value value={valueAt(row, path)} schema={schema} name={key} />
                return (
                  <Table.Td key={key} ta={isFigure(schema) ? 'right' : undefined}>
                    {index === 0 ? <RecordLink entity={operation.entity} id={String(row.id)}>{value}</RecordLink> : value}
                  </Table.Td>
                )
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
