import { Badge, Button, Collapse, Group, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconArrowBackUp, IconChevronDown, IconChevronRight, IconRobot } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '@/api/calls'
import { useMe } from '@/api/session'
import type { Page } from '@/api/types'
import type { Entity, Operation } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { Trouble } from '@/ui/Trouble'
import { today } from '@/ui/format'
import { words } from '@/catalogue/words'
import type { Happening } from './activity'
import { byDay, dayName, happenings, partSaid, saidBy } from './activity'
import type { Bindings, RecordedCall, RecordedChange } from './bindings'
import type { Row } from './record'
import { Takeback } from './Takeback'
import classes from './record.module.css'

interface Props {
  entity: Entity
  row: Row
  schema: Schema
  bindings: Bindings
}

/** Who did what when, and what it changed; latest first. */
export function Activity({ entity, row, schema, bindings }: Props) {
  const { zone } = useMe().organization
  const id = String(row.id)
  const calls = useHistory<RecordedCall>(entity, bindings.calls, id)
  const changes = useHistory<RecordedChange>(entity, bindings.changes, id)
  const [undoing, setUndoing] = useState<RecordedCall>()
  if (calls.error) return <Trouble error={calls.error} retry={() => void calls.refetch()} />
  if (!calls.data) return <Stack gap="xs" aria-busy="true">{[1, 2, 3].map((line) => <Skeleton key={line} h={40} />)}</Stack>
  const rows = calls.data.pages.flatMap(({ items }) => items)
  const all = happenings(rows, changes.data?.pages.flatMap(({ items }) => items) ?? [], { id, said: saidBy(schema, row, zone) })
  if (all.length === 0) return <Text size="sm" c="dimmed">Nothing was recorded yet.</Text>
  const newest = all.find(({ undone, call }) => !undone && !call.undoes)?.call.id
  const earlier = () => {
    void calls.fetchNextPage()
    if (changes.hasNextPage) void changes.fetchNextPage()
  }
  return (
    <Stack gap="md">
      {byDay(all, ({ call }) => call.created_at, zone).map(({ day, items }) => (
        <section key={day} aria-label={dayName(day, today(zone))}>
          <Text size="xs" fw={600} c="dimmed" mb={6}>{dayName(day, today(zone))}</Text>
          <ol className={classes.list}>
            {items.map((happening) => (
              <One
                key={happening.call.id}
                happening={happening}
                zone={zone}
                get={bindings.call}
                newest={happening.call.id === newest}
                onUndo={setUndoing}
              />
            ))}
          </ol>
        </section>
      ))}
      {calls.hasNextPage && (
        <Button variant="default" size="compact-sm" loading={calls.isFetchingNextPage} onClick={earlier}>Show earlier</Button>
      )}
      {undoing && <Takeback call={undoing} onClose={() => setUndoing(undefined)} />}
    </Stack>
  )
}

/** Kept under the record's entity, so that a change of the record is read again here. */
function useHistory<Item>(entity: Entity, operation: Operation | undefined, id: string) {
  return useInfiniteQuery({
    queryKey: ['read', entity.name, operation?.name, id],
    enabled: operation !== undefined,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      read<Page<Item>>(operation?.name ?? '', { record: id, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })
}

interface OneProps {
  happening: Happening
  zone: string
  get?: Operation
  newest: boolean
  onUndo: (call: RecordedCall) => void
}

function One({ happening, zone, get, newest, onUndo }: OneProps) {
  const { call, changed, parts, undone } = happening
  const [opened, setOpened] = useState(false)
  const detail = useQuery({
    queryKey: ['read', get?.entity, get?.name, { id: call.id }],
    queryFn: ({ signal }) => read<{ undo?: unknown; input: unknown }>(get?.name ?? '', { id: call.id }, signal),
    enabled: get !== undefined && !undone && (newest || opened),
    retry: false,
  })
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone: zone }).format(new Date(call.created_at))
  const mayUndo = !undone && Boolean(detail.data?.undo)
  return (
    <li className={classes.entry}>
      <Group justify="space-between" gap={6} wrap="nowrap">
        <Group gap={6} miw={0}>
          <Text size="xs" fw={600}>{call.actor.name}</Text>
          {call.agent && (
            <Badge size="xs" variant="light" tt="none" leftSection={<IconRobot size={11} aria-hidden="true" />}>by Steward</Badge>
          )}
          {undone && <Badge size="xs" variant="light" color="grape" tt="none">Undone</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="figure" component="time" dateTime={call.created_at}>{time}</Text>
      </Group>
      <Text size="sm" className={classes.text}>{call.sentence}</Text>
      {call.reason && <Text size="xs" c="dimmed" fs="italic">“{call.reason}”</Text>}
      {changed.length > 0 && (
        <dl className={classes.diff}>
          {changed.map(({ name, before, after }) => [
            <dt key={`${name} name`}>{name}</dt>,
            <dd key={name}>{before && <><s>{before}</s> <span aria-label="becomes">→</span> </>}{after || 'nothing'}</dd>,
          ])}
        </dl>
      )}
      <Group gap="xs" mt={2}>
        <UnstyledButton fz="xs" c="dimmed" mih={24} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          <Group gap={2}>
            {opened ? <IconChevronDown size={13} aria-hidden="true" /> : <IconChevronRight size={13} aria-hidden="true" />}Details
          </Group>
        </UnstyledButton>
        {mayUndo && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowBackUp size={13} />}
            onClick={() => onUndo(call)}
          >
            Undo
          </Button>
        )}
      </Group>
      <Collapse expanded={opened}>
        <Text size="xs" c="dimmed" component="div">
          {parts.map((part) => <div key={`${part.table} ${part.op}`}>{partSaid(part)}</div>)}
          <div>{words(call.operation.split('.')[2] ?? '')} · {SURFACES[call.surface] ?? call.surface}</div>
          {call.undoes && <div>Took back an earlier call.</div>}
        </Text>
      </Collapse>
    </li>
  )
}

/** Ways in, as people know them. */
const SURFACES: Record<string, string> = {
  web: 'in the app',
  rest: 'in the app or over the API',
  cli: 'on the command line',
  agent: 'by chat',
  mcp: 'by an assistant',
  openai: 'by an assistant',
  slack: 'in Slack',
  teams: 'in Teams',
  scheduler: 'by schedule',
}
