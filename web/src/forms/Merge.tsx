import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconGitMerge } from '@tabler/icons-react'
import { useState } from 'react'
import type { Schema } from '@/catalogue/schema'
import { isMoneyValue, isRecordValue } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { money } from '@/ui/format'
import type { Merging } from './useOperationForm'
import type { Values } from './values'

interface Props {
  schema: Schema
  merging: Merging
  names: ReadonlyMap<string, string>
  onSettle: (values: Values) => void
}

/** Somebody else has changed the record meanwhile: theirs or mine, field by field, and then on from there. */
export function Merge({ schema, merging, names, onSettle }: Props) {
  const { conflicts, taken, values } = merging
  const [choice, setChoice] = useState<Record<string, 'mine' | 'theirs'>>({})
  const title = (name: string) => schema.properties?.[name]?.title ?? words(name)
  const settle = () => {
    const next = { ...values }
    for (const { name, mine, theirs } of conflicts) next[name] = choice[name] === 'theirs' ? theirs : mine
    onSettle(next)
  }
  return (
    <Alert color="yellow" variant="light" role="alert" icon={<IconGitMerge size={18} />} title="Somebody else changed this meanwhile" mb="md">
      <Stack gap="sm">
        <Text size="sm">
          {conflicts.length === 0 ? 'Your changes and theirs are of different fields: both are kept.' : 'You both changed the same. Choose what it shall be.'}
          {taken.length > 0 && ` Taken from them: ${taken.map((name) => title(name).toLowerCase()).join(', ')}.`}
        </Text>
        {conflicts.map(({ name, mine, theirs }) => (
          <Stack key={name} gap={4}>
            <Text size="sm" fw={550} id={`merge-${name}`}>{title(name)}</Text>
            <SegmentedControl
              orientation="vertical"
              aria-labelledby={`merge-${name}`}
              value={choice[name] ?? 'mine'}
              onChange={(side) => setChoice({ ...choice, [name]: side as 'mine' | 'theirs' })}
              data={[
                { value: 'mine', label: `Mine: ${said(mine, names)}` },
                { value: 'theirs', label: `Theirs: ${said(theirs, names)}` },
              ]}
            />
          </Stack>
        ))}
        <Group><Button size="compact-md" onClick={settle}>Go on</Button></Group>
      </Stack>
    </Alert>
  )
}

/** A value in few words. */
export function said(value: unknown, names: ReadonlyMap<string, string>): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (isMoneyValue(value)) return money(value)
  if (isRecordValue(value)) return value.label
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nothing'
    return value.map((one) => said(one, names)).join('; ')
  }
  if (typeof value === 'object') return Object.entries(value).filter(([name]) => name !== 'id').map(([, one]) => said(one, names)).join(', ')
  return names.get(String(value)) ?? (typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value))
}
