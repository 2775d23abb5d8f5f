import { Anchor, Button, Group, Kbd, Loader, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent, KeyboardEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { read } from '@/api/calls'
import type { Done, NeedsApproval } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { isHarsh } from '@/records/actions'
import { Trouble } from '@/ui/Trouble'
import { FormContext } from './context'
import { commitLabel } from './labels'
import { Merge } from './Merge'
import { PreviewPanel } from './PreviewPanel'
import { SchemaForm } from './SchemaForm'
import { Secrets, secretsOf } from './Secrets'
import type { OperationFormState } from './useOperationForm'
import { useOperationForm } from './useOperationForm'
import type { Values } from './values'
import classes from './forms.module.css'

/** What a form says of itself while it is filled in. */
export interface FormReport {
  arguments: Values
  previewed: boolean
  dirty: boolean
}

export interface OperationFormProps {
  operation: Operation
  /** The record that it is about. */
  id?: string
  /** Filled in beforehand. */
  initial?: Values
  /** Previews at once, where nothing is missing. */
  previewNow?: boolean
  /** The preview stands beside the fields where there is room. */
  beside?: boolean
  /** What is typed survives a reload. */
  keeps?: boolean
  onDone: (answer: Done | NeedsApproval) => void
  onCancel?: () => void
  onReport?: (report: FormReport) => void
}

/** The form of any operation: fields, what it would do, and the button that does it. */
export function OperationForm(props: OperationFormProps) {
  const { row, loading, error, retry } = useBase(props.operation, props.id)
  if (error) return <Trouble error={error} retry={retry} />
  if (loading) return <Stack aria-busy="true"><Skeleton h={36} /><Skeleton h={36} /><Skeleton h={120} /></Stack>
  return <Loaded {...props} row={row} />
}

/** The record as it is now, where an operation changes its fields; read once, so that nothing changes below the person's hands. */
export function useBase(operation: Operation, id: string | undefined) {
  const get = useCatalogue().entity(operation.entity)?.get
  const wanted = id !== undefined && get !== undefined && operation.input.properties?.version !== undefined
  const { data, error, refetch } = useQuery({
    queryKey: ['form', get?.name, id],
    queryFn: ({ signal }) => read<Values>(get!.name, { id }, signal),
    enabled: wanted,
    staleTime: Infinity,
    gcTime: 0,
    retry: 1,
  })
  return { row: data, loading: wanted && !data, error, retry: () => void refetch() }
}

function Loaded({ operation, id, initial, previewNow, beside, keeps = false, row, onDone, onCancel, onReport }: OperationFormProps & { row?: Values }) {
  const entity = useCatalogue().entity(operation.entity)
  const [secret, setSecret] = useState<{ secrets: [string, string][]; answer: Done }>()
  const form = useOperationForm({
    operation, id, row, initial, keeps,
    onDone: (answer) => {
      const secrets = answer.status === 'done' ? secretsOf(operation.output, answer.result) : []
      if (answer.status === 'done' && secrets.length > 0) setSecret({ secrets, answer })
      else onDone(answer)
    },
  })
  useReport(form, onReport)
  useAtOnce(form, previewNow)
  const fields = Object.keys(form.schema.properties ?? {}).length
  const label = commitLabel(operation, entity)
  return (
    <FormContext value={form.state}>
      <FormShell form={form} label={label} beside={beside && fields > 0} harsh={isHarsh(operation)} onCancel={onCancel}>
        {fields > 0 && <SchemaForm schema={form.schema} values={form.values} onChange={form.change} autoFocus={!previewNow} />}
      </FormShell>
      {secret && <Secrets secrets={secret.secrets} onClose={() => onDone(secret.answer)} />}
    </FormContext>
  )
}

/** Tells the page what is filled in. */
export function useReport(form: OperationFormState, onReport: ((report: FormReport) => void) | undefined) {
  const { args, fresh, dirty } = form
  useEffect(() => onReport?.({ arguments: args, previewed: fresh, dirty }), [onReport, args, fresh, dirty])
}

/** Previews once, as soon as the form is there. */
export function useAtOnce(form: OperationFormState, wanted: boolean | undefined) {
  const asked = useRef(false)
  useEffect(() => {
    if (!wanted || asked.current) return
    asked.current = true
    form.look()
  })
}

interface ShellProps {
  form: OperationFormState
  label: string
  beside?: boolean
  harsh?: boolean
  /** Further buttons beside the main one. */
  more?: React.ReactNode
  onCancel?: () => void
  children: React.ReactNode
}

/** Around the fields of any form: the merge, the preview, the buttons and their key. */
export function FormShell({ form, label, beside, harsh, more, onCancel, children }: ShellProps) {
  const element = useRef<HTMLFormElement>(null)
  const waits = form.commit.data?.status === 'needs_approval'
  const nothing = form.idle && !form.fresh
  const busy = form.preview.isPending || form.commit.isPending
  const main = () => {
    if (busy || waits || nothing || form.merging) return
    if (form.fresh) form.act()
    else if (!form.look()) setTimeout(() => focusWrong(element.current))
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    // a form within this one (a new record for a field) has the key for itself
    event.preventDefault()
    event.stopPropagation()
    // a value that is kept when its field is left is left first; the key goes on working from the button
    element.current?.querySelector<HTMLElement>('[type=submit]')?.focus({ preventScroll: true })
    setTimeout(() => element.current?.requestSubmit())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    main()
  }
  return (
    <form ref={element} noValidate onSubmit={submit} onKeyDown={onKey} className={classes.form} data-beside={beside || undefined}>
      <div style={{ minWidth: 0 }}>
        {form.merging && <Merge schema={form.schema} merging={form.merging} names={form.state.names} onSettle={form.settle} />}
        {form.restored && (
          <Text size="sm" c="dimmed" mb="sm">What you typed before is back. <Anchor component="button" type="button" size="sm" onClick={form.restart}>Start over</Anchor></Text>
        )}
        {children}
      </div>
      <div className={classes.panel}>
        <div className={classes.effects}><PreviewPanel form={form} done={label} /></div>
        <div className={classes.actions}>
          <Group justify="space-between" gap="xs">
            <Text size="xs" c="dimmed" visibleFrom="sm" aria-hidden><Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd></Text>
            <Group gap="xs" justify="flex-end" flex={1}>
              {onCancel && <Button variant="default" onClick={onCancel}>Cancel</Button>}
              {more}
              <Button
                type="submit"
                color={harsh && form.fresh ? 'red' : undefined}
                // not disabled while it works: that would take the focus from it, and the key with it
                aria-busy={busy}
                leftSection={busy ? <Loader size={14} color="currentColor" aria-hidden /> : undefined}
                disabled={waits || nothing || form.merging !== undefined}
              >
                {nothing ? 'Nothing changed' : form.fresh ? label : 'Preview'}
              </Button>
            </Group>
          </Group>
        </div>
      </div>
    </form>
  )
}

/** The first field with something wrong. */
function focusWrong(form: HTMLFormElement | null) {
  const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong] input, [data-error]')
  wrong?.focus()
  wrong?.scrollIntoView({ block: 'center', behavior: 'smooth' })
}
