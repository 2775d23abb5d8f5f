import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/app.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem, Unreachable, onSignedOut } from './api/http'
import { meQuery } from './api/session'
import { routerWith } from './app/router'
import { theme } from './app/theme'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      // a refusal stays one; a lost connection is tried again, ever more slowly
      retry: (count, error) => (error instanceof Unreachable ? count < 5 : !(error instanceof Problem) && count < 1),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
const router = routerWith(queries)

// pages need somebody: they are left before that is forgotten
onSignedOut(() => {
  if (!queries.getQueryData(meQuery.queryKey)) return
  const { href } = router.state.location
  void router.navigate({ to: '/signin', search: href === '/' ? {} : { to: href } }).then(() => {
    queries.clear()
    queries.setQueryData(meQuery.queryKey, null)
  })
})

// the server writes a fresh nonce into each page: style elements of ours carry it
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content
// the name by which a library below the dialogs looks for it
if (nonce) Object.assign(globalThis, { __webpack_nonce__: nonce })

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce ? () => nonce : undefined}>
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
