import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { undo } from '@/api/calls'
import type { Preview } from '@/api/types'
import { Trouble } from '@/ui/Trouble'
import { Effects } from '@/work/Effects'
import { useUndo } from '@/work/submit'

interface Props {
  call: { id: string; sentence: string }
  onClose: () => void
}

/** Takes one call back: what that would do, then the button that does it. */
export function Takeback({ call, onClose }: Props) {
  const { data, error, refetch } = useQuery({
    queryKey: ['preview', 'undo', call.id],
    queryFn: () => undo({ call_id: call.id }, true) as Promise<Preview>,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const takeBack = useUndo()
  return (
    <Modal opened onClose={onClose} title="Undo" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm" c="dimmed">{call.sentence}</Text>
        {error ? <Trouble error={error} retry={() => void refetch()} />
          : data ? <Effects effects={data.effects} />
          : <Stack gap="xs" aria-busy="true"><Skeleton h={18} /><Skeleton h={64} /></Stack>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button
            disabled={!data}
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate({ call_id: call.id, plan_id: null }, { onSuccess: onClose })}
          >
            Undo
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
