import { Box, Group, Stack, Table, Text } from '@mantine/core'
import type { Effect } from '@/api/types'
import { isMoneyValue } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { money } from '@/ui/format'

/**
 * What would happen, or happened: sentences first, then the books, then what changes from what to what. The same
 * wherever an effect is shown: forms, approvals, chat, undo.
 */
export function Effects({ effects }: { effects: Effect[] }) {
  const [first, ...rest] = effects
  if (!first) return <Text size="sm" c="dimmed">Nothing would change.</Text>
  const ledger = rest.filter((effect) => effect.kind === 'ledger')
  const others = rest.filter((effect) => effect.kind !== 'ledger')
  return (
    <Stack gap="sm">
      <Text fw={550}>{first.text}</Text>
      {ledger.length > 0 && <Ledger effects={ledger} />}
      {others.map((effect, index) => <OneEffect key={index} effect={effect} />)}
    </Stack>
  )
}

function Ledger({ effects }: { effects: Effect[] }) {
  const line = (effect: Effect) => (effect.after ?? {}) as Record<string, unknown>
  const side = (value: unknown) => (isMoneyValue(value) ? money(value) : '')
  return (
    <Table withTableBorder aria-label="Ledger entry" fz="sm" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr><Table.Th>Account</Table.Th><Table.Th ta="right">Debit</Table.Th><Table.Th ta="right">Credit</Table.Th></Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {effects.map((effect, index) => {
          const { account, name, party, debit, credit } = line(effect)
          return (
            <Table.Tr key={index}>
              <Table.Td>{account ? `${account} ${name ?? ''}` : effect.text}{party ? <Text span c="dimmed" size="xs"> {String(party)}</Text> : null}</Table.Td>
              <Table.Td ta="right" className="figure">{side(debit)}</Table.Td>
              <Table.Td ta="right" className="figure">{side(credit)}</Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}

function OneEffect({ effect }: { effect: Effect }) {
  const before = effect.before as Record<string, unknown> | null | undefined
  const after = effect.after as Record<string, unknown> | null | undefined
  const changed = before && after ? Object.keys(after).filter((name) => name in before) : []
  return (
    <Box>
      <Text size="sm">{effect.text}</Text>
      {changed.map((name) => (
        <Group key={name} gap={6} fz="xs" c="dimmed" wrap="nowrap">
          <span>{words(name)}</span>
          <s>{said(before?.[name])}</s>
          <span aria-label="becomes">→</span>
          <Text span fz="xs" c="var(--mantine-color-text)">{said(after?.[name])}</Text>
        </Group>
      ))}
    </Box>
  )
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (isMoneyValue(value)) return money(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
