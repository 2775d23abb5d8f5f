import { Anchor, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props {
  title: string
  /** Where all of it is. */
  to?: string
  search?: Record<string, string>
  more?: string
  children: ReactNode
}

/** One part of the home page. */
export function Part({ title, to, search, more = 'Show all', children }: Props) {
  return (
    <Card component="section" aria-label={title} padding="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">{title}</Title>
        {to && <Anchor size="sm" aria-label={`${title}: ${more.toLowerCase()}`} renderRoot={(props) => <Link to={to} search={search ?? {}} {...props} />}>{more}</Anchor>}
      </Group>
      {children}
    </Card>
  )
}

/** A line that leads somewhere: what it is, and a figure at its end. */
export function Line({ to, title, note, figure }: { to: string; title: ReactNode; note?: ReactNode; figure?: ReactNode }) {
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="md" py={5} style={{ listStyle: 'none' }}>
      <Stack gap={0} miw={0}>
        <Anchor size="sm" lineClamp={2} renderRoot={(props) => <Link to={to} {...props} />}>{title}</Anchor>
        {note && <Text size="xs" c="dimmed">{note}</Text>}
      </Stack>
      {figure && <Text size="sm" className="figure">{figure}</Text>}
    </Group>
  )
}

export function Lines({ children }: { children: ReactNode }) {
  return <Stack component="ul" gap={0} m={0} p={0}>{children}</Stack>
}

export function Loading() {
  return <Stack gap="xs" aria-busy="true">{[1, 2, 3].map((line) => <Skeleton key={line} h={18} />)}</Stack>
}

export function Nothing({ children }: { children: ReactNode }) {
  return <Text size="sm" c="dimmed">{children}</Text>
}
