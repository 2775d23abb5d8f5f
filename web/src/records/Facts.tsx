import { Card, Group, Stack, Table, Text, Title } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Value, isFigure } from '@/ui/Value'
import { money } from '@/ui/format'
import type { Fact, Facts as AllFacts, Part } from './facts'
import classes from './record.module.css'

/** What the record says of itself. */
export function Facts({ facts, parts, totals, stamps }: AllFacts) {
  // sums stand below the table that they are the sums of: the first with money in it
  const summed = parts.find((part) => Object.keys(part.sums).length > 0) ?? parts[0]
  return (
    <Stack gap="md">
      {(facts.length > 0 || stamps.length > 0) && (
        <Card component="section" aria-label="Facts">
          {facts.length > 0 && <Definitions facts={facts} />}
          {stamps.length > 0 && <Stamps stamps={stamps} spaced={facts.length > 0} />}
        </Card>
      )}
      {parts.map((part) => (
        <Card key={part.key} component="section" aria-label={part.name} p={0}>
          <Title order={2} size="h6" px="md" pt="sm" pb={4}>{part.name}</Title>
          <PartTable part={part} plain={part === summed && totals.length > 0} />
          {part === summed && totals.length > 0 && <Totals totals={totals} />}
        </Card>
      ))}
    </Stack>
  )
}

function Definitions({ facts }: { facts: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ key, name, schema, value, hidden }) => (
        <div key={key} className={typeof value === 'string' && value.length > 60 ? classes.long : undefined}>
          <dt>{name}</dt>
          <dd>{hidden ? <Hidden /> : <Value value={value} schema={schema} name={key} />}</dd>
        </div>
      ))}
    </dl>
  )
}

function Hidden() {
  return (
    <Group component="span" gap={4} c="dimmed" title="You may not see this">
      <IconLock size={14} aria-hidden="true" /> Hidden
    </Group>
  )
}

function Stamps({ stamps, spaced }: { stamps: Fact[]; spaced: boolean }) {
  const said = { created_at: 'Created', updated_at: 'Changed' } as Record<string, string>
  return (
    <Group gap="md" mt={spaced ? 'sm' : 0}>
      {stamps.map(({ key, name, schema, value }) => (
        <Text key={key} size="xs" c="dimmed">{said[key] ?? name} <Value value={value} schema={schema} /></Text>
      ))}
    </Group>
  )
}

/** Objects of a list, one a row. */
export function PartTable({ part, plain = false }: { part: Part; plain?: boolean }) {
  const { columns, rows, sums } = part
  const end = (schema: Fact['schema']) => (isFigure(schema) ? 'right' : undefined)
  return (
    <Table.ScrollContainer type="native" minWidth={columns.length * 80} tabIndex={0} role="region" aria-label={`${part.name}, table`}>
      <Table fz="sm" verticalSpacing={6} horizontalSpacing="sm" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, name, schema }) => <Table.Th key={key} scope="col" ta={end(schema)} c="dimmed" fw={500} fz="xs">{name}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {columns.map(({ key, schema }) => (
                <Table.Td key={key} ta={end(schema)}>
                  {isBlank(row[key]) ? null : <Value value={row[key]} schema={schema} name={key} />}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {!plain && Object.keys(sums).length > 0 && (
          <Table.Tfoot>
            <Table.Tr>
              {columns.map(({ key, schema }, index) => {
                const total = sums[key]
                return (
                  <Table.Td key={key} ta={end(schema)} fw={600} className="figure">
                    {total ? money(total) : index === 0 ? 'Total' : null}
                  </Table.Td>
                )
              })}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  )
}

const isBlank = (value: unknown) => value === null || value === undefined || value === ''

function Totals({ totals }: { totals: Fact[] }) {
  const last = totals.length - 1
  return (
    <dl className={classes.totals} style={{ padding: 'var(--mantine-spacing-xs) var(--mantine-spacing-md) var(--mantine-spacing-md)' }}>
      {totals.map(({ key, name, schema, value }, index) => [
        <dt key={`${key} name`}>{name}</dt>,
        <Text key={key} component="dd" inherit fw={index === last ? 650 : 450}><Value value={value} schema={schema} /></Text>,
      ])}
    </dl>
  )
}
