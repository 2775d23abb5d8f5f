import { PasswordInput, Textarea, TextInput } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import '@mantine/dates/styles.css'
import { useState } from 'react'
import { useMe } from '@/api/session'
import { kindOf } from '@/catalogue/schema'
import { day, today } from '@/ui/format'
import { useForm } from '../context'
import { parseDay } from '../days'
import { parseDecimal, showDecimal } from '../decimal'
import { framed } from './frame'
import type { ControlProps } from './props'

const said = (value: unknown) => (value === undefined || value === null ? '' : String(value))
const orNothing = (text: string) => (text === '' ? undefined : text)

export function TextControl(props: ControlProps) {
  const { value, onChange, schema } = props
  const type = schema.format === 'email' || /^(e_?mail)$/.test(props.name) ? 'email' : undefined
  return <TextInput {...framed(props)} value={said(value)} inputMode={type} autoComplete="off" onChange={(event) => onChange(orNothing(event.currentTarget.value))} />
}

export function LongControl(props: ControlProps) {
  return <Textarea {...framed(props)} value={said(props.value)} autosize minRows={props.bare ? 1 : 2} maxRows={12} onChange={(event) => props.onChange(orNothing(event.currentTarget.value))} />
}

export function SecretControl(props: ControlProps) {
  return <PasswordInput {...framed(props)} variant={undefined} value={said(props.value)} autoComplete="new-password" onChange={(event) => props.onChange(orNothing(event.currentTarget.value))} />
}

/** Figures as people of this language type them; kept as the server takes them. */
export function DecimalControl(props: ControlProps) {
  const { value, onChange, schema, name } = props
  const [typed, setTyped] = useState<string>()
  const currency = useForm().currencies[name]
  const change = (text: string) => {
    setTyped(text)
    const parsed = parseDecimal(text)
    // integers of the schema are numbers in JSON
    if (kindOf(schema) === 'number') onChange(parsed !== undefined && /^-?\d{1,15}(\.\d+)?$/.test(parsed) ? Number(parsed) : orNothing(text))
    else onChange(parsed ?? orNothing(text))
  }
  return (
    <TextInput
      {...framed(props)}
      value={typed ?? showDecimal(said(value))}
      inputMode="decimal"
      autoComplete="off"
      styles={{ input: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } }}
      rightSection={currency ? <span style={{ fontSize: 12 }}>{currency}</span> : undefined}
      rightSectionWidth={currency ? 44 : undefined}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => setTyped(undefined)}
    />
  )
}

/** A day: typed (`2026-11-30`, `30.11.`, `today`, `+30`) or picked. */
export function DateControl(props: ControlProps) {
  const { value, onChange, bare } = props
  const now = today(useMe().organization.zone)
  const text = said(value)
  const valid = /^\d{4}-\d\d-\d\d$/.test(text)
  return (
    <DateInput
      {...framed(props)}
      // a wrong day out of an address or a draft is shown as nothing, and said below
      value={valid ? text : null}
      onChange={(picked) => onChange(picked ?? undefined)}
      dateParser={(typed) => parseDay(typed, now) ?? null}
      valueFormat={(date) => day(date)}
      fixOnBlur
      placeholder={bare ? undefined : 'today, +30'}
      allowDeselect
      popoverProps={{ withinPortal: true }}
      highlightToday
      previousLabel="Previous month"
      nextLabel="Next month"
      onFocus={(event) => event.currentTarget.select()}
    />
  )
}

export function MomentControl(props: ControlProps) {
  const local = said(props.value).slice(0, 16)
  const change = (text: string) => props.onChange(text === '' ? undefined : `${text}:00Z`)
  return <TextInput {...framed(props)} type="datetime-local" value={local} onChange={(event) => change(event.currentTarget.value)} rightSection={<span style={{ fontSize: 12 }}>UTC</span>} />
}

/** Several texts, one a row: an address has commas of its own. */
export function ListControl(props: ControlProps) {
  const { value, onChange, bare } = props
  const [typed, setTyped] = useState<string>()
  const change = (text: string) => {
    setTyped(text)
    const list = text.split('\n').map((row) => row.trim()).filter((row) => row !== '')
    onChange(list.length > 0 ? list : undefined)
  }
  const shown = typed ?? (Array.isArray(value) ? value.join('\n') : '')
  return <Textarea {...framed(props)} value={shown} autosize minRows={bare ? 1 : 2} maxRows={8} placeholder={bare ? undefined : 'One in each row'} onChange={(event) => change(event.currentTarget.value)} onBlur={() => setTyped(undefined)} />
}
