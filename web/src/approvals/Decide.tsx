import { Button, Card, Group, Kbd, Stack, Text, Textarea, Title } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Answer, Approval } from '@/api/types'
import { Trouble } from '@/ui/Trouble'
import type { Verdict } from './approvals'
import { changedTo, fromNow, useDecide } from './approvals'
import { Delegate } from './Delegate'

/** Yes or no. The keys lead to the buttons; only pressing one decides. */
export function Decide({ approval, onDone }: { approval: Approval; onDone: (answer: Answer) => void }) {
  const navigate = useNavigate()
  const decide = useDecide(approval.id)
  const [note, setNote] = useState('')
  const yes = useRef<HTMLButtonElement>(null)
  const no = useRef<HTMLButtonElement>(null)
  useHotkeys([['a', () => yes.current?.focus()], ['r', () => no.current?.focus()]])
  const say = (decision: Verdict) =>
    decide.mutate({ decision, note }, {
      onSuccess: onDone,
      onError: (error) => {
        const next = changedTo(error)
        if (next) void navigate({ to: `/approvals/${next.id}`, search: { changed: approval.id }, replace: true })
      },
    })
  const saying = (decision: Verdict) => decide.isPending && decide.variables.decision === decision
  return (
    <Card component="section" aria-label="Your decision">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h6">Your decision</Title>
          <Text size="xs" c="dimmed">Approving does it at once. Expires {fromNow(approval.expires_at, new Date())}.</Text>
        </div>
        <Textarea
          label="Note"
          description="Kept with the decision."
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {decide.error && !changedTo(decide.error) && <Trouble error={decide.error} />}
        <Group grow gap="xs">
          <Button
            ref={no}
            variant="default"
            leftSection={<IconX size={16} />}
            loading={saying('reject')}
            disabled={decide.isPending}
            aria-keyshortcuts="r"
            onClick={() => say('reject')}
          >
            Reject
          </Button>
          <Button
            ref={yes}
            leftSection={<IconCheck size={16} />}
            loading={saying('approve')}
            disabled={decide.isPending}
            aria-keyshortcuts="a"
            onClick={() => say('approve')}
          >
            Approve
          </Button>
        </Group>
        <Text
          size="xs"
          c="dimmed"
          visibleFrom="sm"
        >
          <Kbd size="xs">a</Kbd> or <Kbd size="xs">r</Kbd> goes to the button, <Kbd size="xs">Enter</Kbd> presses it.
        </Text>
        <Delegate approval={approval} />
      </Stack>
    </Card>
  )
}
