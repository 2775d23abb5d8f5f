import { useQuery } from '@tanstack/react-query'
import type { Money, Page } from '@/api/types'
import { entityPath, recordPath, searchOf } from '@/catalogue/paths'
import { readQuery } from '@/catalogue/use'
import { day, money } from '@/ui/format'
import { Trouble } from '@/ui/Trouble'
import { Line, Lines, Loading, Nothing, Part } from './Part'

interface Invoice {
  id: string
  number?: string | null
  customer: { name: string }
  due_date: string
  totals: { gross: Money; open: Money }
}

const ENTITY = 'accounting.invoices'

/** Invoices past their due date, oldest first. */
export function Overdue({ outsider }: { outsider: boolean }) {
  const filter = outsider ? { sort: 'due_date', status: 'posted' } : { overdue: true, sort: 'due_date' }
  return <Invoices title={outsider ? 'Your open invoices' : 'Overdue invoices'} filter={filter} figure={(invoice) => invoice.totals.open} none="Nothing is overdue." />
}

/** Drafts that nobody has posted. */
export function Drafts() {
  return <Invoices title="Drafts to finish" filter={{ status: 'draft' }} figure={(invoice) => invoice.totals.gross} none="No draft is left." />
}

interface Props {
  title: string
  filter: Record<string, unknown>
  figure: (invoice: Invoice) => Money
  none: string
}

function Invoices({ title, filter, figure, none }: Props) {
  const list = { name: `${ENTITY}.list`, entity: ENTITY }
  const { data, error, refetch } = useQuery(readQuery<Page<Invoice>>(list, { ...filter, limit: 6, total: true }))
  const count = data?.total ?? data?.total_at_least ?? undefined
  return (
    <Part title={count ? `${title} (${count})` : title} to={entityPath(ENTITY)} search={searchOf(filter)}>
      {error ? <Trouble error={error} retry={() => void refetch()} /> : !data ? <Loading /> : data.items.length === 0 ? <Nothing>{none}</Nothing> : (
        <Lines>
          {data.items.map((invoice) => (
            <Line
              key={invoice.id}
              to={recordPath(ENTITY, invoice.id)}
              title={invoice.customer.name}
              note={`${invoice.number ?? 'Draft'} · due ${day(invoice.due_date)}`}
              figure={money(figure(invoice))}
            />
          ))}
        </Lines>
      )}
    </Part>
  )
}
