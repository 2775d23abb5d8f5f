import { ActionIcon, Button, Menu, Text, Tooltip } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconCopy, IconDots, IconLink } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Entity, Operation } from '@/catalogue/catalogue'
import { actionLabel } from '@/catalogue/catalogue'
import { operationPath, recordPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { told } from '@/work/tell'
import { ActModal } from './ActModal'
import { arrange, chanceQuery, isHarsh, isQuick, needsOnlyRecord } from './actions'
import type { Chance } from './actions'

interface Props {
  entity: Entity
  id: string
  label: string
  number?: string
}

/** What can be done with the record that is open: the likely thing as a button, the rest in a menu. */
export function Actions({ entity, id, label, number }: Props) {
  const navigate = useNavigate()
  const actions = useCatalogue().actions(entity)
  const asked = actions.filter(needsOnlyRecord)
  const answers = useQueries({ queries: asked.map((operation) => ({ ...chanceQuery(operation, id), retry: false })) })
  const chance = (operation: Operation): Chance => answers[asked.indexOf(operation)]?.data ?? undefined
  const known = answers.every(({ isPending }) => !isPending)
  const { primary, beside, rest } = known ? arrange(actions, chance) : { primary: undefined, beside: undefined, rest: actions }
  const [opened, menu] = useDisclosure(false)
  const [acting, setActing] = useState<Operation>()
  const begin = (operation: Operation) => {
    if (isQuick(operation)) setActing(operation)
    else void navigate({ to: operationPath(operation, id), search: {} })
  }
  const update = actions.find(({ verb }) => verb === 'update')
  useHotkeys([
    ['e', () => update && chance(update)?.can !== false && begin(update)],
    ['.', () => menu.toggle()],
  ])
  const copy = (text: string, what: string) => void navigator.clipboard.writeText(text).then(() => told(`${what} copied.`))
  return (
    <>
      {beside && <Act operation={beside} entity={entity} id={id} onAct={setActing} variant="default" />}
      {primary && <Act operation={primary} entity={entity} id={id} onAct={setActing} variant="filled" />}
      <Menu opened={opened} onChange={(open) => (open ? menu.open() : menu.close())} position="bottom-end" width={260}>
        <Menu.Target>
          <Tooltip label="More (.)" openDelay={500}>
            <ActionIcon variant="default" size={36} aria-label="More actions"><IconDots size={18} /></ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map((operation) => {
            const now = chance(operation)
            const refused = now?.can === false ? now.why : undefined
            return (
              <Menu.Item
                key={operation.name}
                disabled={refused !== undefined}
                color={isHarsh(operation) ? 'red' : undefined}
                onClick={() => begin(operation)}
              >
                {actionLabel(operation, entity)}
                {refused && <Text size="xs" c="dimmed" lineClamp={2}>{refused}</Text>}
              </Menu.Item>
            )
          })}
          {rest.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconLink size={15} />} onClick={() => copy(location.origin + recordPath(entity.name, id), 'Link')}>
            Copy link
          </Menu.Item>
          {number && (
            <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => copy(number, number)}>Copy {number}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {acting && <ActModal operation={acting} entity={entity} id={id} label={label} onClose={() => setActing(undefined)} />}
    </>
  )
}

interface ActProps {
  operation: Operation
  entity: Entity
  id: string
  onAct: (operation: Operation) => void
  variant: 'filled' | 'default'
}

function Act({ operation, entity, id, onAct, variant }: ActProps) {
  const said = actionLabel(operation, entity)
  const key = operation.verb === 'update' ? 'e' : undefined
  if (isQuick(operation)) return <Button variant={variant} onClick={() => onAct(operation)}>{said}</Button>
  return (
    <Button
      variant={variant}
      aria-keyshortcuts={key}
      renderRoot={(props) => <Link to={operationPath(operation, id)} search={{}} {...props} />}
    >
      {said}
    </Button>
  )
}
