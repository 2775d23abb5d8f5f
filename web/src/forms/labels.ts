import type { Entity, Operation } from '@/catalogue/catalogue'
import { takesRecord } from '@/catalogue/catalogue'
import { words } from '@/catalogue/words'

/** What the committing button says: the verb, and of what. */
export function commitLabel(operation: Operation, entity: Entity | undefined): string {
  const noun = entity?.noun ?? ''
  if (operation.verb === 'update') return 'Save changes'
  if (takesRecord(operation) || noun === '') return words(operation.verb)
  return `${words(operation.verb)} ${noun}`
}
