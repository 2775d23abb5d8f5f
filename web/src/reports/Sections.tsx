import { Text, Title } from '@mantine/core'
import { Fragment } from 'react'
import { isMoneyValue, valueAt } from '@/catalogue/schema'
import { label } from '@/catalogue/words'
import { Value } from '@/ui/Value'
import classes from './report.module.css'
import type { Section, Shape } from './shape'

/** An answer as its shape says: facts on top, then tables with their sums. */
export function Sections({ shape, answer }: { shape: Shape; answer: Record<string, unknown> }) {
  const facts = shape.facts.filter((fact) => valueAt(answer, fact.path) != null)
  const totals = shape.totals ? (answer[shape.totals] as Record<string, unknown> | undefined) : undefined
  return (
    <>
      {facts.length > 0 && (
        <dl className={classes.facts}>
          {facts.map((fact) => (
            <div key={fact.key}>
              <dt>{label(fact.key)}</dt>
              <dd><Value value={valueAt(answer, fact.path)} schema={fact.schema} name={fact.path.at(-1)} /></dd>
            </div>
          ))}
        </dl>
      )}
      {shape.sections.map((section) => (
        <SectionTable key={section.key} section={section} titled={shape.sections.length > 1} rows={(answer[section.key] as Record<string, unknown>[] | undefined) ?? []} totals={totals} />
      ))}
    </>
  )
}

function SectionTable({ section, titled, rows, totals }: { section: Section; titled: boolean; rows: Record<string, unknown>[]; totals?: Record<string, unknown> }) {
  const columns = section.columns.filter((column) => rows.some((row) => valueAt(row, column.path) != null && valueAt(row, column.path) !== ''))
  const summed = totals && columns.some((column) => totals[column.key] != null)
  return (
    <section aria-label={section.title}>
      {titled && <Title order={2} size="h5" mb="xs">{section.title}</Title>}
      {rows.length === 0 ? <Text size="sm" c="dimmed">Nothing to show.</Text> : (
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={`${section.title}: table`}>
          <table className={classes.table}>
            <thead>
              <tr>{columns.map((column) => <th key={column.key} scope="col" className={column.figure ? classes.figure : undefined} title={column.schema.description}>{column.label}</th>)}</tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <Fragment key={String(row.id ?? index)}>
                  <tr className={below(section, row).length > 0 ? classes.group : undefined}>
                    {columns.map((column) => <Td key={column.key} value={valueAt(row, column.path)} column={column} />)}
                  </tr>
                  {below(section, row).map((one) => (
                    <tr key={one.key} className={classes.below}>
                      <td colSpan={columns.length}><Lines section={one} rows={row[one.key] as Record<string, unknown>[]} /></td>
                    </tr>
                  ))}
                </Fragment>
              ))}
            </tbody>
            {summed && (
              <tfoot>
                <tr>
                  {columns.map((column, index) => (index === 0 ? <th key={column.key} scope="row">Total</th> : <Td key={column.key} value={totals[column.key]} column={column} empty />))}
                </tr>
              </tfoot>
            )}
          </table>
        </div>
      )}
    </section>
  )
}

/** What stands below a row, where there is any. */
const below = (section: Section, row: Record<string, unknown>) => section.below.filter(({ key }) => Array.isArray(row[key]) && row[key].length > 0)

/** Rows below a row: a plain table of their own columns. */
function Lines({ section, rows }: { section: Section; rows: Record<string, unknown>[] }) {
  const columns = section.columns.filter((column) => rows.some((row) => valueAt(row, column.path) != null && valueAt(row, column.path) !== ''))
  return (
    <table className={classes.lines}>
      <thead>
        <tr>{columns.map((column) => <th key={column.key} scope="col" className={column.figure ? classes.figure : undefined}>{column.label}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={String(row.id ?? index)}>{columns.map((column) => <Td key={column.key} value={valueAt(row, column.path)} column={column} />)}</tr>
        ))}
      </tbody>
    </table>
  )
}

function Td({ value, column, empty }: { value: unknown; column: Section['columns'][number]; empty?: boolean }) {
  const zero = isMoneyValue(value) && /^-?0+(\.0+)?$/.test(value.amount)
  return (
    <td className={column.figure ? `${classes.figure} ${zero ? classes.zero : ''}` : undefined}>
      {value == null && empty ? null : zero ? '–' : <Value value={value} schema={column.schema} name={column.path.at(-1)} />}
    </td>
  )
}
