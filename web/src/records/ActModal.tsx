import { Anchor, Button, Group, Modal, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Problem } from '@/api/http'
import { preview } from '@/api/calls'
import type { Call } from '@/api/types'
import type { Entity, Operation } from '@/catalogue/catalogue'
import { actionLabel } from '@/catalogue/catalogue'
import { entityPath, operationPath } from '@/catalogue/paths'
import { Trouble } from '@/ui/Trouble'
import { Effects } from '@/work/Effects'
import { useCommit } from '@/work/submit'
import { isHarsh } from './actions'

interface Props {
  operation: Operation
  entity: Entity
  id: string
  label: string
  onClose: () => void
}

/** An action that needs nothing but the record: what it would do, and the button that does it. */
export function ActModal({ operation, entity, id, label, onClose }: Props) {
  const navigate = useNavigate()
  const [calls] = useState<Call[]>([{ name: operation.name, arguments: { id } }])
  const { data, error, refetch } = useQuery({
    queryKey: ['preview', operation.name, id],
    queryFn: ({ signal }) => preview(calls, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const done = useCommit((answer) => {
    onClose()
    // what is deleted has no page any more
    if (operation.verb === 'delete' && answer.status === 'done') void navigate({ to: entityPath(entity.name), search: {} })
  })
  const said = actionLabel(operation, entity)
  const more = Object.keys(operation.input.properties ?? {}).some((name) => name !== 'id' && name !== 'version')
  const changed = done.error instanceof Problem
  return (
    <Modal opened onClose={onClose} title={`${said}: ${label}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {error ? <Trouble error={error} retry={() => void refetch()} />
          : data ? <Effects effects={data.effects} />
          : <Stack gap="xs" aria-busy="true"><Skeleton h={18} /><Skeleton h={64} /></Stack>}
        {done.error && <Trouble error={done.error} retry={() => done.mutate(calls)} />}
        <Group justify="space-between">
          {more ? <Anchor size="sm" renderRoot={(props) => <Link to={operationPath(operation, id)} search={{}} {...props} />}>With other details</Anchor> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button
              color={isHarsh(operation) ? 'red' : undefined}
              disabled={!data || changed}
              loading={done.isPending}
              onClick={() => done.mutate(calls)}
            >
              {said}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  )
}
