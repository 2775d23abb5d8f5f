import type { InputWrapperProps } from '@mantine/core'
import { CloseButton, Combobox, Group, InputBase, Loader, Text, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCatalogue } from '@/catalogue/use'
import { singular } from '@/catalogue/words'
import type { Found } from './search'
import { foundQuery } from './search'

type Wrapper = Pick<InputWrapperProps, 'label' | 'description' | 'error' | 'required' | 'labelProps' | 'size'>

interface Props extends Wrapper {
  /** Whose records; `*` for any. */
  entity: string
  /** An id, number or name; empty for none. */
  value: string
  onChange: (id: string, label: string) => void
  /** What the value is called, where it is known. */
  valueLabel?: string
  /** Asked for a new record; what was typed may be its name. */
  onCreate?: (typed: string) => void
  disabled?: boolean
  autoFocus?: boolean
  id?: string
  'aria-label'?: string
}

const NEW = '\u0000new'

/** Picks a record by what one types of its number or name. */
export function RecordPicker({ entity, value, onChange, valueLabel, onCreate, disabled, autoFocus, id, ...wrapper }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string>()
  const [picked, setPicked] = useState<{ id: string; label: string }>()
  const [asked] = useDebouncedValue(typed ?? '', 150)
  const noun = useCatalogue().entity(entity)?.noun ?? (entity === '*' ? 'record' : singular(entity.split('.')[1] ?? entity))
  const { data, isFetching } = useQuery({ ...foundQuery(asked, entity), enabled: combobox.dropdownOpened })
  // an id that came from outside: what it is called is asked for once
  const known = valueLabel ?? (picked?.id === value ? picked.label : undefined)
  const { data: named } = useQuery({ ...foundQuery(value, entity, 3), enabled: value !== '' && !known })
  // what is only similar is another record: a name that nobody can be sure of stays as it was said
  const meant = named?.find((record) => record.id === value || record.label.split(' · ').includes(value))
  const shown = typed ?? known ?? (value === '' ? '' : (meant?.label ?? value))
  const found = data ?? []

  const choose = (option: string) => {
    combobox.closeDropdown()
    if (option === NEW) {
      onCreate?.(typed ?? '')
    } else {
      const record = found.find((item) => item.id === option)
      if (record) pick(record)
    }
    setTyped(undefined)
  }
  const pick = ({ id, label }: Pick<Found, 'id' | 'label'>) => {
    setPicked({ id, label })
    onChange(id, label)
  }

  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal>
      <Combobox.Target>
        <InputBase
          {...wrapper}
          id={id}
          value={shown}
          disabled={disabled}
          autoFocus={autoFocus}
          placeholder={`Find ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`}
          autoComplete="off"
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => combobox.openDropdown()}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
            combobox.selectFirstOption()
          }}
          onBlur={() => {
            combobox.closeDropdown()
            if (typed === '' && value !== '') onChange('', '')
            // what was typed and not chosen is resolved by the server, or asked about
            else if (typed && typed !== known) onChange(typed, typed)
            setTyped(undefined)
          }}
          rightSectionPointerEvents="all"
          rightSection={
            isFetching && combobox.dropdownOpened ? <Loader size={14} /> : value !== '' && !disabled ? (
              <CloseButton size="sm" tabIndex={-1} aria-label={`Clear ${typeof wrapper.label === 'string' ? wrapper.label : noun}`} onMouseDown={(event) => event.preventDefault()} onClick={() => onChange('', '')} />
            ) : null
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={`Found: ${noun}`}>
          {found.map((record) => (
            <Combobox.Option key={`${record.type}:${record.id}`} value={record.id}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" truncate>{record.label}</Text>
                {entity === '*' && <Text size="xs" c="dimmed">{record.noun}</Text>}
              </Group>
            </Combobox.Option>
          ))}
          {data && found.length === 0 && <Combobox.Empty>No {noun} is called so.</Combobox.Empty>}
          {onCreate && <Combobox.Option value={NEW}>Create new {noun}{typed ? ` “${typed}”` : ''}…</Combobox.Option>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

