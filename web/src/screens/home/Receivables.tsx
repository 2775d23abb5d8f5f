import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Money } from '@/api/types'
import { recordPath } from '@/catalogue/paths'
import { readQuery } from '@/catalogue/use'
import { money } from '@/ui/format'
import { Trouble } from '@/ui/Trouble'
import { Ages } from '../aged/Ages'
import type { Aged } from '../aged/ages'
import { AGED } from '../aged/ages'
import { Line, Lines, Loading, Nothing, Part } from './Part'

/** What customers owe, by how late they are, and who owes most. */
export function Receivables() {
  const { data, error, refetch } = useQuery(readQuery<Aged>(AGED, {}))
  return (
    <Part title="Receivables" to="/accounting/reports/-/aged_receivables" more="By customer">
      {error ? <Trouble error={error} retry={() => void refetch()} /> : !data ? <Loading /> : data.rows.length === 0 ? <Nothing>Nobody owes anything.</Nothing> : (
        <Stack gap="sm">
          <Group align="baseline" gap="xs">
            <Text fz={26} fw={620} className="figure">{money(data.totals.total)}</Text>
            <Text size="sm" c="dimmed">owed by {data.rows.length} customers</Text>
          </Group>
          <Ages totals={data.totals} />
          <Lines>
            {data.rows.slice(0, 4).map((row) => (
              <Line key={row.customer.id} to={recordPath('directory.parties', row.customer.id)} title={row.customer.name} figure={money(row.total as Money)} />
            ))}
          </Lines>
        </Stack>
      )}
    </Part>
  )
}
