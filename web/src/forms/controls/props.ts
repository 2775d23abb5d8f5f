import type { Schema } from '@/catalogue/schema'

/** What every control gets: one value, its schema, and what stands around it. */
export interface ControlProps {
  id: string
  name: string
  /** JSON pointer of the value. */
  pointer: string
  schema: Schema
  value: unknown
  /** Undefined where nothing is said. */
  onChange: (value: unknown) => void
  label: string
  required: boolean
  error?: React.ReactNode
  /** In a table: the label is read, not seen. */
  bare?: boolean
  autoFocus?: boolean
}
