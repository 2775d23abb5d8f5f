import { Box, Divider, Group, Stack, Table, Text } from '@mantine/core'
import { IconArrowRight, IconEyeOff, IconMail, IconPackage } from '@tabler/icons-react'
import type { Effect } from '@/api/types'
import { isMoneyValue, isRecordValue } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { amount, day, moment, money } from '@/ui/format'
import { sum } from '@/ui/exact'
import type { Change, Part, Posting } from './effects'
import { partsOf, sumsOf, told } from './effects'

/**
 * What would happen, or happened: sentences first, then the books, then what changes from what to what. The same
 * wherever an effect is shown: forms, approvals, chat, undo.
 */
export function Effects({ effects }: { effects: Effect[] }) {
  const parts = partsOf(effects)
  if (parts.length === 0) return <Text size="sm" c="dimmed">Nothing would change.</Text>
  return (
    <Stack gap="md">
      {parts.map((part, index) => (
        <Box key={index}>
          {index > 0 && <Divider mb="md" />}
          <OnePart part={part} />
        </Box>
      ))}
    </Stack>
  )
}

function OnePart({ part }: { part: Part }) {
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>{part.sentence}</Text>
      {part.ledger.length > 0 && <Ledger lines={part.ledger} />}
      {part.others.length > 0 && <Stack gap={6}>{part.others.map((effect, index) => <OneEffect key={index} effect={effect} />)}</Stack>}
      {part.hidden && (
        <Group gap={6} wrap="nowrap" c="dimmed">
          <IconEyeOff size={15} aria-hidden />
          <Text size="xs">{part.hidden}</Text>
        </Group>
      )}
    </Stack>
  )
}

/** The entry as accountants write it, with its sums where all of it is in one currency. */
function Ledger({ lines }: { lines: Posting[] }) {
  const currencies = new Set(lines.flatMap(({ debit, credit }) => [debit?.currency, credit?.currency]).filter(Boolean))
  const [only] = currencies.size === 1 ? currencies : []
  const total = (side: 'debit' | 'credit') => sum(lines.flatMap((line) => line[side]?.amount ?? []))
  const figure = (value: Posting['debit']) => (value ? (only ? amount(value.amount) : money(value)) : '')
  return (
    <Table.ScrollContainer minWidth={260} type="native">
      <Table withTableBorder aria-label="Ledger entry" fz="sm" verticalSpacing={5} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr fz="xs"><Table.Th>{only ? `Account · ${only}` : 'Account'}</Table.Th><Table.Th ta="right">Debit</Table.Th><Table.Th ta="right">Credit</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line, index) => (
            <Table.Tr key={index}>
              <Table.Td pl={line.credit && !line.debit ? 'lg' : undefined}>
                {line.account ? <><span className="figure">{line.account}</span> {line.name}</> : line.text}
                {line.party && <Text size="xs" c="dimmed">{line.party}</Text>}
              </Table.Td>
              <Table.Td ta="right" className="figure">{figure(line.debit)}</Table.Td>
              <Table.Td ta="right" className="figure">{figure(line.credit)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        {only && lines.length > 2 && (
          <Table.Tfoot>
            <Table.Tr><Table.Th fw={550}>Sum</Table.Th><Table.Th ta="right" className="figure">{amount(total('debit'))}</Table.Th><Table.Th ta="right" className="figure">{amount(total('credit'))}</Table.Th></Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  )
}

const ICONS = { stock: IconPackage, message: IconMail } as Partial<Record<Effect['kind'], typeof IconMail>>

function OneEffect({ effect }: { effect: Effect }) {
  const sums = sumsOf(effect)
  const Icon = ICONS[effect.kind]
  const { text, changes } = told(effect)
  if (sums.length > 0) {
    return (
      <dl style={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: '2px 1rem', margin: 0, fontSize: 'var(--mantine-font-size-sm)' }}>
        {sums.map(([name, value]) => (
          <Box key={name} display="contents">
            <Text component="dt" size="sm" c="dimmed">{words(name)}</Text>
            <Text component="dd" size="sm" m={0} ta="right" className="figure">{money(value)}</Text>
          </Box>
        ))}
      </dl>
    )
  }
  return (
    <Box>
      <Group gap={6} wrap="nowrap" align="flex-start">
        {Icon && <Box c="dimmed" lh={0} mt={3}><Icon size={15} aria-hidden /></Box>}
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{text}</Text>
      </Group>
      {changes.map((change) => <FromTo key={change.name} change={change} />)}
    </Box>
  )
}

function FromTo({ change: { name, from, to } }: { change: Change }) {
  return (
    <Group gap={6} fz="xs" wrap="wrap" mt={2}>
      <Text span fz="xs" c="dimmed">{words(name)}</Text>
      <Text span fz="xs" c="dimmed" td="line-through">{said(from)}</Text>
      <Box component="span" c="dimmed" lh={0} role="img" aria-label="becomes"><IconArrowRight size={12} /></Box>
      <Text span fz="xs" fw={550}>{said(to)}</Text>
    </Group>
  )
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (isMoneyValue(value)) return money(value)
  if (isRecordValue(value)) return value.label
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:/.test(value)) return moment(value)
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : /^[a-z]+(_[a-z]+)+$/.test(value) ? words(value) : value
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(said).join(', ')
  return typeof value === 'object' ? Object.values(value).map(said).join(', ') : String(value)
}
