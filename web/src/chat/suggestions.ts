/** What one may ask, from what the person may do and the page that is open. */
import type { Catalogue, Operation } from '@/catalogue/catalogue'
import { isReport, takesRecord } from '@/catalogue/catalogue'
import type { PageContext } from '@/page/context'
import { short } from './steps'

const MOST = 5

export function suggestions(catalogue: Catalogue, page: PageContext): string[] {
  const said: string[] = []
  const add = (text: string) => said.includes(text) || said.push(text)
  const { record } = page
  const entity = catalogue.entity(record?.type ?? page.operation?.split('.').slice(0, 2).join('.') ?? '')
  // before a record is read, all that is known of it is its id
  if (record && entity && record.label !== record.id) {
    const name = record.label.split(' · ')[0] ?? record.label
    add(`Show ${name}`)
    for (const action of catalogue.actions(entity).filter(({ effect }) => effect === 'final').slice(0, 2)) {
      add(`${action.verb.charAt(0).toUpperCase()}${action.verb.slice(1).replace(/_/g, ' ')} ${name}`)
    }
  } else if (entity?.list) add(asked(entity.list))
  const open = (operation: Operation) => (operation.input.required?.length ?? 0) === 0
  const near = (operation: Operation) => Number(operation.entity === entity?.name) * 2 + Number(operation.domain === entity?.domain)
  const reports = catalogue.operations.filter((operation) => isReport(operation) && !takesRecord(operation) && open(operation))
  const lists = catalogue.operations.filter((operation) => operation.verb === 'list' && open(operation))
  for (const operation of [...reports].sort((a, b) => near(b) - near(a)).slice(0, 2)) add(asked(operation))
  for (const operation of [...lists].sort((a, b) => near(b) - near(a))) {
    if (said.length >= MOST) break
    add(asked(operation))
  }
  return said.slice(0, MOST)
}

/** A title as somebody would ask it. */
function asked(operation: Operation): string {
  const title = short(operation.title)
  return /^(who|what|how|which|when|where|why)\b/i.test(title) ? `${title}?` : title
}
