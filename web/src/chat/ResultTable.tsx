import { Anchor, Button, Group, ScrollArea, Table, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Operation } from '@/catalogue/catalogue'
import { labelOf } from '@/catalogue/catalogue'
import { valueAt } from '@/catalogue/schema'
import { label } from '@/catalogue/words'
import { RecordLink } from '@/ui/RecordLink'
import { Value, isFigure } from '@/ui/Value'
import classes from './Chat.module.css'
import type { Row, Tabular } from './table'
import { columnsOf, pageOf } from './table'

/** Rows that are seen before the person asks for the rest. */
const FIRST = 8
/** Columns, where there is little room and where there is much. */
const [FEW, MANY] = [5, 8]

/** The answer of a list or report, compact: records as links, and the way to the page of it. */
export function ResultTable({ operation, args, table, title }: { operation: Operation; args: Row; table: Tabular; title: string }) {
  const [all, setAll] = useState(false)
  const { ref, width } = useElementSize()
  if (table.rows.length === 0) return <Text size="sm" c="dimmed">Nothing was found.</Text>
  const columns = columnsOf(table, width > 560 ? MANY : FEW)
  const rows = all ? table.rows : table.rows.slice(0, FIRST)
  const page = pageOf(operation, args)
  const isList = operation.verb === 'list'
  return (
    <div ref={ref}>
      <ScrollArea type="auto" className={classes.tableBox}>
        <Table fz="xs" verticalSpacing={4} horizontalSpacing="xs" aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, schema }) => (
                <Table.Th key={key} ta={isFigure(schema) ? 'right' : undefined} className={classes.cell} scope="col">{label(key)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              <Table.Tr key={typeof row.id === 'string' ? row.id : index}>
                {columns.map(({ key, path, schema, kind }, at) => {
                  const value = <Value value={valueAt(row, path)} schema={schema} name={path.at(-1)} />
                  const named = isList && at === 0 && typeof row.id === 'string'
                  return (
                    <Table.Td key={key} ta={isFigure(schema) ? 'right' : undefined} className={['reference', 'record', 'object'].includes(kind) ? classes.wide : classes.cell}>
                      {named ? <RecordLink entity={operation.entity} id={row.id as string}>{said(valueAt(row, path)) ?? labelOf(row)}</RecordLink> : value}
                    </Table.Td>
                  )
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Group justify="space-between" mt={4} gap="xs">
        <Text size="xs" c="dimmed">{counted(rows.length, table)}</Text>
        <Group gap="xs">
          {table.rows.length > FIRST && (
            <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>{all ? 'Show fewer' : `Show all ${table.rows.length}`}</Button>
          )}
          {page && <Anchor size="xs" py={4} renderRoot={(props) => <Link to={page.to} search={page.search} {...props} />}>Open as page</Anchor>}
        </Group>
      </Group>
    </div>
  )
}

const said = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function counted(seen: number, { rows, more }: Tabular): string {
  if (seen < rows.length) return `${seen} of ${rows.length}${more ? ' and more' : ''}`
  return more ? `The first ${seen}; more follow` : `${seen} ${seen === 1 ? 'row' : 'rows'}`
}
