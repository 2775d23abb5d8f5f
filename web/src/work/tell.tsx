/** Short messages at the edge of the page. */
import { Anchor, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Problem } from '@/api/http'
import type { Approval } from '@/api/types'

export function told(sentence: string, undo?: () => void): void {
  const id = crypto.randomUUID()
  notifications.show({
    id,
    color: 'green',
    autoClose: undo ? 12_000 : 5_000,
    closeButtonProps: { 'aria-label': 'Close' },
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" lineClamp={3}>{sentence}</Text>
        {undo && (
          <Button
            size="compact-sm"
            variant="default"
            flex="none"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            Undo
          </Button>
        )}
      </Group>
    ),
  })
}

export function waits(approval: Approval): void {
  const who = approval.approver === 'self' ? 'you' : `a ${approval.approver.replace('role:', '')}`
  notifications.show({
    color: 'yellow',
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': 'Close' },
    title: `Waits for ${who}`,
    message: <Anchor href={`/approvals/${approval.id}`} size="sm">{approval.title}</Anchor>,
  })
}

export function failed(error: unknown): void {
  const problem = error instanceof Problem ? error.body : undefined
  notifications.show({
    color: 'red',
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': 'Close' },
    title: problem?.title ?? 'Something went wrong',
    message: [problem?.detail ?? (error instanceof Error ? error.message : String(error)), problem?.fix].filter(Boolean).join(' '),
  })
}
