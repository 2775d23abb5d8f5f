/** The state of a form: values, preview, commit, and the ways in which they fail. */
import { useId } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { read } from '@/api/calls'
import { Problem } from '@/api/http'
import type { Call, Done, NeedsApproval } from '@/api/types'
import type { Operation } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { useCommit, usePreview } from '@/work/submit'
import type { FormState } from './context'
import { draftOf, keepDraft } from './drafts'
import type { Placed } from './errors'
import { NOWHERE, place } from './errors'
import { isSecret, without } from './plain'
import type { Conflict, Values } from './values'
import { changes, currenciesIn, filled, merge, namesIn, same, startFrom } from './values'
import { check } from './validator'

export interface FormOptions {
  operation: Operation
  id?: string
  /** The record as it is, where the operation changes it. */
  row?: Values
  /** What is filled in beforehand. */
  initial?: Values
  /** Further calls in one with this: their arguments name its result. */
  then?: (args: Values) => Call[]
  /** Keeps what is typed over a reload. */
  keeps: boolean
  onDone: (answer: Done | NeedsApproval) => void
}

export interface Merging {
  conflicts: Conflict[]
  taken: string[]
  values: Values
  row: Values
}

/** Puts the value at a pointer, leaving all else as it is. */
export function put(values: unknown, [part, ...rest]: string[], value: unknown): unknown {
  if (part === undefined) return value
  if (Array.isArray(values)) return values.map((one, index) => (String(index) === part ? put(one, rest, value) : one))
  return { ...(values as Values | undefined), [part]: put((values as Values | undefined)?.[part], rest, value) }
}

export function useOperationForm({ operation, id, row, initial, keeps, then, onDone }: FormOptions) {
  const catalogue = useCatalogue()
  const queries = useQueryClient()
  const prefix = useId()
  const schema = useMemo(() => without(operation.input, id === undefined ? ['version'] : ['id', 'version']), [operation, id])
  const [current, setCurrent] = useState(row)
  const base = useMemo(() => (current ? startFrom(schema, current) : {}), [schema, current])
  const [draft] = useState(() => (keeps && !initial ? draftOf(operation.name, id) : undefined))
  const [restored, setRestored] = useState(draft !== undefined && draft.version === row?.version)
  const begin = useMemo<Values>(() => ({ ...base, ...initial }), [base, initial])
  const [values, setValues] = useState<Values>(restored ? draft!.values : begin)
  const [placed, setPlaced] = useState<Placed>(NOWHERE)
  const [merging, setMerging] = useState<Merging>()
  const [names, setNames] = useState(() => new Map((row ? namesIn(schema, row) : []).map(([, key, label]) => [key, label])))

  const args = useMemo<Values>(() => {
    const said = current ? { ...(current.version !== undefined && { version: current.version }), ...changes(schema, base, values) } : filled(values)
    return id === undefined ? said : { id, ...said }
  }, [schema, base, values, current, id])
  const unchanged = current !== undefined && Object.keys(args).every((name) => name === 'id' || name === 'version')
  const calls = useMemo<Call[]>(() => {
    const further = then?.(args) ?? []
    return unchanged && further.length > 0 ? further : [{ name: operation.name, arguments: args }, ...further]
  }, [operation, args, then, unchanged])
  /** An update that says nothing. */
  const idle = unchanged && calls[0]?.name === operation.name
  const signature = JSON.stringify(calls)
  const dirty = !same(values, begin) || (restored && !same(values, base))

  // what was previewed is what is committed: the very same calls
  const [previewed, setPreviewed] = useState<{ calls: Call[]; signature: string }>()
  const preview = usePreview()
  const finish = useRef(onDone)
  useEffect(() => {
    finish.current = onDone
  })
  const commit = useCommit((answer) => {
    keepDraft(operation.name, id, undefined)
    finish.current(answer)
  })
  const fresh = previewed?.signature === signature && preview.isSuccess

  useEffect(() => {
    if (!keeps || commit.isSuccess) return
    const secret = Object.entries(schema.properties ?? {}).filter(([, one]) => isSecret(one)).map(([name]) => name)
    const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !secret.includes(name)))
    const timer = setTimeout(() => keepDraft(operation.name, id, dirty ? { values: kept, version: current?.version } : undefined), 300)
    return () => clearTimeout(timer)
  }, [keeps, values, dirty, operation, id, schema, current, commit.isSuccess])

  const refused = useCallback(async (error: unknown) => {
    if (!(error instanceof Problem)) return
    if (error.status === 412 && current && id !== undefined) {
      const get = catalogue.entity(operation.entity)?.get
      if (!get) return
      const theirs = await queries.fetchQuery({ queryKey: ['read', operation.entity, get.name, { id }], queryFn: () => read<Values>(get.name, { id }), staleTime: 0 })
      setMerging({ ...merge(Object.keys(schema.properties ?? {}), base, values, startFrom(schema, theirs)), row: theirs })
    } else setPlaced(place(error, schema))
  }, [catalogue, queries, operation, id, current, base, values, schema])

  /** Shows what would happen; nothing is changed. */
  const look = (): boolean => {
    const errors = check(current ? { ...schema, required: [] } : schema, Object.fromEntries(Object.entries(args).filter(([name]) => schema.properties?.[name])))
    setPlaced({ ...NOWHERE, errors })
    if (Object.keys(errors).length > 0) {
      preview.reset()
      setPreviewed(undefined)
      return false
    }
    commit.reset()
    setPreviewed({ calls, signature })
    preview.mutate(calls, { onError: (error) => void refused(error) })
    return true
  }
  /** Does what was previewed, and only that. The same calls again have the same key. */
  const act = () => {
    if (previewed && fresh) commit.mutate(previewed.calls, { onError: (error) => void refused(error) })
  }
  const change = useCallback((next: Values) => {
    setValues((before) => {
      // an error stands at a value until that value is another
      setPlaced((now) => {
        const still = (pointer: string) => {
          const [name = ''] = pointer.split('/').slice(1)
          return before[name] === next[name]
        }
        const keep = <T,>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).filter(([pointer]) => still(pointer)))
        return { ...now, errors: keep(now.errors), candidates: keep(now.candidates) }
      })
      return next
    })
  }, [])
  /** Goes on from their version, with these values. */
  const settle = (next: Values) => {
    if (!merging) return
    setCurrent(merging.row)
    setValues(next)
    setMerging(undefined)
    setPreviewed(undefined)
    preview.reset()
    commit.reset()
  }
  const restart = () => {
    keepDraft(operation.name, id, undefined)
    setRestored(false)
    setValues(begin)
    setPlaced(NOWHERE)
  }

  const state: FormState = useMemo(() => ({
    ...placed,
    currencies: currenciesIn(current),
    names,
    prefix,
    choose: (pointer, value, label) => {
      setNames((before) => new Map(before).set(value, label))
      setPlaced(NOWHERE)
      setValues((before) => put(before, pointer.split('/').slice(1), value) as Values)
    },
    named: (pointer, name) => {
      if (pointer.split('/').length === 2 && schema.properties?.name) setValues((before) => (before.name ? before : { ...before, name }))
    },
  }), [placed, current, names, prefix, schema])

  return { schema, values, base, change, args, calls, state, placed, preview, commit, previewed, fresh, dirty, idle, restored, restart, look, act, merging, settle }
}

export type OperationFormState = ReturnType<typeof useOperationForm>
