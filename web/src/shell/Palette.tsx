import { useHotkeys } from '@mantine/hooks'
import { Suspense, lazy, useEffect, useState } from 'react'
import { useMe } from '@/api/session'
import { onPage } from '@/page/context'
import { rememberRecord } from './recent'

const PaletteDialog = lazy(() => import('./PaletteDialog'))

const listeners = new Set<() => void>()

/** Opens the palette: find a record, do something, go somewhere, or ask. */
export function openPalette(): void {
  listeners.forEach((listener) => listener())
}

/** Mounted once; the dialog itself is loaded when it is wanted first. */
export function Palette() {
  const me = useMe()
  const [state, setState] = useState<'never' | 'open' | 'closed'>('never')
  useHotkeys([['mod+K', () => setState((now) => (now === 'open' ? 'closed' : 'open'))]], [])
  useEffect(() => {
    const open = () => setState('open')
    listeners.add(open)
    return () => void listeners.delete(open)
  }, [])
  useEffect(() => onPage(({ record }) => record && rememberRecord(me.id, record)), [me.id])
  if (state === 'never') return null
  return <Suspense><PaletteDialog opened={state === 'open'} onClose={() => setState('closed')} /></Suspense>
}
