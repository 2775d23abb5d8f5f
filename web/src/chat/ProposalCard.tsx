import { Anchor, Badge, Button, Group, Text, VisuallyHidden } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconPencil, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { http } from '@/api/http'
import type { Approval, Page } from '@/api/types'
import { Effects } from '@/work/Effects'
import { useUndo } from '@/work/submit'
import { failed } from '@/work/tell'
import classes from './Chat.module.css'

interface Props {
  approval: Approval
  /** The conversation in which it was proposed. */
  threadId: string
  busy: boolean
  decide: (decision: 'approve' | 'reject') => void
  /** The person says what shall be different. */
  change: () => void
}

const MARKS: Record<Approval['status'], [string, string]> = {
  pending: ['Waiting', 'yellow'],
  approved: ['Done', 'green'],
  rejected: ['Rejected', 'red'],
  superseded: ['Replaced', 'gray'],
  expired: ['Expired', 'gray'],
}

/** What would happen, and the person's word on it; afterwards what came of it, and the way back. */
export function ProposalCard({ approval: told, threadId, busy, decide, change }: Props) {
  const { data } = useQuery({
    queryKey: ['approvals', 'chat', told.id],
    queryFn: ({ signal }) => http<Approval>('GET', `/api/v1/approvals/${told.id}`, { signal }),
    placeholderData: told,
  })
  const approval = data ?? told
  const pending = approval.status === 'pending'
  const [mark, colour] = MARKS[approval.status] ?? MARKS.pending
  const role = approval.approver === 'self' ? undefined : approval.approver.replace('role:', '')
  return (
    <section className={classes.card} data-open={(pending && approval.may_decide) || undefined} aria-label={`Proposal: ${approval.title}`}>
      <div className={classes.cardHead}>
        <Text size="xs" c="dimmed" fw={600}>{pending ? (role ? `Needs a ${role}` : 'For you to decide') : 'Proposal'}</Text>
        <Badge size="sm" variant="dot" color={colour} tt="none" radius="sm">{mark}</Badge>
      </div>
      <div className={classes.cardBody} tabIndex={0} role="group" aria-label="What would happen"><Effects effects={approval.effects} /></div>
      <div className={classes.cardFoot}>
        {pending && approval.may_decide && (
          <Group gap="xs">
            <Button size="xs" leftSection={<IconCheck size={15} />} onClick={() => decide('approve')} disabled={busy}>Approve</Button>
            <Button size="xs" variant="default" leftSection={<IconPencil size={14} />} onClick={change} disabled={busy}>Change</Button>
            <Button size="xs" variant="subtle" color="red" leftSection={<IconX size={15} />} onClick={() => decide('reject')} disabled={busy}>Reject</Button>
          </Group>
        )}
        {pending && !approval.may_decide && (
          <Group justify="space-between" gap="xs">
            <Text size="xs" c="dimmed">It is done once {role ? `a ${role}` : 'somebody'} says yes.</Text>
            <Open id={approval.id} />
          </Group>
        )}
        {!pending && (
          <Group justify="space-between" gap="xs">
            <Open id={approval.id} />
            {approval.status === 'approved' && <TakeBack approval={approval} threadId={threadId} />}
          </Group>
        )}
      </div>
    </section>
  )
}

function Open({ id }: { id: string }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/approvals/$id" params={{ id }} search={{}} {...props} />}>
      Open<VisuallyHidden> the approval</VisuallyHidden>
    </Anchor>
  )
}

interface RecordedCall { id: string; plan_id?: string | null; conversation_id?: string | null; operation: string }

/** Takes back the call that came of it: it is found by the record that it is about. */
function TakeBack({ approval, threadId }: { approval: Approval; threadId: string }) {
  const undo = useUndo()
  const record = approval.effects.find((effect) => effect.record)?.record
  const find = useMutation({
    mutationFn: async () => {
      const { items } = await http<Page<RecordedCall>>('GET', '/api/v1/calls', { query: { record: record ?? undefined } })
      const call = items.find(({ conversation_id, operation }) => conversation_id === threadId && operation === approval.calls[0]?.name)
      if (!call) throw new Error('What was done is not found; look at the record itself.')
      return undo.mutateAsync({ call_id: call.id, plan_id: call.plan_id ?? null })
    },
    onError: (error) => undo.isError || failed(error),
  })
  if (!record) return null
  if (undo.isSuccess) return <Text size="xs" c="dimmed" role="status">{undo.data.status === 'done' ? 'Taken back' : 'The undo waits for approval'}</Text>
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={14} />} loading={find.isPending} onClick={() => find.mutate()}>
      Undo
    </Button>
  )
}
