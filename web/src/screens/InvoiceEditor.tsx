/** Invoices by hand: looks like one, made for typing. What it comes to with tax, the server's preview says. */
import { Group, Paper, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Call } from '@/api/types'
import { useMe } from '@/api/session'
import { useCatalogue, readQuery } from '@/catalogue/use'
import { FormContext } from '@/forms/context'
import { Control } from '@/forms/controls/Control'
import { lineNet } from '@/forms/decimal'
import { LineEditor } from '@/forms/LineEditor'
import type { OperationFormProps } from '@/forms/OperationForm'
import { FormShell, useAtOnce, useBase, useReport } from '@/forms/OperationForm'
import { useOperationForm } from '@/forms/useOperationForm'
import type { Values } from '@/forms/values'
import { sum } from '@/ui/exact'
import { amount, money } from '@/ui/format'
import { Trouble } from '@/ui/Trouble'
import classes from './InvoiceEditor.module.css'

export default function InvoiceEditor(props: OperationFormProps) {
  const { row, loading, error, retry } = useBase(props.operation, props.id)
  if (error) return <Trouble error={error} retry={retry} />
  if (loading) return <Skeleton h={420} aria-busy="true" />
  return <Editor {...props} row={row} />
}

interface Address {
  kind?: string
  lines?: string[]
  postal_code?: string
  city?: string
  country?: string
}
interface Customer {
  name?: string
  currency?: string
  addresses?: Address[]
}

/** What stands below the customer's name on paper. */
function addressOf({ addresses = [] }: Customer): string[] {
  const address = addresses.find(({ kind }) => kind === 'billing') ?? addresses[0]
  if (!address) return []
  return [...(address.lines ?? []), [address.country, address.postal_code, address.city].filter(Boolean).join(' ')]
}

const netOf = (line: Values) => lineNet(line.quantity, line.unit_price, line.discount_percent)

function Editor({ operation, id, initial, previewNow, keeps = false, row, onDone, onCancel, onReport }: OperationFormProps & { row?: Values }) {
  const catalogue = useCatalogue()
  const home = useMe().organization.currency
  const [way, setWay] = useState<'draft' | 'post'>('draft')
  const post = catalogue.operation(`${operation.entity}.post`)
  // the draft and its posting in one: both or none
  const then = useCallback(
    (): Call[] => (way === 'post' && post ? [{ name: post.name, arguments: { id: id ?? { $result: [0, '/id'] } } }] : []),
    [way, post, id],
  )
  const form = useOperationForm({ operation, id, row, initial, keeps, then, onDone })
  useReport(form, onReport)
  useAtOnce(form, previewNow)
  const { schema, values, change } = form
  // the other way to the same invoice has another preview
  const { previewed, look } = form
  const seen = useRef(way)
  useEffect(() => {
    if (seen.current !== way && previewed) look()
    seen.current = way
  }, [way, previewed, look])

  const customer = typeof values.customer === 'string' ? values.customer : ''
  const get = catalogue.entity(schema.properties?.customer?.['x-ref'] ?? '')?.get
  const { data: known } = useQuery({ ...readQuery<Customer>(get ?? operation, { id: customer }), enabled: get !== undefined && customer !== '', retry: false })
  const currency = known?.currency ?? home
  const lines = useMemo(() => (Array.isArray(values.lines) ? (values.lines as Values[]) : []), [values.lines])
  const net = useMemo(() => sum(lines.map(netOf).filter((one) => one !== undefined)), [lines])
  const sumOf = useMemo(() => ({ title: 'Net', of: (line: Values) => { const one = netOf(line); return one === undefined ? '' : amount(one) } }), [])

  const control = (name: string, label?: string, autoFocus = false) => {
    const property = schema.properties?.[name]
    return property && (
      <Control
        name={name}
        label={label}
        pointer={`/${name}`}
        schema={{ ...property, description: undefined }}
        value={values[name]}
        required={schema.required?.includes(name)}
        autoFocus={autoFocus}
        onChange={(value) => change({ ...values, [name]: value })}
      />
    )
  }
  const sheet = (
    <Paper withBorder className={classes.sheet}>
      <div className={classes.head}>
        <div>
          {control('customer', undefined, id === undefined && !previewNow)}
          {known && (
            <Text size="sm" c="dimmed" mt={6} component="address" fs="normal">
              {addressOf(known).map((one, index) => <span key={index} className={classes.row}>{one}</span>)}
            </Text>
          )}
        </div>
        <div className={classes.facts}>
          {control('date')}
          {control('due_date')}
          <div className={classes.whole}>{control('reference', 'Their reference')}</div>
        </div>
      </div>
      {schema.properties?.lines && (
        <LineEditor
          name="lines"
          pointer="/lines"
          schema={{ ...schema.properties.lines, description: undefined }}
          value={values.lines}
          required
          sum={sumOf}
          onChange={(next) => change({ ...values, lines: next })}
        />
      )}
      <Group justify="flex-end" mt="xs">
        <Text c="dimmed" size="sm">Net, before tax</Text>
        <Text fw={620} size="lg" className="figure" aria-live="polite">{money({ amount: net === '0' ? '0.00' : net, currency })}</Text>
      </Group>
      {control('memo', 'Note')}
    </Paper>
  )
  const save = id === undefined ? 'Save draft' : 'Save changes'
  return (
    <FormContext value={form.state}>
      <FormShell form={form} beside label={way === 'post' ? 'Save and post' : save} onCancel={onCancel}>
        <Stack gap="sm">
          {sheet}
          {post && (
            <SegmentedControl
              className={classes.way}
              aria-label="What to do"
              value={way}
              onChange={(next) => setWay(next as typeof way)}
              data={[{ value: 'draft', label: save }, { value: 'post', label: 'Save and post' }]}
            />
          )}
        </Stack>
      </FormShell>
    </FormContext>
  )
}
