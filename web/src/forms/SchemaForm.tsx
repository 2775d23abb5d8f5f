/** A form from a schema: RJSF walks it, our controls edit it. */
// not the package's index: that one asks for a validator which compiles code
import Form from '@rjsf/core/lib/components/Form.js'
import type { FieldProps, FieldTemplateProps, ObjectFieldTemplateProps, RJSFSchema, UiSchema } from '@rjsf/utils'
import { Button, Collapse, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Schema } from '@/catalogue/schema'
import { kindOf } from '@/catalogue/schema'
import { useForm } from './context'
import { Control } from './controls/Control'
import { helpOf } from './controls/frame'
import { LineEditor } from './LineEditor'
import { isWide, plain, titleOf } from './plain'
import { validator } from './validator'
import type { Values } from './values'
import classes from './forms.module.css'

const pointerOf = (path: (string | number)[]) => path.map((part) => `/${part}`).join('')

function ValueField({ name, schema, formData, onChange, fieldPathId, required, registry }: FieldProps) {
  const { autoFocus } = registry.formContext as { autoFocus?: string }
  const pointer = pointerOf(fieldPathId.path)
  return <Control name={name} pointer={pointer} schema={schema as Schema} value={formData} required={required} autoFocus={autoFocus === pointer} onChange={(value) => onChange(value, fieldPathId.path)} />
}

function LinesField({ name, schema, formData, onChange, fieldPathId, required }: FieldProps) {
  return <LineEditor name={name} pointer={pointerOf(fieldPathId.path)} schema={schema as Schema} value={formData} required={required} onChange={(lines) => onChange(lines, fieldPathId.path)} />
}

const FieldTemplate = ({ children, hidden }: FieldTemplateProps) => (hidden ? null : children)

/** In the middle of a sentence; `IBAN` stays. */
const lowered = (text: string) => (/^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1))

/** Fields above this many fold, where nobody has to fill them in and nobody has. */
const MANY = 8

function ObjectTemplate({ properties, schema, formData, fieldPathId, title }: ObjectFieldTemplateProps) {
  const { errors } = useForm()
  const [opened, { toggle }] = useDisclosure(false)
  const root = fieldPathId.path.length === 0
  const own = (name: string) => (schema.properties?.[name] ?? {}) as Schema
  const row = ({ name, content }: (typeof properties)[number]) => (
    <div key={name} className={isWide(own(name)) ? classes.wide : undefined}>{content}</div>
  )
  const needed = (name: string) => {
    const value = (formData as Values | undefined)?.[name]
    const empty = value === undefined || (Array.isArray(value) && value.length === 0)
    const wrong = Object.keys(errors).some((pointer) => pointer.startsWith(`${pointerOf(fieldPathId.path)}/${name}`))
    return schema.required?.includes(name) || !empty || wrong
  }
  const many = root && properties.length > MANY
  const folded = many ? properties.slice(MANY - 2).filter(({ name }) => !needed(name)) : []
  const foldedNames = new Set(folded.map(({ name }) => name))
  const shown = properties.filter(({ name }) => !foldedNames.has(name))
  const said = root ? undefined : titleOf(title, schema as Schema)
  const help = said && helpOf((schema as Schema).description, said)
  return (
    <div role={said ? 'group' : undefined} aria-label={said}>
      {said && properties.length > 0 && <Text size="sm" fw={550} mt="xs">{said}</Text>}
      {help && <Text size="xs" c="dimmed" mb={4}>{help}</Text>}
      <div className={classes.fields}>{shown.map(row)}</div>
      {folded.length > 0 && (
        <>
          <Button classNames={{ root: classes.more, label: classes.moreLabel }} variant="subtle" size="compact-sm" mt="sm" ml={-8} aria-expanded={opened} onClick={toggle} rightSection={<IconChevronDown size={14} style={{ transform: opened ? 'rotate(180deg)' : undefined }} />}>
            {opened ? 'Less' : `More: ${folded.map(({ name }) => lowered(titleOf(name, own(name)))).join(', ')}`}
          </Button>
          <Collapse expanded={opened}><div className={classes.fields}>{folded.map(row)}</div></Collapse>
        </>
      )}
    </div>
  )
}

const FIELDS = { value: ValueField, lines: LinesField }
const TEMPLATES = { FieldTemplate, ObjectFieldTemplate: ObjectTemplate }
const DEFAULTS = { emptyObjectFields: 'skipDefaults', arrayMinItems: { populate: 'never' } } as const

/** Which of our fields edits which property. */
function uiOf(schema: Schema): UiSchema {
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const kind = kindOf(plain(property))
    if (kind === 'object' && property.properties) return [name, uiOf(property)]
    return [name, { 'ui:field': kind === 'lines' ? 'lines' : 'value', 'ui:fieldReplacesAnyOrOneOf': true }]
  }))
}

interface Props {
  schema: Schema
  values: Values
  onChange: (values: Values) => void
  /** The first field gets the focus. */
  autoFocus?: boolean
}

/** The fields of a schema. Errors and all else around it come from `FormContext`. */
export function SchemaForm({ schema, values, onChange, autoFocus }: Props) {
  const ui = useMemo(() => uiOf(schema), [schema])
  const { prefix } = useForm()
  // a day would open its calendar, which nobody asked for
  const first = Object.keys(schema.properties ?? {}).find((name) => schema.required?.includes(name) || !['date', 'lines'].includes(kindOf(plain(schema.properties?.[name] ?? {}))))
  const context = useMemo(() => ({ autoFocus: autoFocus ? `/${first}` : undefined }), [autoFocus, first])
  return (
    <Form
      tagName="div"
      schema={schema as RJSFSchema}
      uiSchema={ui}
      formData={values}
      formContext={context}
      fields={FIELDS}
      templates={TEMPLATES}
      validator={validator}
      idPrefix={`rjsf-${prefix}`}
      experimental_defaultFormStateBehavior={DEFAULTS}
      noValidate
      noHtml5Validate
      showErrorList={false}
      onChange={({ formData }) => onChange((formData ?? {}) as Values)}
    >
      <></>
    </Form>
  )
}
