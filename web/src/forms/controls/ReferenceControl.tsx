import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, lazy, useState } from 'react'
import { read } from '@/api/calls'
import { isRecordValue } from '@/catalogue/schema'
import { labelOf } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { words } from '@/catalogue/words'
import { RecordPicker } from '@/pickers/RecordPicker'
import { useForm } from '../context'
import { framed } from './frame'
import type { ControlProps } from './props'

const OperationForm = lazy(() => import('../OperationForm').then((module) => ({ default: module.OperationForm })))

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Names a record: found as one types, or made on the spot. */
export function ReferenceControl(props: ControlProps) {
  const { schema, value, onChange, label } = props
  const entityName = schema['x-ref'] ?? '*'
  const entity = useCatalogue().entity(entityName)
  const { names } = useForm()
  const [making, setMaking] = useState<string>()
  const [made, setMade] = useState<{ id: string; label: string }>()
  const text = typeof value === 'string' ? value : isRecordValue(value) ? value.id : ''
  const known = names.get(text) ?? (made?.id === text ? made.label : undefined)
  // an id says nothing to people: what it is called is read once
  const { data: label_ } = useQuery({
    queryKey: ['read', entityName, 'label', text],
    queryFn: async ({ signal }) => labelOf(await read<Record<string, unknown>>(entity!.get!.name, { id: text }, signal)),
    enabled: !known && ID.test(text) && entity?.get !== undefined,
    staleTime: 300_000,
    retry: false,
  })
  return (
    <>
      <RecordPicker
        {...framed(props)}
        required={props.required}
        entity={entityName}
        value={text}
        valueLabel={known ?? label_}
        onChange={(id) => onChange(id === '' ? undefined : id)}
        onCreate={entity?.create ? setMaking : undefined}
      />
      {making !== undefined && entity?.create && (
        <Modal opened onClose={() => setMaking(undefined)} title={`New ${entity.noun}`} size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
          <Suspense>
            <OperationForm
              operation={entity.create}
              initial={making !== '' && entity.create.input.properties?.name ? { name: making } : undefined}
              onCancel={() => setMaking(undefined)}
              onDone={(answer) => {
                setMaking(undefined)
                if (answer.status !== 'done') return
                const row = answer.result as Record<string, unknown>
                if (typeof row.id !== 'string') return
                setMade({ id: row.id, label: labelOf(row) || words(label) })
                onChange(row.id)
              }}
            />
          </Suspense>
        </Modal>
      )}
    </>
  )
}
