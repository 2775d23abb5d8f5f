import { ActionIcon, Button, Menu, Popover, TextInput } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconBookmarkPlus, IconChevronDown } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useMe } from '@/api/session'
import { entityPath } from '@/catalogue/paths'
import classes from './list.module.css'
import type { Search } from './view'

interface View {
  name: string
  search: Search
}

/** Views of a list that this person has saved, in this browser: each is an address. */
export function Views({ entity, search }: { entity: string; search: Search }) {
  const me = useMe()
  const [views, setViews] = useLocalStorage<View[]>({ key: `steward.views.${me.organization.id}.${me.id}.${entity}`, defaultValue: [], getInitialValueInEffect: false })
  const [naming, setNaming] = useState(false)
  const text = (one: Search) => new URLSearchParams(Object.entries(one).sort()).toString()
  const here = text(search)
  const known = here === '' || views.some((view) => text(view.search) === here)
  if (views.length === 0 && known) return null

  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
    if (name) setViews([...views.filter((view) => view.name !== name), { name, search }])
    setNaming(false)
  }
  return (
    <nav className={classes.tabs} aria-label="Saved views">
      <Tab name="All" entity={entity} search={{}} here={here === ''} />
      {views.map((view) => (
        <Tab key={view.name} name={view.name} entity={entity} search={view.search} here={text(view.search) === here} onDelete={() => setViews(views.filter((other) => other !== view))} />
      ))}
      {!known && (
        <Popover opened={naming} onChange={setNaming} trapFocus position="bottom-start" shadow="md">
          <Popover.Target>
            <Button variant="subtle" size="compact-sm" leftSection={<IconBookmarkPlus size={15} />} onClick={() => setNaming(true)}>Save view</Button>
          </Popover.Target>
          <Popover.Dropdown>
            <form onSubmit={save}>
              <TextInput name="name" label="Name of the view" required maxLength={40} data-autofocus />
              <Button type="submit" size="xs" mt="xs">Save</Button>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </nav>
  )
}

function Tab({ name, entity, search, here, onDelete }: { name: string; entity: string; search: Search; here: boolean; onDelete?: () => void }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', borderBottom: `2px solid ${here ? 'var(--mantine-primary-color-filled)' : 'transparent'}` }}>
      <Button variant="subtle" color={here ? undefined : 'gray'} c={here ? undefined : 'dimmed'} size="compact-sm" aria-current={here ? 'page' : undefined} renderRoot={(props) => <Link to={entityPath(entity)} search={search} {...props} />}>{name}</Button>
      {onDelete && here && (
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon variant="subtle" color="gray" size={24} aria-label={`View ${name}`}><IconChevronDown size={14} /></ActionIcon></Menu.Target>
          <Menu.Dropdown><Menu.Item color="red" onClick={onDelete}>Delete this view</Menu.Item></Menu.Dropdown>
        </Menu>
      )}
    </span>
  )
}
