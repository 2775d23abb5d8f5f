import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { entityPath, recordPath } from '@/catalogue/paths'
import classes from '@/reports/report.module.css'
import { share } from '@/ui/exact'
import { day, money } from '@/ui/format'
import type { Money } from '@/api/types'
import { Ages } from './Ages'
import type { Aged, Bucket } from './ages'
import { BUCKETS, BUCKET_COLOURS, BUCKET_NAMES, dueBetween } from './ages'

const PARTY = 'directory.parties'
const INVOICES = 'accounting.invoices'
const STATEMENT = '/accounting/reports/-/customer_statement'

/** Who owes what, and for how long: each figure leads to the invoices that it is made of. */
export default function AgedReceivables({ answer }: { answer: Aged }) {
  const { totals, rows, as_of } = answer
  return (
    <>
      <Ages totals={totals} />
      <div className={classes.scroll} tabIndex={0} role="region" aria-label="Customers by age: table">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              {BUCKETS.map((bucket) => <th key={bucket} scope="col" className={classes.figure}>{BUCKET_NAMES[bucket]}</th>)}
              <th scope="col" className={classes.figure}>Unallocated</th>
              <th scope="col" className={classes.figure}>Total</th>
              <th scope="col" className={classes.figure}>Oldest</th>
              <th scope="col"><span style={{ position: 'absolute', left: '-99rem' }}>Statement</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.customer.id}>
                <td style={{ minWidth: 150 }}><Anchor inherit renderRoot={(props) => <Link to={recordPath(PARTY, row.customer.id)} {...props} />}>{row.customer.name}</Anchor></td>
                {BUCKETS.map((bucket) => (
                  <td key={bucket} className={classes.figure} style={{ background: heat(bucket, row[bucket], row.total) }}>
                    <Figure value={row[bucket]} to={entityPath(INVOICES)} search={{ customer: row.customer.id, sort: 'due_date', ...dueBetween(bucket, as_of) }} name={`${row.customer.name}, ${BUCKET_NAMES[bucket]}`} />
                  </td>
                ))}
                <td className={classes.figure}><Figure value={row.unallocated} /></td>
                <td className={classes.figure}>{money(row.total)}</td>
                <td className={classes.figure}>{row.oldest_due_date ? day(row.oldest_due_date) : ''}</td>
                <td><Anchor inherit aria-label={`Statement of ${row.customer.name}`} renderRoot={(props) => <Link to={STATEMENT} search={{ customer: row.customer.id }} {...props} />}>Statement</Anchor></td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Total</th>
              {BUCKETS.map((bucket) => <td key={bucket} className={classes.figure}>{money(totals[bucket])}</td>)}
              <td className={classes.figure}>{money(totals.unallocated)}</td>
              <td className={classes.figure}>{money(totals.total)}</td>
              <td /><td />
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  )
}

function Figure({ value, to, search, name }: { value: Money; to?: string; search?: Record<string, string>; name?: string }) {
  if (/^-?0+(\.0+)?$/.test(value.amount)) return <span className={classes.zero}>–</span>
  if (!to) return <>{money(value)}</>
  return <Anchor inherit c="inherit" aria-label={`${money(value)}: ${name}`} renderRoot={(props) => <Link to={to} search={search ?? {}} {...props} />}>{money(value)}</Anchor>
}

/** Late money is tinted by how much of the customer's debt it is. */
function heat(bucket: Bucket, value: Money, total: Money): string | undefined {
  if (bucket === 'not_due') return undefined
  const part = Math.min(1, share(value.amount, total.amount))
  return part === 0 ? undefined : `color-mix(in srgb, ${BUCKET_COLOURS[bucket]} ${Math.round(6 + part * 16)}%, transparent)`
}
