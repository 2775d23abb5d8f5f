import type { Operation } from '@/catalogue/catalogue'

export default function ReportPage({ operation, id }: { operation: Operation; id?: string }) {
  return <>{operation.title} {id}</>
}
