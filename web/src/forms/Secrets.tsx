import { ActionIcon, Alert, Button, Code, CopyButton, Group, Modal, Stack, Text, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react'
import type { Schema } from '@/catalogue/schema'
import { fieldsOf, valueAt } from '@/catalogue/schema'
import { label } from '@/catalogue/words'

/** What an answer says once and never again. */
export function secretsOf(output: Schema, result: unknown): [string, string][] {
  return fieldsOf(output).flatMap(({ key, path, schema }) => {
    const value = valueAt(result, path)
    return schema['x-secret'] && typeof value === 'string' && value !== '' ? [[schema.title ?? label(key), value] as [string, string]] : []
  })
}

/** Shows it until the person has it. */
export function Secrets({ secrets, onClose }: { secrets: [string, string][]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Shown once" closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} size="lg">
      <Stack>
        <Alert color="yellow" variant="light" icon={<IconKey size={18} />}>Copy it now: it is kept nowhere in readable form and cannot be shown again.</Alert>
        {secrets.map(([name, value]) => (
          <div key={name}>
            <Text size="sm" fw={550}>{name}</Text>
            <Group wrap="nowrap" gap="xs">
              <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{value}</Code>
              <CopyButton value={value}>
                {({ copied, copy }) => (
                  <Tooltip label={copied ? 'Copied' : 'Copy'}>
                    <ActionIcon variant="default" size={36} onClick={copy} aria-label={`Copy ${name.toLowerCase()}`}>{copied ? <IconCheck size={18} /> : <IconCopy size={18} />}</ActionIcon>
                  </Tooltip>
                )}
              </CopyButton>
            </Group>
          </div>
        ))}
        <Group justify="flex-end"><Button onClick={onClose}>I have it</Button></Group>
      </Stack>
    </Modal>
  )
}
