import { Kbd, Loader, Modal, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowRight, IconFileText, IconHistory, IconMessageCircle, IconPencil, IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { http } from '@/api/http'
import { useMe } from '@/api/session'
import type { Page, RecordRef } from '@/api/types'
import { act } from '@/agent/actions'
import { useSurroundings } from '@/agent/surroundings'
import { askSteward } from '@/chat/ask'
import { useCatalogue } from '@/catalogue/use'
import { currentPage } from '@/page/context'
import type { Entry, Group } from './entries'
import { askEntry, offers, ranked, recordEntries } from './entries'
import classes from './Palette.module.css'
import { recentRecords } from './recent'

const ICONS: Record<Group, typeof IconSearch> = {
  'Open now': IconPencil, Records: IconFileText, Recent: IconHistory, Do: IconPencil, 'Go to': IconArrowRight, Ask: IconMessageCircle,
}

/** Find a record, do something, go somewhere, or ask: by the keyboard alone. */
export default function PaletteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      title={undefined}
      aria-label="Find or do something"
      padding={0}
      size={620}
      yOffset="10vh"
      transitionProps={{ duration: 80 }}
      keepMounted={false}
    >
      <Search onClose={onClose} />
    </Modal>
  )
}

function Search({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const router = useRouter()
  const cx = useSurroundings(router)
  const { entries, busy } = useEntries(query)
  const chosen = entries[Math.min(at, entries.length - 1)]
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen?.id])
  const run = (entry: Entry) => {
    onClose()
    if ('ask' in entry.action) askSteward(entry.action.ask)
    else {
      void act(entry.action.name, entry.action.args, cx).then((outcome) => {
        if (!outcome.ok) cx.notify(outcome.problem, 'warning')
      })
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[event.key]
    if (step !== undefined && entries.length > 0) {
      event.preventDefault()
      const here = Math.min(at, entries.length - 1) + step
      const round = Math.abs(step) === 1
      setAt(round ? (here + entries.length) % entries.length : Math.max(0, Math.min(entries.length - 1, here)))
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      run(chosen)
    }
  }
  return (
    <div>
      <div className={classes.search}>
        {busy ? <Loader size={18} aria-label="Searching" /> : <IconSearch size={18} aria-hidden />}
        <input
          className={classes.input}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          data-autofocus
          role="combobox"
          aria-label="Find or do something"
          aria-expanded
          aria-controls="palette"
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `palette ${chosen.id}`.replace(/\s/g, '-') : undefined}
          placeholder="A record, something to do, a page, or a question"
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
        />
      </div>
      <div ref={list} className={classes.list} id="palette" role="listbox" aria-label="What fits">
        {grouped(entries).map(([group, of]) => (
          <div key={group} role="group" aria-label={group}>
            <Text size="xs" c="dimmed" fw={600} px="sm" pt={8} pb={2} aria-hidden>{group}</Text>
            {of.map((entry) => (
              <Option key={entry.id} entry={entry} chosen={entry === chosen} choose={() => setAt(entries.indexOf(entry))} run={() => run(entry)} />
            ))}
          </div>
        ))}
      </div>
      <div className={classes.foot} aria-hidden>
        <span><Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose</span><span><Kbd size="xs">Enter</Kbd> open</span><span><Kbd size="xs">Esc</Kbd> close</span>
      </div>
    </div>
  )
}

function useEntries(query: string): { entries: Entry[]; busy: boolean } {
  const me = useMe()
  const catalogue = useCatalogue()
  const [asked] = useDebouncedValue(query.trim(), 140)
  const { data, isFetching } = useQuery({
    queryKey: ['read', 'records', asked],
    queryFn: ({ signal }) => http<Page<RecordRef & { noun?: string }>>('GET', '/api/v1/records', { query: { q: asked, limit: 8 }, signal }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  })
  const own = useMemo(() => offers(catalogue, currentPage().record), [catalogue])
  const entries = useMemo(() => {
    const said = query.trim()
    if (said === '') return ranked([...own.filter(({ group }) => group !== 'Go to'), ...recordEntries(recentRecords(me.id), catalogue, 'Recent'), ...own.filter(({ group }) => group === 'Go to')], '')
    const found = recordEntries(data?.items ?? [], catalogue, 'Records')
    return [...ranked([...own, ...found], said), askEntry(said)]
  }, [query, own, data, catalogue, me.id])
  return { entries, busy: isFetching && asked !== '' }
}

function grouped(entries: Entry[]): [Group, Entry[]][] {
  const groups = new Map<Group, Entry[]>()
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
  return [...groups]
}

function Option({ entry, chosen, choose, run }: { entry: Entry; chosen: boolean; choose: () => void; run: () => void }) {
  const Icon = ICONS[entry.group]
  return (
    <div
      id={`palette ${entry.id}`.replace(/\s/g, '-')}
      role="option"
      aria-selected={chosen}
      className={classes.option}
      onMouseMove={chosen ? undefined : choose}
      onClick={run}
    >
      <Icon size={16} aria-hidden />
      <span className={classes.label}>{entry.label}</span>
      {entry.hint && <Text span size="xs" c="dimmed" truncate maw="40%">{entry.hint}</Text>}
    </div>
  )
}
