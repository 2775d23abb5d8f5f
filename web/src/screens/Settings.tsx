import { Anchor, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMe } from '@/api/session'
import type { Operation } from '@/catalogue/catalogue'
import { operationPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { firstSentence } from '@/catalogue/words'
import { PageHead } from '@/ui/PageHead'
import { usePage } from '@/page/context'

/** What a company sets up, as far as this person may. */
const PARTS: { title: string; about: string; operations: string[] }[] = [
  { title: 'You', about: 'Your password.', operations: ['directory.users.change_password'] },
  { title: 'People', about: 'Who works here, and what they may do.', operations: ['directory.users.list', 'directory.users.create'] },
  { title: 'Keys', about: 'For programs that work in somebody’s name.', operations: ['directory.api_keys.list', 'directory.api_keys.create'] },
  { title: 'Company', about: 'Its name, its time zone, and the limits above which somebody else has to say yes.', operations: ['directory.organizations.get', 'directory.organizations.update'] },
  { title: 'Fields of your own', about: 'What your records have beside what Steward brings.', operations: ['directory.custom_fields.list', 'directory.custom_fields.create'] },
  { title: 'Audit', about: 'What was done, seen and refused.', operations: ['audit.calls.list', 'audit.accesses.list', 'audit.attempts.list'] },
]

export default function Settings() {
  const me = useMe()
  const catalogue = useCatalogue()
  usePage({ title: 'Settings' })
  const address = (operation: Operation) => {
    const ours = operation.entity === 'directory.organizations'
    return operationPath(operation, ours ? me.organization.id : undefined)
  }
  return (
    <>
      <PageHead title="Settings" />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} maw={1100}>
        {PARTS.map(({ title, about, operations }) => {
          const may = operations.flatMap((name) => catalogue.operation(name) ?? [])
          if (may.length === 0) return null
          return (
            <Card key={title} component="section" aria-label={title}>
              <Title order={2} size="h5">{title}</Title>
              <Text size="sm" c="dimmed" mb="sm">{about}</Text>
              <Stack gap={4} mt="auto">
                {may.map((operation) => (
                  <Anchor key={operation.name} size="sm" renderRoot={(props) => <Link to={address(operation)} search={{}} {...props} />}>
                    {firstSentence(operation.title)}
                  </Anchor>
                ))}
              </Stack>
            </Card>
          )
        })}
      </SimpleGrid>
    </>
  )
}
