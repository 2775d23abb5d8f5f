import { Button, Group, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useBlocker, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Suspense, lazy, useCallback, useMemo, useRef, useState } from 'react'
import type { Done, NeedsApproval } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { actionLabel, takesRecord } from '@/catalogue/catalogue'
import { entityPath, recordPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'
import { usePage } from '@/page/context'
import { headOf, recordQuery } from '@/records/record'
import { PageHead } from '@/ui/PageHead'
import { keepDraft } from './drafts'
import type { FormReport, OperationFormProps } from './OperationForm'
import { OperationForm } from './OperationForm'
import type { Values } from './values'

const InvoiceEditor = lazy(() => import('@/screens/InvoiceEditor'))

/** Forms made by hand. All others come from their schema. */
const BY_HAND: Record<string, ComponentType<OperationFormProps>> = {
  'accounting.invoices.create': InvoiceEditor,
  'accounting.invoices.update': InvoiceEditor,
}

/** The page of an operation that changes something: its form, and its preview beside it. */
export default function FormPage({ operation, id }: { operation: Operation; id?: string }) {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  // filled in anew by its address (the agent does that): another form
  return <Page key={search.with} operation={operation} id={id} filled={search.with} previewNow={search.preview === '1'} />
}

function Page({ operation, id, filled, previewNow }: { operation: Operation; id?: string; filled?: string; previewNow: boolean }) {
  const navigate = useNavigate()
  const { history } = useRouter()
  const entity = useCatalogue().entity(operation.entity)!
  const [report, setReport] = useState<FormReport>({ arguments: {}, previewed: false, dirty: false })
  const left = useRef(false)
  const initial = useMemo(() => parsed(filled), [filled])
  const { data: row } = useQuery({ ...recordQuery(entity, id ?? ''), enabled: id !== undefined })
  const of = id === undefined ? undefined : row ? headOf(entity, row) : id
  const title = id === undefined ? actionLabel(operation, entity) : operation.verb === 'update' ? `Edit ${entity.noun}` : `${actionLabel(operation, entity)} ${entity.noun}`
  usePage({
    title: of ? `${title}: ${of}` : title,
    record: id === undefined ? undefined : { type: entity.name, id, label: of ?? id },
    form: { operation: operation.name, arguments: report.arguments, previewed: report.previewed },
  })

  const away = useCallback(() => {
    const back = id !== undefined ? recordPath(entity.name, id) : entityPath(entity.name)
    if (history.canGoBack()) history.back()
    else void navigate({ to: back, search: {} })
  }, [id, entity, history, navigate])
  const done = (answer: Done | NeedsApproval) => {
    if (answer.status === 'needs_approval') return
    left.current = true
    const to = whereTo(operation, id, answer, entity.get !== undefined)
    void navigate({ to, search: {}, replace: true })
  }
  const cancel = () => {
    left.current = true
    keepDraft(operation.name, id, undefined)
    away()
  }
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => report.dirty && !left.current && current.pathname !== next.pathname,
    enableBeforeUnload: false,
    withResolver: true,
  })
  const Form = BY_HAND[operation.name] ?? OperationForm
  const only = (operation.input.required ?? []).every((name) => name === 'id') && takesRecord(operation) && operation.input.properties?.version === undefined
  return (
    <>
      <PageHead
        title={title}
        trail={[[entity.title, entityPath(entity.name)], ...(id !== undefined && of ? [[of, recordPath(entity.name, id)] as [string, string]] : [])]}
      />
      <Suspense>
        <Form
          operation={operation}
          id={id}
          initial={initial}
          previewNow={previewNow || only}
          beside
          keeps
          onDone={done}
          onCancel={cancel}
          onReport={setReport}
        />
      </Suspense>
      {blocker.status === 'blocked' && (
        <Modal opened onClose={blocker.reset} title="Leave this form?" closeButtonProps={{ 'aria-label': 'Close' }}>
          <Text size="sm">What you typed is not sent. It can be kept in this tab until you come back.</Text>
          <Group justify="flex-end" mt="md" gap="xs">
            <Button
              variant="subtle"
              color="red"
              onClick={() => {
                left.current = true
                keepDraft(operation.name, id, undefined)
                blocker.proceed()
              }}
            >
              Discard
            </Button>
            <Button variant="default" onClick={blocker.proceed}>Keep and leave</Button>
            <Button onClick={blocker.reset} data-autofocus>Stay</Button>
          </Group>
        </Modal>
      )}
    </>
  )
}

/** What an address fills in; nonsense fills nothing in. */
function parsed(text: string | undefined): Values | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : undefined
  } catch {
    return undefined
  }
}

/** To the record that came of it, or that it was about; to the list where there is none (any more). */
export function whereTo(operation: Operation, id: string | undefined, answer: Pick<Done, 'result'>, opens: boolean): string {
  const results = Array.isArray(answer.result) ? answer.result : [answer.result]
  const made = (results[0] as Values | null | undefined)?.id
  if (operation.verb === 'delete' || !opens) return entityPath(operation.entity)
  if (id !== undefined) return recordPath(operation.entity, id)
  return typeof made === 'string' ? recordPath(operation.entity, made) : entityPath(operation.entity)
}
