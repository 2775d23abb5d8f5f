import { Button, Card, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { useState } from 'react'
import { useMe } from '@/api/session'
import type { Approval } from '@/api/types'
import { Trouble } from '@/ui/Trouble'
import { moment } from '@/ui/format'
import { useComment } from './approvals'
import classes from './approvals.module.css'

/** What people said about an approval. */
export function Talk({ approval }: { approval: Approval }) {
  const { zone } = useMe().organization
  const [text, setText] = useState('')
  const comment = useComment(approval.id)
  const comments = approval.comments ?? []
  const open = approval.status === 'pending'
  const send = () => text.trim() && comment.mutate(text.trim(), { onSuccess: () => setText('') })
  if (!open && comments.length === 0) return null
  return (
    <Card component="section" aria-label="Comments">
      <Title order={2} size="h6" mb="xs">Comments</Title>
      <Stack gap="sm">
        {comments.map((one, index) => (
          <div key={index}>
            <Text size="xs" c="dimmed">
              <Text span inherit fw={600} c="var(--mantine-color-text)">{one.author}</Text> · {moment(one.created_at, zone)}
            </Text>
            <Text size="sm" className={classes.text}>{one.text}</Text>
          </div>
        ))}
        {open && (
          <>
            <Textarea
              aria-label="New comment"
              placeholder="Ask, or explain…"
              autosize
              minRows={2}
              maxRows={8}
              maxLength={2000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={getHotkeyHandler([['mod+Enter', send]])}
            />
            {comment.error && <Trouble error={comment.error} retry={send} />}
            <Group justify="flex-end">
              <Button
                size="compact-sm"
                variant="default"
                disabled={!text.trim()}
                loading={comment.isPending}
                onClick={send}
              >
                Comment
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Card>
  )
}
