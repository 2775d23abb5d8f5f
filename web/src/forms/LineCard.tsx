import { ActionIcon, Group, Paper, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { Control } from './controls/Control'
import { LineEditor } from './LineEditor'
import { columnsOf } from './lines'
import { isWide, plain } from './plain'
import type { Values } from './values'
import classes from './forms.module.css'

interface Props {
  noun: string
  index: number
  pointer: string
  items: Schema
  /** Only these of its fields, without their help: a line that has no room for a table. */
  names?: string[]
  line: Values
  onChange: (line: Values) => void
  onRemove: () => void
}

/** One line as a card: on phones, and where a line has many fields. */
export function LineCard({ noun, index, pointer, items, names, line, onChange, onRemove }: Props) {
  return (
    <Paper withBorder p="sm" role="group" aria-label={`${words(noun)} ${index + 1}`}>
      <Group justify="space-between" mb={4}>
        <Text size="xs" c="dimmed" fw={550}>{words(noun)} {index + 1}</Text>
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${noun.replace(/_/g, ' ')} ${index + 1}`} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
      </Group>
      <div className={names ? classes.few : classes.fields}>
        {columnsOf(items).filter(([name]) => !names || names.includes(name)).map(([name, own]) => {
          const schema = names ? { ...own, description: undefined } : own
          const props = { name, schema, pointer: `${pointer}/${index}/${name}`, value: line[name], required: items.required?.includes(name) }
          const change = (next: unknown) => onChange({ ...line, [name]: next })
          return (
            <div key={name} className={isWide(schema) || (names && ['text', 'reference'].includes(kindOf(plain(schema))) && (schema.maxLength ?? 1000) > 50) ? classes.wide : undefined}>
              {kindOf(plain(schema)) === 'lines' ? <LineEditor {...props} onChange={change} /> : <Control {...props} onChange={change} />}
            </div>
          )
        })}
      </div>
    </Paper>
  )
}
