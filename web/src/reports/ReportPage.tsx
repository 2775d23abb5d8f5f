import { ActionIcon, Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Suspense, lazy, useMemo } from 'react'
import { read } from '@/api/calls'
import type { Operation } from '@/catalogue/catalogue'
import { operationPath } from '@/catalogue/paths'
import { firstSentence, label, words } from '@/catalogue/words'
import { ExportMenu } from '@/lists/Tools'
import type { Search } from '@/lists/view'
import { argumentsOf } from '@/lists/view'
import { usePage } from '@/page/context'
import { AGED } from '@/screens/aged/ages'
import { PageHead } from '@/ui/PageHead'
import { Trouble } from '@/ui/Trouble'
import { Controls } from './Controls'
import { Sections } from './Sections'
import { shapeOf } from './shape'

type Answer = Record<string, unknown>

/** Reports that are drawn by hand, below the same head and with the same arguments. */
const BY_HAND: Record<string, ComponentType<{ answer: never }>> = {
  [AGED.name]: lazy(() => import('@/screens/aged/AgedReceivables')),
}

/** A read that is neither a list nor a record. */
export default function ReportPage({ operation, id }: { operation: Operation; id?: string }) {
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Search
  const args = useMemo(() => ({ ...argumentsOf(operation, search), ...(id ? { id } : {}) }) as Answer, [operation, search, id])
  const missing = (operation.input.required ?? []).filter((name) => !(name in args))
  const pages = operation.input.properties?.cursor !== undefined
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['read', operation.entity, operation.name, 'report', args],
    queryFn: ({ pageParam, signal }) => read<Answer>(operation.name, { ...args, ...(pageParam ? { cursor: pageParam } : pages ? { limit: 200 } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => (typeof last.next_cursor === 'string' ? last.next_cursor : undefined),
    placeholderData: keepPreviousData,
    enabled: missing.length === 0,
  })
  const shape = useMemo(() => shapeOf(operation.output), [operation])
  const answer = useMemo(() => data && joined(data.pages, shape.sections.map(({ key }) => key)), [data, shape])
  const title = words(operation.verb)
  usePage({ title, operation: operation.name, arguments: args, facts: answer && Object.fromEntries(shape.facts.map(({ key }) => [key, answer[key]])) })
  const Drawn = BY_HAND[operation.name]
  return (
    <Stack gap="md">
      <PageHead title={title}>
        <ExportMenu operation={operation} args={args} />
        <ActionIcon variant="default" size={34} aria-label="Print" onClick={() => window.print()}><IconPrinter size={16} /></ActionIcon>
      </PageHead>
      <Text size="sm" c="dimmed" mt={-12}>{firstSentence(operation.description)}</Text>
      <Controls operation={operation} search={search} onSearch={(next) => void navigate({ to: operationPath(operation, id), search: next, replace: true })} />
      {missing.length > 0 ? <Text c="dimmed">Choose {missing.map((name) => label(name).toLowerCase()).join(' and ')}.</Text> : error && !answer ? (
        <Trouble error={error} retry={() => void refetch()} />
      ) : !answer ? <Skeleton h={320} /> : Drawn ? <Suspense fallback={<Skeleton h={320} />}><Drawn answer={answer as never} /></Suspense> : <Sections shape={shape} answer={answer} />}
      {hasNextPage && <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>More</Button>}
    </Stack>
  )
}

/** The pages of an answer as one: its tables one after the other. */
function joined(pages: Answer[], tables: string[]): Answer | undefined {
  const [first, ...rest] = pages
  if (!first || rest.length === 0) return first
  const all = (key: string) => pages.flatMap((page) => (Array.isArray(page[key]) ? page[key] : []))
  return { ...first, ...Object.fromEntries(tables.map((key) => [key, all(key)])) }
}
