import { ActionIcon, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { useId, useMediaQuery } from '@mantine/hooks'
import { IconColumns, IconPlus, IconTrash } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useRef, useState } from 'react'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { singular, words } from '@/catalogue/words'
import { useForm } from './context'
import { Control } from './controls/Control'
import { helpOf, Locked } from './controls/frame'
import { LineCard } from './LineCard'
import { columnsOf, needsCards, shownColumns, useLines } from './lines'
import { plain } from './plain'
import type { Values } from './values'
import classes from './forms.module.css'

interface Props {
  name: string
  pointer: string
  schema: Schema
  value: unknown
  onChange: (lines: Values[]) => void
  required?: boolean
  label?: string
  /** A last column of figures: what each line comes to. */
  sum?: { title: string; of: (line: Values) => string }
}

const NOTHING: Values[] = [{}]

/** Lines of a document: a table to type in, or cards where a line is long. */
export function LineEditor({ name, pointer, schema, value, onChange, required, label, sum }: Props) {
  const items = plain(schema.items ?? {})
  const given = Array.isArray(value) ? (value as Values[]) : []
  // a document without lines is none: the first is there to be typed in
  const lines = given.length === 0 && required ? NOTHING : given
  const rows = useLines(lines, onChange)
  const { errors } = useForm()
  const phone = useMediaQuery('(max-width: 48em)')
  const tall = needsCards(items)
  const cards = phone || tall
  const [all, setAll] = useState(false)
  // in a narrow form, more than these would be scrolled through
  const [first] = useState(() => shownColumns(items, lines, sum ? 4 : 5))
  const titleId = useId()
  const grid = useRef<HTMLDivElement>(null)
  const names = columnsOf(items).map(([column]) => column)
  const used = shownColumns(items, lines, 0)
  const shown = all ? names : names.filter((column) => first.includes(column) || used.includes(column))
  const noun = singular(name)

  /** Into the same column of that row, once it is there. */
  const focus = (row: number, column: number) =>
    setTimeout(() => grid.current?.querySelectorAll<HTMLElement>('[data-row]')[row]?.querySelectorAll<HTMLElement>('[data-cell]')[column]?.querySelector<HTMLElement>('input, textarea')?.focus())

  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return
    const target = event.target as HTMLElement
    const row = Number(target.closest<HTMLElement>('[data-row]')?.dataset.row ?? -1)
    const column = Number(target.closest<HTMLElement>('[data-cell]')?.dataset.cell ?? -1)
    if (row < 0 || column < 0) return
    const ctrl = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && !ctrl && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      if (row < lines.length - 1) focus(row + 1, column)
      else focus(rows.insert(row), 0)
    } else if (event.key.toLowerCase() === 'd' && ctrl && !event.shiftKey) {
      event.preventDefault()
      focus(rows.duplicate(row), column)
    } else if (event.key === 'Delete' && ctrl) {
      event.preventDefault()
      rows.remove(row)
      focus(Math.max(0, row - 1), column)
    } else if (['ArrowUp', 'ArrowDown'].includes(event.key) && !ctrl && !event.altKey && target.getAttribute('role') !== 'combobox' && target.tagName === 'INPUT') {
      event.preventDefault()
      focus(row + (event.key === 'ArrowUp' ? -1 : 1), column)
    }
  }

  const title = label ?? schema.title ?? words(name)
  const help = helpOf(schema.description, title)
  return (
    <Stack gap={6} className={classes.lines} data-pointer={pointer} role="group" aria-labelledby={titleId}>
      <Group justify="space-between" wrap="nowrap" align="flex-end">
        <div>
          <Text id={titleId} size="sm" fw={550} component="div">
            {schema['x-mask'] ? <Locked label={title} /> : title}{required && <Text span c="var(--mantine-color-error)" aria-hidden> *</Text>}
          </Text>
          {help && <Text size="xs" c="dimmed">{help}</Text>}
        </div>
        {!tall && lines.length > 0 && (all || shown.length < names.length) && (
          <Button variant="subtle" size="compact-sm" leftSection={<IconColumns size={14} />} aria-pressed={all} onClick={() => setAll(!all)}>{all ? 'Less' : phone ? 'All fields' : 'All columns'}</Button>
        )}
      </Group>
      {cards
        ? lines.map((line, index) => (
          <LineCard key={rows.keys[index]} noun={noun} index={index} pointer={pointer} items={items} names={tall ? undefined : shown} line={line} onChange={(next) => rows.set(index, next)} onRemove={() => rows.remove(index)} />
        ))
        : lines.length > 0 && (
          <div className={classes.scroll} ref={grid}>
            <table className={classes.grid} onKeyDown={onKey} aria-labelledby={titleId}>
              <thead>
                <tr>
                  <th className={classes.count}><span className={classes.unseen}>Line</span></th>
                  {shown.map((column) => {
                    const it = plain(items.properties?.[column] ?? {})
                    const needed = items.required?.includes(column)
                    return <th key={column} data-kind={widthOf(it)} title={it.description}>{it.title ?? words(column)}{needed && <span aria-hidden className={classes.star}>&nbsp;*</span>}</th>
                  })}
                  {sum && <th data-kind="figure">{sum.title}</th>}
                  <th><span className={classes.unseen}>Remove</span></th>
                </tr>
              </thead>
              <tbody>
                {lines.map((line, index) => (
                  <tr key={rows.keys[index]} data-row={index}>
                    <td className={classes.count}>{index + 1}</td>
                    {shown.map((column, at) => {
                      const it = items.properties?.[column] ?? {}
                      const here = `${pointer}/${index}/${column}`
                      return (
                        <td key={column} data-cell={at} data-kind={widthOf(plain(it))} data-wrong={errors[here] !== undefined || undefined}>
                          <Control
                            bare
                            name={column}
                            pointer={here}
                            schema={it}
                            value={line[column]}
                            label={`${plain(it).title ?? words(column)}, line ${index + 1}`}
                            required={items.required?.includes(column)}
                            onChange={(next) => rows.set(index, { ...line, [column]: next })}
                          />
                        </td>
                      )
                    })}
                    {sum && <td className={`figure ${classes.sum}`}>{sum.of(line)}</td>}
                    <td className={classes.remove}>
                      <Tooltip label="Remove (Ctrl+Delete)" openDelay={600}>
                        <ActionIcon variant="subtle" color="gray" tabIndex={-1} aria-label={`Remove line ${index + 1}`} onClick={() => rows.remove(index)}><IconTrash size={16} /></ActionIcon>
                      </Tooltip>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      <Group justify="space-between" gap="xs">
        <Button variant="light" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => focus(rows.insert(lines.length - 1), 0)}>
          Add {noun}
        </Button>
        {!cards && lines.length > 0 && <Text size="xs" c="dimmed" visibleFrom="md">Enter: next line · Ctrl+D: same again</Text>}
      </Group>
      {errors[pointer] && <Text size="xs" c="var(--mantine-color-error)" role="alert">{errors[pointer]}</Text>}
    </Stack>
  )
}

/** How wide a column is: names of things are long, figures are not. */
function widthOf(schema: Schema): string {
  switch (kindOf(schema)) {
    case 'decimal':
    case 'number':
      return 'figure'
    case 'reference':
      return 'name'
    case 'text':
      return (schema.maxLength ?? 1000) > 100 ? 'text' : 'short'
    default:
      return 'short'
  }
}
