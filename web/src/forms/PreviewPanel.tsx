import { Alert, Anchor, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconEye, IconHourglass, IconPlugConnectedX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Problem, Unreachable } from '@/api/http'
import { Trouble } from '@/ui/Trouble'
import { Effects } from '@/work/Effects'
import type { OperationFormState } from './useOperationForm'

/** What would happen, as far as it is known now. */
export function PreviewPanel({ form, done }: { form: OperationFormState; done: string }) {
  const { preview, commit, fresh, placed, merging } = form
  const wrong = Object.keys(placed.errors).length
  const failure = commit.error ?? preview.error
  // what stands at its field is not said twice, and a stale version is asked about
  const elsewhere = failure && !(failure instanceof Problem && ((placed.whole && wrong > 0) || (failure.status === 412 && merging)))
  return (
    <Paper withBorder p="md" aria-live="polite" aria-busy={preview.isPending}>
      <Title order={2} size="h5" mb="xs">Preview</Title>
      <Stack gap="sm">
        {commit.data?.status === 'needs_approval' ? <Waiting form={form} />
          : commit.error instanceof Unreachable ? <Unknown form={form} done={done} />
          : elsewhere ? <Trouble error={failure} retry={commit.error ? undefined : () => void form.look()} />
          : null}
        {wrong > 0 && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} p="xs">
            {wrong === 1 ? 'One field needs another look.' : `${wrong} fields need another look.`}
          </Alert>
        )}
        {preview.data && !fresh && !preview.isPending && wrong === 0 && (
          <Alert color="yellow" variant="light" icon={<IconEye size={18} />} p="xs">This is from before your last change. Preview again.</Alert>
        )}
        {preview.isPending ? <Stack gap="xs"><Skeleton h={16} /><Skeleton h={16} w="70%" /><Skeleton h={72} /></Stack>
          : merging ? <Text size="sm" c="dimmed">Decide first what the record shall say.</Text>
          : preview.data ? <Effects effects={preview.data.effects} />
          : !failure && wrong === 0 ? <Text size="sm" c="dimmed">See what this does before anything is changed.</Text>
          : null}
      </Stack>
    </Paper>
  )
}

/** The connection went while it was done: nobody here knows whether it was. */
function Unknown({ form, done }: { form: OperationFormState; done: string }) {
  return (
    <Alert color="yellow" variant="light" role="alert" icon={<IconPlugConnectedX size={18} />} title="The connection was lost">
      <Text size="sm">It is not known whether this was done. Try again: it is never done twice.</Text>
      <Group mt="sm">
        <Button size="compact-sm" variant="default" loading={form.commit.isPending} onClick={form.act}>Try again: {done.toLowerCase()}</Button>
      </Group>
    </Alert>
  )
}

function Waiting({ form }: { form: OperationFormState }) {
  const answer = form.commit.data
  if (answer?.status !== 'needs_approval') return null
  const { approval } = answer
  const who = approval.approver === 'self' ? 'you' : `somebody with the role ${approval.approver.replace('role:', '')}`
  return (
    <Alert color="yellow" variant="light" icon={<IconHourglass size={18} />} title={`Waits for ${who}`}>
      <Text size="sm">Nothing is done yet. It is done once it is approved.</Text>
      <Anchor size="sm" renderRoot={(props) => <Link to="/approvals/$id" params={{ id: approval.id }} {...props} />}>Open the approval</Anchor>
    </Alert>
  )
}
