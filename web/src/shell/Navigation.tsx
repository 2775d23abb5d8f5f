import { Badge, NavLink, ScrollArea, Text } from '@mantine/core'
import { IconChecklist, IconHome, IconMessages, IconSettings } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Catalogue, Domain } from '@/catalogue/catalogue'
import { entityPath, operationPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { words } from '@/catalogue/words'

/** Where this person can go: what they may list, domain by domain, and its reports. */
export function Navigation({ waiting }: { waiting: number }) {
  const catalogue = useCatalogue()
  return (
    <ScrollArea type="hover" scrollbarSize={6} h="100%">
      <nav aria-label="Main">
        <Item to="/" label="Home" icon={<IconHome size={17} />} />
        <Item
          to="/approvals"
          label="Approvals"
          icon={<IconChecklist size={17} />}
          right={waiting > 0 && <Badge size="sm" circle={waiting < 10} aria-label={`${waiting} wait for you`}>{waiting}</Badge>}
        />
        <Item to="/chat" label="Conversations" icon={<IconMessages size={17} />} />
        {catalogue.domains.map((domain) => <DomainLinks key={domain.name} catalogue={catalogue} domain={domain} />)}
        <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={2}>Company</Text>
        <Item to="/settings" label="Settings" icon={<IconSettings size={17} />} />
      </nav>
    </ScrollArea>
  )
}

function DomainLinks({ catalogue, domain }: { catalogue: Catalogue; domain: Domain }) {
  const lists = domain.entities.filter((entity) => entity.list && !needsMore(entity.list.input.required))
  const reports = domain.entities.flatMap((entity) => catalogue.reports(entity))
  if (lists.length + reports.length === 0) return null
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={2}>{domain.title}</Text>
      {lists.map((entity) => <Item key={entity.name} to={entityPath(entity.name)} label={entity.title} />)}
      {reports.map((report) => <Item key={report.name} to={operationPath(report)} label={words(report.verb)} />)}
    </>
  )
}

/** Lists of what belongs to one record are on the record's page. */
const needsMore = (required: string[] | undefined) => (required?.length ?? 0) > 0

function Item({ to, label, icon, right }: { to: string; label: string; icon?: ReactNode; right?: ReactNode }) {
  const { pathname } = useLocation()
  const here = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} search={{}} {...props} aria-current={here ? 'page' : undefined} />}
      label={label}
      leftSection={icon}
      rightSection={right}
      active={here}
      px="sm"
      py={5}
      style={{ borderRadius: 'var(--mantine-radius-sm)' }}
    />
  )
}
