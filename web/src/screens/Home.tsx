import { SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useMe } from '@/api/session'
import { useCatalogue } from '@/catalogue/use'
import { usePage } from '@/page/context'
import { today } from '@/ui/format'
import { Drafts, Overdue } from './home/Invoices'
import { Asked, Waiting } from './home/Approvals'
import { Months } from './home/Months'
import { Receivables } from './home/Receivables'

/** What waits for this person, what is owed, how this month goes: whichever of it they may see. */
export default function Home() {
  const me = useMe()
  const catalogue = useCatalogue()
  usePage({ title: 'Home' })
  const may = (operation: string) => catalogue.operation(operation) !== undefined
  const name = me.name.split(' ')[0]
  const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', timeZone: me.organization.zone }).format(new Date())
  const outsider = me.party !== null
  return (
    <Stack gap="lg" maw={1280}>
      <div>
        <Title order={1} size="h2">Hello {name}</Title>
        <Text c="dimmed" size="sm">{day} · {me.organization.name}</Text>
      </div>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <Stack gap="md">
          {!outsider && <Waiting />}
          {may('accounting.reports.trial_balance') && <Months today={today(me.organization.zone)} />}
          {may('accounting.invoices.list') && !outsider && <Drafts />}
          <Asked />
        </Stack>
        <Stack gap="md">
          {may('accounting.reports.aged_receivables') && <Receivables />}
          {may('accounting.invoices.list') && <Overdue outsider={outsider} />}
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}
