import { ActionIcon, Button, CloseButton, Drawer, Group, Pill, Popover, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import type { RefObject } from 'react'
import { useEffect, useState } from 'react'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { firstSentence, words } from '@/catalogue/words'
import { RecordPicker } from '@/pickers/RecordPicker'
import type { Filter, Search } from './view'
import { said, withFilter } from './view'

interface Props {
  filters: Filter[]
  search: Search
  onSearch: (search: Search) => void
  /** Where there is a search by text: what it looks at. */
  text?: Schema
  textRef: RefObject<HTMLInputElement | null>
  small: boolean
}

/** Search, filters, and what is set, each to be taken away. */
export function Filters({ filters, search, onSearch, text, textRef, small }: Props) {
  const [open, setOpen] = useState(false)
  const set = filters.filter((filter) => said(filter, search) !== undefined)
  const clear = (filter: Filter) => onSearch(withFilter(search, Object.fromEntries(filter.names.map((name) => [name, undefined]))))
  const fields = (
    <Stack gap="sm">
      {filters.map((filter) => (
        <FilterField key={filter.key} filter={filter} search={search} onChange={(values) => onSearch(withFilter(search, values))} />
      ))}
      <Group justify="space-between">
        <Button variant="subtle" size="compact-sm" onClick={() => set.forEach(clear)} disabled={set.length === 0}>Clear all</Button>
        <Button size="compact-sm" onClick={() => setOpen(false)}>Done</Button>
      </Group>
    </Stack>
  )
  const count = set.length > 0 ? ` (${set.length})` : ''
  const button = small ? (
    <ActionIcon variant={count ? 'light' : 'default'} size={34} aria-label={`Filter${count}`} onClick={() => setOpen(!open)}><IconFilter size={16} /></ActionIcon>
  ) : (
    <Button variant="default" size="xs" h={34} leftSection={<IconFilter size={15} />} onClick={() => setOpen(!open)}>Filter{count}</Button>
  )
  return (
    <>
      {text && <TextSearch value={search.q ?? ''} about={text} inputRef={textRef} onChange={(q) => onSearch(withFilter(search, { q }))} />}
      {filters.length > 0 && (small ? (
        <>
          {button}
          <Drawer opened={open} onClose={() => setOpen(false)} title="Filter" position="bottom" size="auto">{fields}</Drawer>
        </>
      ) : (
        <Popover opened={open} onChange={setOpen} position="bottom-start" width={360} trapFocus shadow="md">
          <Popover.Target>{button}</Popover.Target>
          <Popover.Dropdown mah="70dvh" style={{ overflowY: 'auto' }}>{fields}</Popover.Dropdown>
        </Popover>
      ))}
      {set.map((filter) => (
        <Pill key={filter.key} withRemoveButton size="md" onRemove={() => clear(filter)} removeButtonProps={{ 'aria-label': `Take away: ${filter.label}`, tabIndex: 0, 'aria-hidden': false }}>
          {said(filter, search)}
        </Pill>
      ))}
    </>
  )
}

function TextSearch({ value, about, inputRef, onChange }: { value: string; about: Schema; inputRef: RefObject<HTMLInputElement | null>; onChange: (q: string | undefined) => void }) {
  const [typed, setTyped] = useState(value)
  const tell = useDebouncedCallback(onChange, 200)
  useEffect(() => setTyped(value), [value])
  const change = (text: string) => {
    setTyped(text)
    tell(text)
  }
  return (
    <TextInput
      ref={inputRef}
      type="search"
      aria-label="Search"
      title={about.description}
      placeholder="Search  ( / )"
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      leftSection={<IconSearch size={15} />}
      rightSection={typed && <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />}
      w={{ base: 150, xs: 220, md: 280 }}
      styles={{ input: { height: 34, minHeight: 34 } }}
    />
  )
}

type Values = Record<string, string | undefined>

/** One filter, by what its schema says. */
export function FilterField({ filter, search, onChange }: { filter: Filter; search: Search; onChange: (values: Values) => void }) {
  const { label, names, schema } = filter
  const [first, second] = names
  if (second) {
    return (
      <Group grow gap="xs" align="end">
        <Field label={`${label} from`} name={first} schema={schema} value={search[first] ?? ''} onChange={onChange} />
        <Field label="to" aria={`${label} to`} name={second} schema={schema} value={search[second] ?? ''} onChange={onChange} />
      </Group>
    )
  }
  return <Field label={label} name={first} schema={schema} value={search[first] ?? ''} onChange={onChange} />
}

interface FieldProps {
  label: string
  aria?: string
  name: string
  schema: Schema
  value: string
  onChange: (values: Values) => void
}

function Field({ label, aria, name, schema, value, onChange }: FieldProps) {
  const change = (text: string | null | undefined) => onChange({ [name]: text ?? undefined })
  const slowly = useDebouncedCallback(change, 300)
  const common = { label, 'aria-label': aria, size: 'sm' as const, description: undefined, title: firstSentence(schema.description) }
  switch (kindOf(schema)) {
    case 'reference':
      return <RecordPicker label={label} entity={schema['x-ref'] ?? '*'} value={value} onChange={(id) => change(id)} />
    case 'choice':
      return <Select {...common} clearable data={(schema.enum ?? []).map((one) => ({ value: String(one), label: words(String(one)) }))} value={value || null} onChange={change} comboboxProps={{ withinPortal: false }} />
    case 'boolean':
      return (
        <Stack gap={4}>
          <span id={`filter-${name}`} style={{ fontSize: 14, fontWeight: 550 }} title={common.title}>{label}</span>
          <SegmentedControl size="xs" aria-labelledby={`filter-${name}`} value={value} onChange={change} data={[{ value: '', label: 'Any' }, { value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }]} />
        </Stack>
      )
    case 'date':
      return <TextInput {...common} type="date" value={value} onChange={(event) => change(event.currentTarget.value)} />
    case 'object':
      return null
    default:
      return <TextInput {...common} key={value} defaultValue={value} inputMode={kindOf(schema) === 'decimal' ? 'decimal' : undefined} onChange={(event) => slowly(event.currentTarget.value.trim())} />
  }
}
