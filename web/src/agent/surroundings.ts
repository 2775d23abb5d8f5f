import { notifications } from '@mantine/notifications'
import type { AnyRouter } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Catalogue } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { currentPage, onPage } from '@/page/context'
import { setDock } from '@/shell/dock'
import type { Level, Surroundings } from './types'

const COLOURS: Record<Level, string> = { info: 'blue', success: 'green', warning: 'yellow', error: 'red' }

/** Ends once the page at this address says what it shows; not much later where it never does. */
function arrival(path: string): Promise<void> {
  return new Promise((there) => {
    const end = () => {
      off()
      there()
    }
    const off = onPage(() => location.pathname === path && end())
    setTimeout(end, 1000)
  })
}

/** What actions of the agent and of the palette act with. */
export function surroundings(router: AnyRouter, catalogue: Catalogue): Surroundings {
  return {
    catalogue,
    page: currentPage,
    notify: (text, level) => void notifications.show({ message: text, color: COLOURS[level], autoClose: 8000, closeButtonProps: { 'aria-label': 'Close' } }),
    async go(path, search) {
      const there = arrival(path)
      await router.navigate({ to: path, search: search ?? {} })
      await there
    },
  }
}

export function useSurroundings(router: AnyRouter): Surroundings {
  const catalogue = useCatalogue()
  return useMemo(() => surroundings(router, catalogue), [router, catalogue])
}

/** The agent's: the conversation stays in sight when its own page is left, where there is room for both. */
export function beside(cx: Surroundings): Surroundings {
  return {
    ...cx,
    async go(path, search) {
      const leaves = location.pathname.startsWith('/chat') && !path.startsWith('/chat')
      if (leaves && window.matchMedia('(min-width: 48em)').matches) setDock(true)
      await cx.go(path, search)
    },
  }
}
