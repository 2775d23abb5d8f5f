import type { Operation } from '@/catalogue/catalogue'

export default function FormPage({ operation, id }: { operation: Operation; id?: string }) {
  return <>{operation.title} {id}</>
}
