import { Anchor, Autocomplete, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Approval, Page } from '@/api/types'
import { readQuery, useCatalogue } from '@/catalogue/use'
import { Trouble } from '@/ui/Trouble'
import { useDelegate } from './approvals'

/** Hands the decision to a role: whoever holds it may decide as well. */
export function Delegate({ approval }: { approval: Approval }) {
  const [opened, setOpened] = useState(false)
  const [role, setRole] = useState('')
  const users = useCatalogue().operation('directory.users.list')
  const { data } = useQuery({
    ...readQuery<Page<{ roles: string[] }>>(users ?? { name: '', entity: '' }, { limit: 200 }),
    enabled: opened && users !== undefined,
    retry: false,
  })
  const delegate = useDelegate(approval.id)
  const roles = [...new Set(data?.items.flatMap((user) => user.roles))].sort()
  if (approval.delegated_to) {
    return (
      <Text size="xs" c="dimmed">Handed to {approval.delegated_to.replace(/^role:/, '')} as well.</Text>
    )
  }
  if (!opened) {
    return (
      <Anchor
        component="button"
        type="button"
        size="xs"
        ta="start"
        mih={24}
        onClick={() => setOpened(true)}
      >
        Let another role decide…
      </Anchor>
    )
  }
  const hand = () => delegate.mutate(role.trim(), { onSuccess: () => setOpened(false) })
  return (
    <Stack gap="xs">
      <Autocomplete
        label="Role"
        description="Whoever holds it may decide as well."
        data={roles}
        value={role}
        onChange={setRole}
        autoFocus
      />
      {delegate.error && <Trouble error={delegate.error} />}
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={() => setOpened(false)}>Cancel</Button>
        <Button size="compact-sm" disabled={!role.trim()} loading={delegate.isPending} onClick={hand}>Hand over</Button>
      </Group>
    </Stack>
  )
}
