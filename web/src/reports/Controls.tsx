import { Button, Group, Menu } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { useMe } from '@/api/session'
import type { Operation } from '@/catalogue/catalogue'
import { filtersOf } from '@/catalogue/catalogue'
import { label } from '@/catalogue/words'
import { FilterField } from '@/lists/Filters'
import type { Search } from '@/lists/view'
import { withFilter } from '@/lists/view'
import { today } from '@/ui/format'
import { periods } from './shape'

/** What a report is asked for: its arguments, in the address. */
export function Controls({ operation, search, onSearch }: { operation: Operation; search: Search; onSearch: (search: Search) => void }) {
  const now = today(useMe().organization.zone)
  const fields = filtersOf(operation).filter(([name]) => name !== 'id')
  const names = fields.map(([name]) => name)
  const end = names.find((name) => name === 'to' || name === 'as_of')
  const from = names.find((name) => name === 'from')
  return (
    <Group gap="sm" align="end" className="controls">
      {fields.map(([name, schema]) => (
        <FilterField key={name} filter={{ key: name, label: label(name), names: [name], schema }} search={search} onChange={(values) => onSearch(withFilter(search, values))} />
      ))}
      {from && end && (
        <Menu>
          <Menu.Target><Button variant="default" size="sm" leftSection={<IconCalendar size={15} />}>Period</Button></Menu.Target>
          <Menu.Dropdown>
            {periods(now).map((period) => (
              <Menu.Item key={period.name} onClick={() => onSearch(withFilter(search, { [from]: period.from, [end]: period.to < now ? period.to : now }))}>{period.name}</Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  )
}
