import { Button, CloseButton, Group, Modal, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Call } from '@/api/types'
import type { Catalogue, Entity, Operation } from '@/catalogue/catalogue'
import { words } from '@/catalogue/words'
import { Trouble } from '@/ui/Trouble'
import { Effects } from '@/work/Effects'
import { useCommit, usePreview } from '@/work/submit'

/** The most calls of one plan. */
const MOST = 100

/** What can be done with several records at once: one plan, one preview, one undo. */
export function Bulk({ catalogue, entity, ids, onDone }: { catalogue: Catalogue; entity: Entity; ids: string[]; onDone: () => void }) {
  const [acting, setActing] = useState<{ operation: Operation; calls: Call[] }>()
  const preview = usePreview()
  const commit = useCommit(() => {
    setActing(undefined)
    onDone()
  })
  const simple = bulkActions(catalogue, entity)
  const begin = (operation: Operation) => {
    const calls = ids.map((id) => ({ name: operation.name, arguments: { id } }))
    setActing({ operation, calls })
    commit.reset()
    preview.mutate(calls)
  }
  return (
    <>
      <Paper withBorder px="sm" py={6} role="region" aria-label="Chosen rows" bg="var(--mantine-color-default-hover)">
        <Group gap="xs">
          <Text size="sm" fw={550} aria-live="polite">{ids.length} chosen</Text>
          {simple.map((operation) => (
            <Button key={operation.name} size="compact-sm" variant="default" disabled={ids.length > MOST} onClick={() => begin(operation)}>{words(operation.verb)}</Button>
          ))}
          {ids.length > MOST && <Text size="xs" c="dimmed">At most {MOST} at once.</Text>}
          <CloseButton size="sm" aria-label="Choose none" onClick={onDone} ml="auto" />
        </Group>
      </Paper>
      <Modal opened={acting !== undefined} onClose={() => setActing(undefined)} size="lg" title={acting && `${words(acting.operation.verb)} ${ids.length} ${ids.length === 1 ? entity.noun : `${entity.noun}s`}`}>
        <Stack>
          {preview.isPending && <Text size="sm" c="dimmed" role="status">Trying it out…</Text>}
          {preview.error && <Trouble error={preview.error} />}
          {preview.data && <Effects effects={preview.data.effects} />}
          {commit.error && <Trouble error={commit.error} retry={() => acting && commit.mutate(acting.calls)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setActing(undefined)}>Cancel</Button>
            <Button disabled={!preview.data} loading={commit.isPending} onClick={() => acting && commit.mutate(acting.calls)}>{acting && words(acting.operation.verb)}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

/** Actions that need nothing but which record. */
export function bulkActions(catalogue: Catalogue, entity: Entity): Operation[] {
  return catalogue.actions(entity).filter((operation) => operation.input.required?.join() === 'id' && operation.verb !== 'update')
}
