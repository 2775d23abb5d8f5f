import { Box, Group, Stack, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useMe } from '@/api/session'
import { readQuery } from '@/catalogue/use'
import { money } from '@/ui/format'
import { Trouble } from '@/ui/Trouble'
import type { TrialBalance } from './months'
import { monthsTo, result } from './months'
import { Loading, Part } from './Part'

const REPORT = { name: 'accounting.reports.trial_balance', entity: 'accounting.reports' }
const COLOURS = { income: 'var(--mantine-color-ink-6)', expenses: 'var(--mantine-color-gray-5)' }

/** Income and expenses, this month beside the five before. */
export function Months({ today }: { today: string }) {
  const { currency } = useMe().organization
  const months = monthsTo(today, 6)
  const reads = useQueries({ queries: months.map((month) => ({ ...readQuery<TrialBalance>(REPORT, { ...month }), staleTime: 60_000 })) })
  const failed = reads.find((read) => read.error)
  const results = reads.map((read) => read.data && result(read.data))
  const last = results[results.length - 1]
  const said = (amount: string) => money({ amount, currency })
  const name = (from: string, style: 'short' | 'long') => new Intl.DateTimeFormat(undefined, { month: style, timeZone: 'UTC' }).format(new Date(from))
  const most = Math.max(1, ...results.flatMap((one) => (one ? [Number(one.income), Number(one.expenses)] : [])))
  const height = (amount: string) => `${Math.max(1, (Number(amount) / most) * 100)}%`
  return (
    <Part title="This month" to={`/accounting/reports/-/trial_balance`} search={{ ...months[months.length - 1] }} more="Trial balance">
      {failed ? <Trouble error={failed.error} retry={() => void failed.refetch()} /> : !last ? <Loading /> : (
        <Stack gap="sm">
          <Group gap="xl">
            <Figure name="Income" value={said(last.income)} colour={COLOURS.income} />
            <Figure name="Expenses" value={said(last.expenses)} colour={COLOURS.expenses} />
          </Group>
          <Group component="ul" gap="xs" align="flex-end" wrap="nowrap" p={0} m={0} aria-label="Income and expenses by month">
            {months.map((month, index) => {
              const one = results[index]
              return (
                <Stack key={month.from} component="li" gap={4} align="stretch" style={{ flex: 1, listStyle: 'none' }} aria-label={one ? `${name(month.from, 'long')}: income ${said(one.income)}, expenses ${said(one.expenses)}` : name(month.from, 'long')}>
                  <Group gap={3} h={92} align="flex-end" justify="center" wrap="nowrap" aria-hidden="true">
                    <Box w="38%" maw={26} h={one ? height(one.income) : 0} bg={COLOURS.income} style={{ borderRadius: '3px 3px 0 0' }} />
                    <Box w="38%" maw={26} h={one ? height(one.expenses) : 0} bg={COLOURS.expenses} style={{ borderRadius: '3px 3px 0 0' }} />
                  </Group>
                  <Text size="xs" c="dimmed" ta="center" aria-hidden="true">{name(month.from, 'short')}</Text>
                </Stack>
              )
            })}
          </Group>
        </Stack>
      )}
    </Part>
  )
}

function Figure({ name, value, colour }: { name: string; value: string; colour: string }) {
  return (
    <Stack gap={0}>
      <Group gap={6}>
        <Box w={9} h={9} bg={colour} style={{ borderRadius: 2 }} aria-hidden="true" />
        <Text size="xs" c="dimmed">{name}</Text>
      </Group>
      <Text fz={20} fw={600} className="figure">{value}</Text>
    </Stack>
  )
}
