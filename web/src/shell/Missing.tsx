import { Anchor, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { usePage } from '@/page/context'

/** What does not exist, or is not for this person: the two look alike. */
export function Missing() {
  usePage({ title: 'Not found' })
  return (
    <Stack align="flex-start" gap="xs" py="xl">
      <Title order={1} size="h2">There is nothing here</Title>
      <Text c="dimmed">The address may be wrong, or what it leads to is not open to you.</Text>
      <Anchor renderRoot={(props) => <Link to="/" {...props} />}>Go to the start</Anchor>
    </Stack>
  )
}
