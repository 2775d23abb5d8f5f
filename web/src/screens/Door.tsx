import { Center, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** What stands before the house: the name, and one sheet. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <Center mih="100dvh" p="md" component="main" bg="var(--mantine-color-default-hover)">
      <Stack align="center" gap="lg" w="100%">
        <Group gap={10}>
          <img src="/favicon.svg" width={34} height={34} alt="" />
          <Text fw={650} fz={24}>Steward</Text>
        </Group>
        {children}
      </Stack>
    </Center>
  )
}
