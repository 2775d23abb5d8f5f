import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useMe } from '@/api/session'
import type { Answer, Approval } from '@/api/types'
import { useCatalogue } from '@/catalogue/use'
import { moment } from '@/ui/format'
import { useUndo } from '@/work/submit'
import { RecordName } from './Arguments'
import type { Standing } from './approvals'
import { deciders, fromNow } from './approvals'

interface Props {
  approval: Approval
  standing: Standing
  answer?: Answer
}

/** Where nothing is to be decided here (any more): why, by whom, and what came of it. */
export function Afterwards({ approval, standing, answer }: Props) {
  const { zone } = useMe().organization
  const takeBack = useUndo()
  const done = answer?.status === 'done' ? answer : undefined
  const decided = standing === 'approved' || standing === 'rejected'
  return (
    <Card component="section" aria-label="How it stands" role="status">
      <Stack gap="xs">
        <Title order={2} size="h6">{titleOf(answer, standing)}</Title>
        {!answer && <Text size="sm">{sentenceOf(approval, standing)}</Text>}
        {decided && approval.decided_at && (
          <Text size="sm" c="dimmed">
            {approval.decided_by ? `By ${approval.decided_by}, ` : ''}{moment(approval.decided_at, zone)}
          </Text>
        )}
        {decided && approval.note && <Text size="sm" fs="italic">“{approval.note}”</Text>}
        {done?.sentences.map((sentence) => <Text key={sentence} size="sm">{sentence}</Text>)}
        {(done || standing === 'approved') && <Records approval={approval} answer={done} />}
        {done && Boolean(done.undo) && !takeBack.isSuccess && (
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconArrowBackUp size={14} />}
              loading={takeBack.isPending}
              onClick={() => takeBack.mutate(done)}
            >
              Undo
            </Button>
          </Group>
        )}
        {takeBack.data?.status === 'done' && <Text size="sm">Undone.</Text>}
      </Stack>
    </Card>
  )
}

function titleOf(answer: Answer | undefined, standing: Standing): string {
  if (answer?.status === 'needs_approval') return 'It needs another yes'
  if (answer?.status === 'done' || standing === 'approved') return 'Approved and done'
  if (answer?.status === 'rejected' || standing === 'rejected') return 'Rejected'
  return { asked: 'Somebody else decides', waiting: 'Not yours to decide', superseded: 'Superseded', expired: 'Expired', decide: '' }[standing]
}

function sentenceOf(approval: Approval, standing: Standing): string {
  switch (standing) {
    case 'asked':
      return `You asked for this, so ${deciders(approval)} has to decide. Nothing happens until then. It expires ${fromNow(approval.expires_at, new Date())}.`
    case 'waiting':
      return `This waits for ${deciders(approval)}. It expires ${fromNow(approval.expires_at, new Date())}.`
    case 'superseded':
      return 'What it would have done has changed, and another approval took its place. Nothing came of this one.'
    case 'expired':
      return 'Nobody decided in time. Nothing happened; it can be asked again.'
    case 'rejected':
      return 'Nothing happened.'
    default:
      return 'It was done as shown.'
  }
}

/** The records that it was about: what the answer gives, else what the calls named. */
function Records({ approval, answer }: { approval: Approval; answer?: Extract<Answer, { status: 'done' }> }) {
  const catalogue = useCatalogue()
  const results = answer ? (Array.isArray(answer.result) ? answer.result : [answer.result]) : []
  const records = approval.calls.flatMap((call, index) => {
    const operation = catalogue.operation(call.name)
    // a call on a record may answer with another one: a credit note
    const given = (call.arguments as { id?: unknown }).id ?? (results[index] as { id?: unknown } | null | undefined)?.id
    if (!operation || operation.verb === 'delete' || typeof given !== 'string') return []
    return catalogue.entity(operation.entity)?.get ? [{ entity: operation.entity, id: given }] : []
  })
  return records.slice(0, 10).map(({ entity, id }) => <Text key={id} size="sm"><RecordName entity={entity} id={id} /></Text>)
}
