/** What every field of a form needs to know of the form. */
import { createContext, useContext } from 'react'
import type { Placed } from './errors'
import { NOWHERE } from './errors'

export interface FormState extends Placed {
  /** Of amounts, by the name of the field, where it is known. */
  currencies: Record<string, string>
  /** What records are called that the values name by id. */
  names: ReadonlyMap<string, string>
  /** Begins every field's id, so that two forms on a page do not share any. */
  prefix: string
  /** A value is said to be something else (a candidate), at a pointer. */
  choose: (pointer: string, value: string, label: string) => void
  /** A file was chosen at a pointer: the form may fill in its name. */
  named: (pointer: string, name: string) => void
}

export const FormContext = createContext<FormState>({
  ...NOWHERE, currencies: {}, names: new Map(), prefix: 'form', choose: () => undefined, named: () => undefined,
})

export const useForm = () => useContext(FormContext)
