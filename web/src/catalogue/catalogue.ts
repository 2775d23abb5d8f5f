/**
 * The catalogue of operations as pages use it. Everything the app shows comes from here: no page names an operation,
 * apart from the few made by hand (see screens/).
 */
import type { Tool } from '@/api/types'
import type { Schema } from './schema'
import { kindOf } from './schema'
import { singular, words } from './words'

export interface Operation extends Omit<Tool, 'input_schema' | 'output_schema'> {
  domain: string
  /** The last part of the entity's name, in the plural. */
  plural: string
  /** `domain.entities`. */
  entity: string
  verb: string
  input: Schema
  output: Schema
}

export interface Entity {
  /** `domain.entities`. */
  name: string
  domain: string
  plural: string
  /** `Credit notes`. */
  title: string
  /** `credit note`. */
  noun: string
  operations: Operation[]
  list?: Operation
  get?: Operation
  create?: Operation
}

export interface Domain {
  name: string
  title: string
  entities: Entity[]
}

export class Catalogue {
  readonly operations: readonly Operation[]
  readonly entities = new Map<string, Entity>()
  readonly domains: Domain[] = []
  private readonly byName = new Map<string, Operation>()

  constructor(tools: Tool[]) {
    this.operations = tools.map(operationOf)
    for (const operation of this.operations) {
      this.byName.set(operation.name, operation)
      this.byName.set(operation.tool, operation)
      this.entityOf(operation).operations.push(operation)
    }
    for (const entity of this.entities.values()) {
      const verb = (name: string) => entity.operations.find((operation) => operation.verb === name)
      entity.list = verb('list')
      entity.get = verb('get')
      entity.create = verb('create')
    }
  }

  /** By `domain.entities.verb` or its name for models. */
  operation(name: string): Operation | undefined {
    return this.byName.get(name)
  }
  entity(name: string): Entity | undefined {
    return this.entities.get(name)
  }
  /** What can be done with a record of this entity that is open. */
  actions(entity: Entity): Operation[] {
    return entity.operations.filter((operation) => operation.effect !== 'read' && takesRecord(operation))
  }
  /** What can be done without one: create, and verbs such as receive. */
  starts(entity: Entity): Operation[] {
    return entity.operations.filter((operation) => operation.effect !== 'read' && !takesRecord(operation))
  }
  /** Reads that are neither a list nor a record: reports. */
  reports(entity: Entity): Operation[] {
    return entity.operations.filter((operation) => isReport(operation) && !takesRecord(operation))
  }
  /** Lists with a filter that names records of this entity: what is related to one. */
  related(entity: Entity): { operation: Operation; field: string }[] {
    return this.operations.flatMap((operation) => {
      if (operation.verb !== 'list') return []
      const field = Object.entries(operation.input.properties ?? {}).find(([, schema]) => schema['x-ref'] === entity.name)
      return field ? [{ operation, field: field[0] }] : []
    })
  }

  private entityOf(operation: Operation): Entity {
    const known = this.entities.get(operation.entity)
    if (known) return known
    const entity: Entity = {
      name: operation.entity,
      domain: operation.domain,
      plural: operation.plural,
      title: words(operation.plural),
      noun: singular(operation.plural),
      operations: [],
    }
    this.entities.set(entity.name, entity)
    this.domainOf(operation.domain).entities.push(entity)
    return entity
  }
  private domainOf(name: string): Domain {
    const known = this.domains.find((domain) => domain.name === name)
    if (known) return known
    const domain: Domain = { name, title: words(name), entities: [] }
    this.domains.push(domain)
    return domain
  }
}

function operationOf(tool: Tool): Operation {
  const [domain = '', plural = '', verb = ''] = tool.name.split('.')
  const { input_schema, output_schema, ...rest } = tool
  return {
    ...rest,
    domain,
    plural,
    entity: `${domain}.${plural}`,
    verb,
    input: input_schema as Schema,
    output: output_schema as Schema,
  }
}

/** Whether it is about one record that exists: its `id` says which. */
export function takesRecord(operation: Operation): boolean {
  return operation.input.required?.includes('id') ?? false
}

export function isReport(operation: Operation): boolean {
  return operation.effect === 'read' && operation.verb !== 'list' && operation.verb !== 'get'
}

/** The schema of one row of a list. */
export function rowOf(list: Operation): Schema {
  return list.output.properties?.items?.items ?? {}
}

/** Filters of a list: its arguments without those that page, sort and count. */
const PAGING = new Set(['limit', 'cursor', 'total', 'sort'])
export function filtersOf(list: Operation): [string, Schema][] {
  return Object.entries(list.input.properties ?? {}).filter(([name]) => !PAGING.has(name))
}

/** What people call a record, from its fields. */
export function labelOf(row: Record<string, unknown>): string {
  const text = (name: string) => (typeof row[name] === 'string' && row[name] !== '' ? (row[name] as string) : undefined)
  const said = [text('number') ?? text('code'), text('label') ?? text('name') ?? text('title') ?? text('email')]
  return said.filter(Boolean).join(' · ') || text('id')?.slice(0, 8) || ''
}

/** What a button for it says: `Post`, `New invoice`, `Receive payment`. */
export function actionLabel(operation: Operation, entity: Entity): string {
  const verb = words(operation.verb)
  return takesRecord(operation) ? verb : operation.verb === 'create' ? `New ${entity.noun}` : `${verb} ${entity.noun}`
}

export { kindOf }
