import { Button, Group, Text, TextInput } from '@mantine/core'
import { useMe } from '@/api/session'
import { isMoneyValue, kindOf } from '@/catalogue/schema'
import type { Schema } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import { useForm } from '../context'
import { isLong, isSecret, plain } from '../plain'
import { ChoiceControl, SeveralControl, SwitchControl } from './choices'
import { FileControl } from './FileControl'
import type { ControlProps } from './props'
import { ReferenceControl } from './ReferenceControl'
import { DateControl, DecimalControl, ListControl, LongControl, MomentControl, SecretControl, TextControl } from './texts'

interface Props extends Omit<ControlProps, 'id' | 'label' | 'required' | 'error'> {
  label?: string
  required?: boolean
}

/** One value of a form, by its schema: the one place that knows which control edits what. */
export function Control({ schema: said, label, required = false, ...rest }: Props) {
  const { errors, candidates, prefix, choose } = useForm()
  const schema = plain(said)
  const wrong = errors[rest.pointer]
  const offered = candidates[rest.pointer]
  const props: ControlProps = {
    ...rest,
    schema,
    required,
    id: `${prefix}${rest.pointer.replaceAll('/', '-')}`,
    label: label ?? schema.title ?? words(rest.name),
    error: wrong,
  }
  const Kind = controlOf(schema)
  return (
    <div data-pointer={rest.pointer}>
      <Kind {...props} />
      {offered && (
        <Group gap={6} mt={6} role="group" aria-label="Did you mean">
          {!rest.bare && <Text size="xs" c="dimmed">Did you mean</Text>}
          {offered.map((one) => (
            <Button key={one.id} size="compact-sm" variant="light" onClick={() => choose(rest.pointer, one.id, one.label)}>{one.label}</Button>
          ))}
        </Group>
      )}
    </div>
  )
}

function controlOf(schema: Schema): React.ComponentType<ControlProps> {
  switch (kindOf(schema)) {
    case 'reference':
    case 'record':
      return ReferenceControl
    case 'money':
      return MoneyControl
    case 'decimal':
    case 'number':
      return DecimalControl
    case 'date':
      return DateControl
    case 'datetime':
      return MomentControl
    case 'boolean':
      return SwitchControl
    case 'choice':
      return ChoiceControl
    case 'list':
      return schema.items && plain(schema.items).enum ? SeveralControl : ListControl
    case 'file':
      return FileControl
    default:
      return isSecret(schema) ? SecretControl : isLong(schema) ? LongControl : TextControl
  }
}

/** An amount and its currency: the organisation's unless told. */
function MoneyControl(props: ControlProps) {
  const home = useMe().organization.currency
  const { value, onChange, label } = props
  const now = isMoneyValue(value) ? value : { amount: '', currency: home }
  const change = (part: Partial<typeof now>) => {
    const next = { ...now, ...part }
    onChange(next.amount === '' ? undefined : next)
  }
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <div style={{ flex: 1 }}>
        <DecimalControl {...props} value={now.amount} onChange={(amount) => change({ amount: typeof amount === 'string' ? amount : '' })} />
      </div>
      <TextInput w={72} mt={props.bare ? 0 : 25} aria-label={`Currency of ${label}`} value={now.currency} maxLength={3} onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase() })} />
    </Group>
  )
}
