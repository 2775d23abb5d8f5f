import { Skeleton, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Entity } from '@/catalogue/catalogue'
import { entityPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { usePage } from '@/page/context'
import { Missing } from '@/shell/Missing'
import { PageHead } from '@/ui/PageHead'
import { Status } from '@/ui/Status'
import { Trouble } from '@/ui/Trouble'
import { Actions } from './Actions'
import { Activity } from './Activity'
import { bindingsOf } from './bindings'
import { Comments } from './Comments'
import { Facts } from './Facts'
import { factsOf, withRefs } from './facts'
import { Files } from './Files'
import { Related } from './Related'
import type { Row } from './record'
import { headOf, numberOf, recordQuery, schemaOf } from './record'
import classes from './record.module.css'

/** One record: what it is, what can be done with it, what belongs to it, and its history. */
export default function RecordPage() {
  const { domain, entity: plural, id = '' } = useParams({ strict: false })
  const entity = useCatalogue().entity(`${domain}.${plural}`)
  if (!entity || !(entity.get ?? entity.list)) return <Missing />
  return <Opened key={`${entity.name} ${id}`} entity={entity} id={id} />
}

function Opened({ entity, id }: { entity: Entity; id: string }) {
  const { data, error, refetch } = useQuery(recordQuery(entity, id))
  if (data) return <Record entity={entity} row={data} />
  if (data === null) return <Missing />
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  return (
    <Stack aria-busy="true" aria-label="Loading">
      <Skeleton h={34} maw={340} />
      <Skeleton h={120} />
      <Skeleton h={200} />
    </Stack>
  )
}

function Record({ entity, row }: { entity: Entity; row: Row }) {
  const schema = useMemo(() => withRefs(schemaOf(entity), entity), [entity])
  const facts = useMemo(() => factsOf(schema, row), [schema, row])
  const id = String(row.id)
  const head = headOf(entity, row)
  const seen = [...facts.facts, ...facts.totals].filter(({ hidden }) => !hidden)
  usePage({
    title: head,
    operation: (entity.get ?? entity.list)?.name,
    arguments: entity.get ? { id } : {},
    record: { type: entity.name, id, label: head },
    facts: { ...(row.status ? { status: row.status } : {}), ...Object.fromEntries(seen.slice(0, 30).map(({ key, value }) => [key, value])) },
  })
  const states = [row.status, row.archived === true ? 'archived' : undefined].filter((state): state is string => typeof state === 'string')
  return (
    <div className={classes.page}>
      <PageHead
        title={head}
        trail={entity.list ? [[entity.title, entityPath(entity.name)]] : []}
        mark={states.map((state) => <Status key={state} value={state} />)}
      >
        <Actions entity={entity} id={id} label={head} number={numberOf(row)} />
      </PageHead>
      <div className={classes.columns}>
        <Stack gap="md" miw={0}>
          <Facts {...facts} />
          <Related entity={entity} id={id} />
        </Stack>
        <Side entity={entity} row={row} schema={schema} />
      </div>
    </div>
  )
}

/** What hangs on every record; nothing at all for whoever may see none of it. */
function Side({ entity, row, schema }: { entity: Entity; row: Row; schema: ReturnType<typeof schemaOf> }) {
  const catalogue = useCatalogue()
  const bindings = useMemo(() => bindingsOf(catalogue), [catalogue])
  const id = String(row.id)
  const { calls, comments, files } = bindings
  const first = calls ? 'activity' : comments.list ? 'comments' : 'files'
  if (!calls && !comments.list && !files.list) return null
  return (
    <aside className={classes.side} aria-label="Activity, comments and files">
      <Tabs defaultValue={first} keepMounted={false}>
        <Tabs.List mb="sm">
          {calls && <Tabs.Tab value="activity">Activity</Tabs.Tab>}
          {comments.list && <Tabs.Tab value="comments">Comments</Tabs.Tab>}
          {files.list && <Tabs.Tab value="files">Files</Tabs.Tab>}
        </Tabs.List>
        {calls && (
          <Tabs.Panel value="activity"><Activity entity={entity} row={row} schema={schema} bindings={bindings} /></Tabs.Panel>
        )}
        {comments.list && <Tabs.Panel value="comments"><Comments record={id} verbs={comments} /></Tabs.Panel>}
        {files.list && <Tabs.Panel value="files"><Files record={id} verbs={files} /></Tabs.Panel>}
      </Tabs>
    </aside>
  )
}
