/** The registry of UI actions: offered to the agent as frontend tools, and what the palette runs. */
import { isReport, takesRecord } from '@/catalogue/catalogue'
import type { Operation } from '@/catalogue/catalogue'
import { entityPath, operationPath, recordPath, searchOf } from '@/catalogue/paths'
import { highlight } from './highlight'
import { snapshot } from './snapshot'
import type { Arguments, Level, Outcome, Surroundings, UiAction } from './types'
import { LEVELS } from './types'
import { misfits } from './validate'

/** Pages that belong to no entity. */
export const PLACES: Record<string, string> = { home: '/', approvals: '/approvals', chat: '/chat', settings: '/settings' }

const text = (description: string) => ({ type: 'string', description, minLength: 1, maxLength: 400 })
const record = {
  type: 'object',
  description: 'A record: its entity and its id.',
  properties: { type: text('The entity, such as `domain.entities`.'), id: text('Its id.') },
  required: ['type', 'id'],
  additionalProperties: false,
}
const operation = text('The name of an operation: `domain.entities.verb`.')

const no = (problem: string): Outcome => ({ ok: false, problem })

const navigate: UiAction = {
  name: 'ui_navigate',
  title: 'Go to a page',
  description: 'Opens a page: home, approvals, chat, settings, or the table of an entity (`domain.entities`).',
  parameters: object({ to: text('home, approvals, chat, settings, or domain.entities.') }, ['to']),
  async run(args, cx) {
    const to = String(args.to)
    const path = Object.hasOwn(PLACES, to) ? PLACES[to] : cx.catalogue.entity(to)?.list && entityPath(to)
    if (!path) return no(`There is no page ${to} for this person.`)
    await cx.go(path)
    return { ok: true, ...here(cx) }
  },
}

const openRecord: UiAction = {
  name: 'ui_open_record',
  title: 'Open a record',
  description: 'Opens the page of one record.',
  parameters: object(record.properties, ['type', 'id']),
  async run(args, cx) {
    const [type, id] = [String(args.type), String(args.id)]
    if (!cx.catalogue.entity(type)?.get) return no(`This person cannot open records of ${type}.`)
    await cx.go(recordPath(type, id))
    return { ok: true, ...here(cx) }
  },
}

const setView: UiAction = {
  name: 'ui_set_view',
  title: 'Show a table or report',
  description: 'Opens the table or report of a read operation, with these arguments as its filters.',
  parameters: object(
    {
      operation,
      arguments: { type: 'object', description: 'Its arguments; those left out do not filter.' },
      sort: text('The order, as the operation names it.'),
      columns: { type: 'array', items: text('A field.'), description: 'The columns to show.', maxItems: 40 },
    },
    ['operation', 'arguments'],
  ),
  async run(args, cx) {
    const read = cx.catalogue.operation(String(args.operation))
    if (!read) return no(`There is no operation ${args.operation} for this person.`)
    if (read.verb !== 'list' && !isReport(read)) return no(`${read.name} is no table and no report.`)
    const { limit: _limit, cursor: _cursor, total: _total, ...filters } = args.arguments as Arguments
    if (args.sort !== undefined) filters.sort = args.sort
    const wrong = misfits(read.input, filters, { partial: true })
    if (wrong) return no(wrong)
    const id = takesRecord(read) ? idIn(filters) : undefined
    if (takesRecord(read)) delete filters.id
    const columns = (args.columns as string[] | undefined)?.join(',')
    await cx.go(operationPath(read, id), searchOf({ ...filters, columns }))
    return { ok: true, ...here(cx) }
  },
}

const fillForm: UiAction = {
  name: 'ui_fill_form',
  title: 'Fill in a form',
  description: 'Opens the form of an operation filled in, with its preview. It is the person who then does it, or does not.',
  parameters: object({ operation, arguments: { type: 'object', description: 'What to fill in.' } }, ['operation', 'arguments']),
  async run(args, cx) {
    const write = cx.catalogue.operation(String(args.operation))
    if (!write) return no(`There is no operation ${args.operation} for this person.`)
    if (write.effect === 'read') return no(`${write.name} changes nothing: it has no form.`)
    const filled = { ...(args.arguments as Arguments) }
    const wrong = misfits(write.input, filled, { partial: true, namesOnly: true })
    if (wrong) return no(wrong)
    const id = idOf(write, filled)
    if (takesRecord(write) && id === undefined) return no(`${write.name} needs the id of a record.`)
    await cx.go(operationPath(write, id), { with: JSON.stringify(filled), preview: '1' })
    return { ok: true, ...here(cx), committed: false }
  },
}

const pointOut: UiAction = {
  name: 'ui_highlight',
  title: 'Point something out',
  description: 'Outlines a record or a field on the page that is open, with a note beside it.',
  parameters: object({ record, field: text('The name of a field, such as due_date.'), note: text('What to say about it.') }, []),
  async run(args, cx) {
    const at = args.record as { type: string; id: string } | undefined
    if (!at === (args.field === undefined)) return no('Name a record or a field.')
    const shown = at && cx.page().record
    const found = await highlight({
      record: at && `${at.type}:${at.id}`,
      field: args.field as string | undefined,
      whole: at !== undefined && shown?.type === at.type && shown.id === at.id,
      note: args.note as string | undefined,
    })
    return found ? { ok: true } : no(`${args.field ?? 'The record'} is not seen on this page.`)
  },
}

const notify: UiAction = {
  name: 'ui_notify',
  title: 'Show a message',
  description: 'Shows a short message at the edge of the page.',
  parameters: object({ text: text('What to say.'), level: { type: 'string', enum: [...LEVELS] } }, ['text']),
  run(args, cx) {
    cx.notify(String(args.text), (args.level as Level | undefined) ?? 'info')
    return { ok: true }
  },
}

const look: UiAction = {
  name: 'ui_snapshot',
  title: 'Look at the page',
  description: 'Answers what the page shows: its record or table, and the facts on it.',
  parameters: object({}, []),
  run: (_, cx) => ({ ok: true, ...snapshot(cx.page()) }),
}

export const ACTIONS: readonly UiAction[] = [navigate, openRecord, setView, fillForm, pointOut, notify, look]

/** The actions as AG-UI tools. */
export const offered = () => ACTIONS.map(({ name, description, parameters }) => ({ name, description, parameters }))

/** Runs one by name; refuses what does not fit, in words. */
export async function act(name: string, args: unknown, cx: Surroundings): Promise<Outcome> {
  const action = ACTIONS.find((one) => one.name === name)
  if (!action) return no(`There is no action ${name}.`)
  const wrong = misfits(action.parameters, args)
  if (wrong) return no(wrong)
  try {
    return await action.run(args as Arguments, cx)
  } catch (error) {
    return no(error instanceof Error ? error.message : 'It did not work.')
  }
}

function object(properties: UiAction['parameters']['properties'], required: string[]): UiAction['parameters'] {
  return { type: 'object', properties, required, additionalProperties: false }
}

/** The page as it is after a move: what the agent is told of it. */
function here(cx: Surroundings) {
  const { path, title } = cx.page()
  return { path, title }
}

const idIn = (args: Arguments) => (typeof args.id === 'string' ? args.id : undefined)

/** Takes the record's id out of the arguments: the address says it. */
function idOf(operation: Operation, args: Arguments): string | undefined {
  const id = takesRecord(operation) ? idIn(args) : undefined
  if (id !== undefined) delete args.id
  return id
}
