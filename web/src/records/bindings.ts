/**
 * What hangs on every record, whatever it is: its history, what people said about it, its files. Bound by hand, and
 * only here; whoever may not use one of these does not see it.
 */
import type { Catalogue, Operation } from '@/catalogue/catalogue'

export interface Bindings {
  calls?: Operation
  call?: Operation
  changes?: Operation
  comments: Verbs
  files: Verbs
}

interface Verbs {
  list?: Operation
  create?: Operation
  update?: Operation
  delete?: Operation
  download?: Operation
}

export function bindingsOf(catalogue: Catalogue): Bindings {
  const verbs = (entity: string): Verbs => {
    const verb = (name: string) => catalogue.operation(`${entity}.${name}`)
    return { list: verb('list'), create: verb('create'), update: verb('update'), delete: verb('delete'), download: verb('download') }
  }
  return {
    calls: catalogue.operation('audit.calls.list'),
    call: catalogue.operation('audit.calls.get'),
    changes: catalogue.operation('audit.changes.list'),
    comments: verbs('directory.comments'),
    files: verbs('directory.attachments'),
  }
}

interface Person {
  id: string
  name: string
}

/** One recorded call. */
export interface RecordedCall {
  id: string
  plan_id: string
  created_at: string
  actor: Person & { email: string }
  surface: string
  agent: boolean
  reason?: string | null
  operation: string
  sentence: string
  undoes?: string | null
}

/** One changed row, with what changed in it. */
export interface RecordedChange {
  id: number
  call: { id: string }
  table: string
  record_id: string
  op: string
  columns: { column: string; before?: unknown; after?: unknown }[]
}

export interface Comment {
  id: string
  version: number
  text: string
  external: boolean
  author: Person
  created_at: string
  edited_at?: string | null
}

export interface AttachedFile {
  id: string
  name: string
  media_type: string
  size: number
  external: boolean
  author: Person
  created_at: string
}

/** A file's bytes, or where to fetch them. */
export interface Download {
  name: string
  media_type: string
  content?: string | null
  link?: string | null
}
