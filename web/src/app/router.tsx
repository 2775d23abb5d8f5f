import { Outlet, createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { meQuery } from '@/api/session'
import { Trouble } from '@/ui/Trouble'
import { catalogueQuery } from '@/catalogue/use'
import { Shell } from '@/shell/Shell'
import { Missing } from '@/shell/Missing'

/** Search parameters are texts; whoever reads one knows what it is. */
export type Search = Record<string, string>

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  validateSearch: (search): Search => search as Search,
  notFoundComponent: Missing,
  errorComponent: ({ error, reset }) => <Trouble error={error} retry={reset} />,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  component: lazyRouteComponent(() => import('@/screens/SignIn')),
})
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('@/screens/SetUp')),
})

/** All that needs somebody at work. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery)
    if (!me) throw redirect({ to: '/signin', search: location.href === '/' ? {} : { to: location.href } })
  },
  loader: ({ context }) => context.queries.ensureQueryData(catalogueQuery),
})

const page = <P extends string>(path: P, load: () => Promise<{ default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load) })

const home = page('/', () => import('@/screens/Home'))
const approvals = page('/approvals', () => import('@/approvals/InboxPage'))
const approval = page('/approvals/$id', () => import('@/approvals/ApprovalPage'))
const chat = page('/chat', () => import('@/chat/ChatPage'))
const conversation = page('/chat/$id', () => import('@/chat/ChatPage'))
const settings = page('/settings', () => import('@/screens/Settings'))
const entity = page('/$domain/$entity', () => import('@/lists/ListPage'))
const start = page('/$domain/$entity/-/$verb', () => import('@/app/OperationRoute'))
const record = page('/$domain/$entity/$id', () => import('@/records/RecordPage'))
const action = page('/$domain/$entity/$id/$verb', () => import('@/app/OperationRoute'))

const tree = root.addChildren([
  signIn,
  setUp,
  inside.addChildren([home, approvals, approval, chat, conversation, settings, entity, start, record, action]),
])

export function routerWith(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Search).toString()
      return text === '' ? '' : `?${text}`
    },
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof routerWith>
  }
}
