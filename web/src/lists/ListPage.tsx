import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useMe } from '@/api/session'
import type { Entity } from '@/catalogue/catalogue'
import { actionLabel, labelOf } from '@/catalogue/catalogue'
import { entityPath, operationPath } from '@/catalogue/paths'
import { valueAt } from '@/catalogue/schema'
import { useCatalogue } from '@/catalogue/use'
import { words } from '@/catalogue/words'
import { usePage } from '@/page/context'
import { Missing } from '@/shell/Missing'
import { PageHead } from '@/ui/PageHead'
import { Trouble } from '@/ui/Trouble'
import { Bulk, bulkActions } from './Bulk'
import { Filters } from './Filters'
import { Grid } from './Grid'
import { ColumnChoice, ExportMenu } from './Tools'
import { Views } from './Views'
import { textOf } from './cells'
import { columnsOf, shownOf } from './columns'
import classes from './list.module.css'
import { useCount, useRows } from './rows'
import type { Search } from './view'
import { argumentsOf, filters, nextSort, withFilter } from './view'

/** A list of any entity, as its operation describes it. */
export default function ListPage() {
  const { domain, entity: plural } = useParams({ strict: false })
  const entity = useCatalogue().entity(`${domain}.${plural}`)
  if (!entity?.list) return <Missing />
  return <List key={entity.name} entity={entity} list={entity.list} />
}

function List({ entity, list }: { entity: Entity; list: NonNullable<Entity['list']> }) {
  const catalogue = useCatalogue()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Search
  const small = useMediaQuery('(max-width: 48em)') ?? false
  const finder = useRef<HTMLInputElement>(null)
  const all = useMemo(() => columnsOf(list), [list])
  const columns = useMemo(() => {
    const asked = search.columns?.split(',').flatMap((key) => all.find((column) => column.key === key) ?? [])
    return asked?.length ? asked : shownOf(all)
  }, [all, search.columns])
  const args = useMemo(() => argumentsOf(list, search), [list, search])
  const known = useMemo(() => filters(list), [list])
  const { rows, data, error, refetch, hasNextPage, isFetching, fetchNextPage, isPlaceholderData } = useRows(list, args)
  const count = useCount(list, args, rows.length, data !== undefined && !hasNextPage && !isPlaceholderData)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage()
  }, [isFetching, fetchNextPage])
  const go = useCallback((next: Search) => {
    setChosen(new Set())
    void navigate({ to: entityPath(entity.name), search: next, replace: true })
  }, [navigate, entity.name])
  const choose = useCallback((ids: string[], on: boolean) => {
    setChosen((before) => {
      const next = new Set(before)
      ids.forEach((id) => (on ? next.add(id) : next.delete(id)))
      return next
    })
  }, [])
  useHotkeys([['/', () => finder.current?.focus()]])

  const { zone } = useMe().organization
  const named = (row: Record<string, unknown>) => ({ type: entity.name, id: String(row.id), label: labelOf(row) })
  usePage({
    title: entity.title,
    operation: list.name,
    arguments: args,
    rows: rows.slice(0, 20).map(named),
    selection: chosen.size === 0 ? [] : rows.filter((row) => chosen.has(row.id)).map(named),
    facts: {
      table: { columns: columns.map((column) => column.label), rows: rows.slice(0, 20).map((row) => columns.map((column) => textOf(valueAt(row, column.path), column, zone))) },
    },
  })

  const required = list.input.required ?? []
  const starts = catalogue.starts(entity)
  const chooses = !small && bulkActions(catalogue, entity).length > 0
  if (required.some((name) => !(name in args))) return <Missing />
  return (
    <div className={classes.page}>
      <PageHead title={entity.title} mark={count !== undefined && <Text c="dimmed" size="sm" aria-live="polite">{count}</Text>}>
        {starts.map((operation, index) => (
          <Button
            key={operation.name}
            size="xs"
            h={34}
            variant={index === 0 ? 'filled' : 'default'}
            leftSection={operation.verb === 'create' ? <IconPlus size={15} /> : undefined}
            renderRoot={(props) => <Link to={operationPath(operation)} search={{}} {...props} />}
          >
            {actionLabel(operation, entity)}
          </Button>
        ))}
      </PageHead>
      <Views entity={entity.name} search={search} />
      <Group gap="xs">
        <Filters filters={known} search={search} onSearch={go} text={list.input.properties?.q} textRef={finder} small={small} />
        <Group gap={6} ml="auto">
          {!small && <ColumnChoice all={all} shown={columns} onChange={(keys) => go(withFilter(search, { columns: keys?.join(',') }))} />}
          <ExportMenu operation={list} args={args} columns={search.columns ? columns.map((column) => column.key) : undefined} />
        </Group>
      </Group>
      {chosen.size > 0 && <Bulk catalogue={catalogue} entity={entity} ids={[...chosen]} onDone={() => setChosen(new Set())} />}
      {error && !data ? <Trouble error={error} retry={() => void refetch()} /> : !data ? <Loading /> : rows.length === 0 ? (
        <Empty entity={entity} filtered={Object.keys(args).length > 0} onClear={() => go({})} />
      ) : (
        <Grid
          entity={entity.name}
          label={words(entity.plural)}
          rows={rows}
          columns={columns}
          opens={entity.get !== undefined}
          sort={search.sort}
          onSort={(by) => go(withFilter(search, { sort: nextSort(search.sort, by, list.input.properties?.sort?.enum ?? []) }))}
          more={hasNextPage ? more : undefined}
          chosen={chosen}
          onChoose={chooses ? choose : undefined}
          compact={small}
        />
      )}
    </div>
  )
}

function Loading() {
  return <Stack gap={10} pt="md" aria-busy="true">{Array.from({ length: 12 }, (_, index) => <Skeleton key={index} h={20} />)}</Stack>
}

function Empty({ entity, filtered, onClear }: { entity: Entity; filtered: boolean; onClear: () => void }) {
  return (
    <Stack align="center" gap="xs" py={64}>
      <Text fw={550}>{filtered ? `No ${entity.noun} is like that` : `There is no ${entity.noun} yet`}</Text>
      {filtered && <Button variant="default" size="xs" onClick={onClear}>Show all</Button>}
    </Stack>
  )
}
