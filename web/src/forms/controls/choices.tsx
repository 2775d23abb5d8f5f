import { Checkbox, Group, Input, MultiSelect, SegmentedControl, Select, Switch } from '@mantine/core'
import { words } from '@/catalogue/words'
import { framed, helpOf } from './frame'
import type { ControlProps } from './props'

const optionsOf = (values: unknown[] | undefined) => (values ?? []).map((one) => ({ value: String(one), label: words(String(one)) }))

/** One of a few: side by side up to three, else a list. */
export function ChoiceControl(props: ControlProps) {
  const { schema, value, onChange, label, required, error, id, bare } = props
  const options = optionsOf(schema.enum)
  const now = value === undefined || value === null ? null : String(value)
  const pick = (picked: string | null) => onChange(picked === null || picked === '' ? undefined : schema.enum?.find((one) => String(one) === picked))
  if (bare || options.length > 3) {
    const { default: usual } = schema
    const hint = typeof usual === 'string' && !bare ? words(usual) : undefined
    return <Select {...framed(props)} data={options} value={now} onChange={pick} clearable={!required} searchable={options.length > 7} placeholder={hint} nothingFoundMessage="Nothing is called so" />
  }
  const all = required || schema.default !== undefined ? options : [{ value: '', label: 'Not said' }, ...options]
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id: `${id}-label` }} withAsterisk={required} description={helpOf(schema.description, label)} error={error} inputWrapperOrder={['label', 'input', 'description', 'error']}>
      <div>
        <SegmentedControl id={id} aria-labelledby={`${id}-label`} data={all} value={now ?? String(schema.default ?? '')} onChange={pick} />
      </div>
    </Input.Wrapper>
  )
}

export function SwitchControl({ id, schema, value, onChange, label, error, bare }: ControlProps) {
  const change = (event: React.ChangeEvent<HTMLInputElement>) => onChange(event.currentTarget.checked)
  if (bare) return <Checkbox id={id} aria-label={label} checked={value === true} onChange={change} error={error} />
  return <Switch id={id} data-field={id} mt={4} label={label} description={helpOf(schema.description, label)} checked={value === true} onChange={change} error={error} />
}

/** Several of a few: boxes to tick, or a list to search in. */
export function SeveralControl(props: ControlProps) {
  const { schema, value, onChange, label, required, error, bare, id } = props
  const options = optionsOf(schema.items?.enum)
  const list = Array.isArray(value) ? value.map(String) : []
  const change = (next: string[]) => onChange(next.length > 0 ? options.map((one) => one.value).filter((one) => next.includes(one)) : undefined)
  if (bare || options.length > 6) return <MultiSelect {...framed(props)} data={options} value={list} onChange={change} searchable clearable={!required} />
  return (
    <Checkbox.Group label={label} withAsterisk={required} description={helpOf(schema.description, label)} error={error} value={list} onChange={change} inputWrapperOrder={['label', 'input', 'description', 'error']}>
      <Group id={id} gap="lg" mt={6} mb={4}>
        {options.map((one) => <Checkbox key={one.value} value={one.value} label={one.label} />)}
      </Group>
    </Checkbox.Group>
  )
}
