import { Anchor, Card, Group, Title, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { Entity } from '@/catalogue/catalogue'
import { entityPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { words } from '@/catalogue/words'
import { RecordTable } from './RecordTable'
import { relatedOf } from './facts'

/** Lists of what names this record: its invoices, its payments. */
export function Related({ entity, id }: { entity: Entity; id: string }) {
  const related = relatedOf(useCatalogue(), entity)
  return related.map(({ operation, field }) => {
    const title = words(operation.plural)
    return (
      <Card key={operation.name} component="section" aria-label={title} p={0}>
        <Group justify="space-between" px="md" pt="sm" pb={4}>
          <Title order={2} size="h6">{title}</Title>
          <Anchor
            size="xs"
            py={4}
            renderRoot={(props) => <Link to={entityPath(operation.entity)} search={{ [field]: id }} {...props} />}
          >
            Show all<VisuallyHidden> {title.toLowerCase()}</VisuallyHidden>
          </Anchor>
        </Group>
        <Suspense><RecordTable operation={operation} args={{ [field]: id }} limit={5} /></Suspense>
      </Card>
    )
  })
}
