import { Anchor, Breadcrumbs, Group, Stack, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props {
  title: ReactNode
  /** Where this is: `[name, address]`, outermost first. */
  trail?: [string, string][]
  /** Beside the title: a status. */
  mark?: ReactNode
  /** Buttons. */
  children?: ReactNode
}

/** The head of every page: where it is, what it is, what can be done. */
export function PageHead({ title, trail = [], mark, children }: Props) {
  return (
    <Stack gap={4} mb="md">
      {trail.length > 0 && (
        <nav aria-label="Where this is">
          <Breadcrumbs separatorMargin={6} fz="sm">
            {trail.map(([name, to]) => (
              <Anchor key={to} fz="sm" c="dimmed" display="inline-block" py={5} renderRoot={(props) => <Link to={to} {...props} />}>{name}</Anchor>
            ))}
          </Breadcrumbs>
        </nav>
      )}
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Title order={1} size="h2">{title}</Title>
          {mark}
        </Group>
        <Group gap="xs">{children}</Group>
      </Group>
    </Stack>
  )
}
