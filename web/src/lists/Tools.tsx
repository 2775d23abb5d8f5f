import { ActionIcon, Group, Menu, Popover, ScrollArea, Switch, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconColumns3, IconDownload } from '@tabler/icons-react'
import type { Operation } from '@/catalogue/catalogue'
import { entityPath } from '@/catalogue/paths'
import { queryOf } from '@/api/http'
import type { Column } from './columns'

/** Which columns, in which order. */
export function ColumnChoice({ all, shown, onChange }: { all: Column[]; shown: Column[]; onChange: (keys: string[] | undefined) => void }) {
  const keys = shown.map((column) => column.key)
  const move = (index: number, by: number) => {
    const next = [...keys]
    const [moved] = next.splice(index, 1)
    if (moved !== undefined) next.splice(index + by, 0, moved)
    onChange(next)
  }
  const rest = all.filter((column) => !keys.includes(column.key))
  return (
    <Popover position="bottom-end" width={300} shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={34} aria-label="Columns"><IconColumns3 size={16} /></ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <ScrollArea.Autosize mah="60dvh">
          {[...shown, ...rest].map((column, index) => {
            const on = keys.includes(column.key)
            return (
              <Group key={column.key} justify="space-between" wrap="nowrap" py={3}>
                <Switch size="xs" label={column.label} checked={on} disabled={on && keys.length === 1} onChange={() => onChange(on ? keys.filter((key) => key !== column.key) : [...keys, column.key])} />
                {on && (
                  <Group gap={2} wrap="nowrap">
                    <ActionIcon variant="subtle" color="gray" size={24} disabled={index === 0} aria-label={`${column.label}: further left`} onClick={() => move(index, -1)}><IconArrowUp size={14} /></ActionIcon>
                    <ActionIcon variant="subtle" color="gray" size={24} disabled={index === keys.length - 1} aria-label={`${column.label}: further right`} onClick={() => move(index, 1)}><IconArrowDown size={14} /></ActionIcon>
                  </Group>
                )}
              </Group>
            )
          })}
        </ScrollArea.Autosize>
        <Text component="button" type="button" size="xs" c="dimmed" mt="xs" style={{ all: 'unset', cursor: 'pointer', fontSize: 12 }} onClick={() => onChange(undefined)}>As it was</Text>
      </Popover.Dropdown>
    </Popover>
  )
}

/** All rows that match, as a file: the server walks them. */
export function ExportMenu({ operation, args, columns }: { operation: Operation; args: Record<string, unknown>; columns?: string[] }) {
  const path = operation.verb === 'list' ? entityPath(operation.entity) : `${entityPath(operation.entity)}/${operation.verb}`
  const address = (format: string) => {
    const texts = Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
    return `/api/v1${path}${queryOf({ ...Object.fromEntries(texts), columns: columns?.join(','), format })}`
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target><ActionIcon variant="default" size={34} aria-label="Export"><IconDownload size={16} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={address('xlsx')} download>Excel (XLSX)</Menu.Item>
        <Menu.Item component="a" href={address('csv')} download>CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
