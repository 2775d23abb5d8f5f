import { Group, Text, Tooltip } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { firstSentence } from '@/catalogue/words'
import type { ControlProps } from './props'

/** Label, help and error as Mantine's inputs take them. */
export function framed({ id, label, schema, required, error, bare, autoFocus }: ControlProps) {
  const common = { id, error, autoFocus, 'data-autofocus': autoFocus || undefined, 'data-field': id }
  if (bare) return { ...common, 'aria-label': label, size: 'sm' as const, variant: 'unstyled' as const, 'aria-required': required || undefined }
  return {
    ...common,
    label: schema['x-mask'] ? <Locked label={label} /> : label,
    description: helpOf(schema.description, label),
    withAsterisk: required,
    'aria-required': required || undefined,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
  }
}

/** Words that add nothing to a label. */
const IDLE = new Set(['the', 'a', 'an', 'new', 'its', 'their', 'number', 'address', 'e', 'mail', 'email', 'own'])
const telling = (text: string) => text.toLowerCase().split(/[^a-z]+/).filter((word) => word !== '' && !IDLE.has(word))

/** Help for a field, where it says more than the label does; that a field can be emptied goes without saying. */
export function helpOf(description: string | undefined, label: string): string | undefined {
  const text = firstSentence(description).replace(/[;.,]? *(empty|an empty one) (removes|is removed)[^.;]*\.?/i, '').trim()
  const known = new Set(telling(label))
  return telling(text).every((word) => known.has(word)) ? undefined : text
}

/** The label of what few people may see. */
export function Locked({ label }: { label: string }) {
  return (
    <Group component="span" gap={4} display="inline-flex">
      {label}
      <Tooltip label="Confidential: hidden from people without the right to see it">
        <Text component="span" c="dimmed" lh={0} role="img" aria-label="confidential"><IconLock size={13} /></Text>
      </Tooltip>
    </Group>
  )
}
