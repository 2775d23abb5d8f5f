import type { OperationFormProps } from '@/forms/OperationForm'
import { OperationForm } from '@/forms/OperationForm'
export default function InvoiceEditor(props: OperationFormProps) { return <OperationForm {...props} /> }
