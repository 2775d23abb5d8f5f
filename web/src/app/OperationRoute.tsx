import { useParams } from '@tanstack/react-router'
import { Suspense, lazy } from 'react'
import { isReport } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { Missing } from '@/shell/Missing'

const FormPage = lazy(() => import('@/forms/FormPage'))
const ReportPage = lazy(() => import('@/reports/ReportPage'))

/** An operation's own page: a report for a read, a form for all else. */
export default function OperationRoute() {
  const { domain, entity, verb, id } = useParams({ strict: false })
  const operation = useCatalogue().operation(`${domain}.${entity}.${verb}`)
  if (!operation) return <Missing />
  return (
    <Suspense>
      {isReport(operation) ? <ReportPage operation={operation} id={id} /> : <FormPage key={`${operation.name} ${id}`} operation={operation} id={id} />}
    </Suspense>
  )
}
