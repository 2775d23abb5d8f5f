import { notifications } from '@mantine/notifications'
import type { AnyRouter } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Catalogue } from '@/catalogue/catalogue'
import { useCatalogue } from '@/catalogue/use'
import { currentPage } from '@/page/context'
import { setDock } from '@/shell/dock'
import type { Level, Surroundings } from './types'

const COLOURS: Record<Level, string> = { info: 'blue', success: 'green', warning: 'yellow', error: 'red' }

/** What actions of the agent and of the palette act with. */
export function surroundings(router: AnyRouter, catalogue: Catalogue): Surroundings {
  return {
    catalogue,
    page: currentPage,
    notify: (text, level) => void notifications.show({ message: text, color: COLOURS[level], autoClose: 8000 }),
    go: async (path, search) => void (await router.navigate({ to: path, search: search ?? {} })),
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
