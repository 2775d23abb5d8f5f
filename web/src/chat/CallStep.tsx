import { Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertCircle, IconCheck, IconChevronRight, IconLoader2 } from '@tabler/icons-react'
import { RecordLink } from '@/ui/RecordLink'
import { Value } from '@/ui/Value'
import { labelOf } from '@/catalogue/catalogue'
import type { Schema } from '@/catalogue/schema'
import { fieldsOf, valueAt } from '@/catalogue/schema'
import { useCatalogue } from '@/catalogue/use'
import { label, words } from '@/catalogue/words'
import classes from './Chat.module.css'
import type { CallItem } from './items'
import { ResultTable } from './ResultTable'
import { problemIn, stepTitle } from './steps'
import { tabular } from './table'

/** One step of the agent: quiet, open to whoever wants to know; what it found below it. */
export function CallStep({ call }: { call: CallItem }) {
  const catalogue = useCatalogue()
  const [open, { toggle }] = useDisclosure(false)
  const operation = catalogue.operation(call.tool)
  const title = stepTitle(catalogue, call)
  const problem = problemIn(call.result)
  const table = operation && !problem ? tabular(operation, call.result) : undefined
  const args = Object.entries(call.args).filter(([, value]) => value !== null && value !== '')
  const Icon = call.running ? IconLoader2 : problem ? IconAlertCircle : IconCheck
  return (
    <div>
      <UnstyledButton className={classes.step} onClick={toggle} aria-expanded={open}>
        <Icon size={14} aria-hidden />
        <span>{title}</span>
        <IconChevronRight size={13} aria-hidden style={{ rotate: open ? '90deg' : undefined }} />
      </UnstyledButton>
      <Collapse expanded={open}>
        <Stack gap={2} className={classes.stepBody}>
          {operation && <span>{operation.name}</span>}
          {args.map(([name, value]) => (
            <Group key={name} gap={6} wrap="nowrap" align="flex-start">
              <span>{words(name)}:</span>
              <Text span fz="xs" c="var(--mantine-color-text)" style={{ overflowWrap: 'anywhere' }}>{typeof value === 'string' ? value : JSON.stringify(value)}</Text>
            </Group>
          ))}
          {args.length === 0 && <span>Without arguments</span>}
          {problem && <Text span fz="xs">{problem.detail} {problem.fix}</Text>}
        </Stack>
      </Collapse>
      {table && operation && <ResultTable operation={operation} args={call.args} table={table} title={title} />}
      {operation?.verb === 'get' && !problem && isRow(call.result) && <Facts entity={operation.entity} schema={operation.output} row={call.result} />}
    </div>
  )
}

const FACTS = 8

/** A record in brief. */
function Facts({ entity, schema, row }: { entity: string; schema: Schema; row: Record<string, unknown> }) {
  const told = fieldsOf(schema)
    .filter(({ key, kind, path }) => !['id', 'version'].includes(key) && !['lines', 'list', 'object'].includes(kind) && says(valueAt(row, path)))
    .slice(0, FACTS)
  return (
    <div className={classes.card}>
      {typeof row.id === 'string' && (
        <div className={classes.cardHead}><Text size="sm" fw={600}><RecordLink entity={entity} id={row.id}>{labelOf(row)}</RecordLink></Text></div>
      )}
      <Stack gap={2} className={classes.cardBody}>
        {told.map((field) => (
          <Group key={field.key} justify="space-between" gap="sm" wrap="nowrap">
            <Text size="xs" c="dimmed">{label(field.key)}</Text>
            <Text size="xs" component="div" ta="right"><Value value={valueAt(row, field.path)} schema={field.schema} name={field.path.at(-1)} /></Text>
          </Group>
        ))}
      </Stack>
    </div>
  )
}

const says = (value: unknown) => value !== null && value !== undefined && value !== ''
const isRow = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

