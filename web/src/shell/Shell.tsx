import { ActionIcon, AppShell, Badge, Burger, Button, Group, Menu, Text, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconCloudOff, IconLogout, IconMessageCircle, IconMoon, IconSearch, IconSettings, IconSun, IconSunMoon } from '@tabler/icons-react'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { Suspense, lazy, useEffect } from 'react'
import { useMe, useSession } from '@/api/session'
import { AgentLayer } from '@/agent/AgentLayer'
import { useDock } from './dock'
import { Navigation } from './Navigation'
import { Palette, openPalette } from './Palette'
import { useLive } from './live'

const ChatDock = lazy(() => import('@/chat/ChatDock').then(({ ChatDock }) => ({ default: ChatDock })))

/** The frame around every page: where one can go, who is at work, what waits, and the conversation beside it. */
export function Shell() {
  const [menu, { toggle, close }] = useDisclosure(false)
  const [talking, setTalking] = useDock()
  const { live, waiting } = useLive()
  const location = useLocation()
  const full = location.pathname.startsWith('/chat')
  const small = useMediaQuery('(max-width: 48em)')
  useEffect(close, [location.pathname, close])
  useHotkeys([['mod+J', () => setTalking(!talking)]], [])
  const docked = talking && !full
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !menu } }}
      aside={{ width: { base: '100%', sm: 380, lg: 420 }, breakpoint: 'sm', collapsed: { desktop: !docked, mobile: !docked } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip" href="#main">Skip to the page</a>
      <AppShell.Header>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap" miw={0}>
            <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Organization />
            {live === 'lost' && (
              <Tooltip label="No connection: what you see may be old. It is tried again.">
                <Badge color="yellow" variant="light" leftSection={<IconCloudOff size={12} />} role="status">Offline</Badge>
              </Tooltip>
            )}
          </Group>
          <Group gap={6} wrap="nowrap">
            <FindButton small={small ?? false} />
            <AskButton small={small ?? false} pressed={docked} onClick={() => setTalking(!talking)} />
            <Person />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs"><Navigation waiting={waiting} /></AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div className="page"><Suspense><Outlet /></Suspense></div>
      </AppShell.Main>
      {docked && (
        <AppShell.Aside aria-label="Conversation with Steward">
          <Suspense><ChatDock onClose={() => setTalking(false)} /></Suspense>
        </AppShell.Aside>
      )}
      <Palette />
      <AgentLayer />
    </AppShell>
  )
}

function Organization() {
  const { organization } = useMe()
  return (
    <UnstyledButton renderRoot={(props) => <Link to="/" {...props} />} aria-label={`Steward, ${organization.name}`}>
      <Group gap={8} wrap="nowrap">
        <img src="/favicon.svg" width={24} height={24} alt="" />
        <Text fw={600} size="sm" truncate maw={{ base: 110, xs: 200, md: 320 }}>{organization.name}</Text>
      </Group>
    </UnstyledButton>
  )
}

function FindButton({ small }: { small: boolean }) {
  if (small) {
    return <ActionIcon variant="default" size={30} onClick={openPalette} aria-label="Find or do something"><IconSearch size={16} /></ActionIcon>
  }
  const key = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'
  return (
    <Button variant="default" size="xs" fw={450} leftSection={<IconSearch size={15} />} rightSection={<Text span size="xs" c="dimmed">{key}</Text>} onClick={openPalette}>
      Find or do…
    </Button>
  )
}

function AskButton({ small, ...button }: { small: boolean; pressed: boolean; onClick: () => void }) {
  const common = { variant: button.pressed ? 'light' : 'default', onClick: button.onClick, 'aria-pressed': button.pressed, 'aria-label': 'Ask Steward' }
  if (small) return <ActionIcon {...common} size={30}><IconMessageCircle size={16} /></ActionIcon>
  return <Button {...common} size="xs" leftSection={<IconMessageCircle size={16} />}>Ask</Button>
}

function Person() {
  const me = useMe()
  const { signOut } = useSession()
  const navigate = useNavigate()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const initials = me.name.split(/\s+/).map((part) => part[0]).slice(0, 2).join('')
  const schemes = [['light', 'Light', IconSun], ['dark', 'Dark', IconMoon], ['auto', 'As the system', IconSunMoon]] as const
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="light" radius="xl" size="lg" aria-label={`${initials}: ${me.name}, account`}><Text size="xs" fw={650}>{initials}</Text></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name}<br />{me.email}<br />{me.roles.join(', ')}</Menu.Label>
        <Menu.Divider />
        {schemes.map(([scheme, label, Icon]) => (
          <Menu.Item key={scheme} leftSection={<Icon size={15} />} fw={colorScheme === scheme ? 600 : undefined} onClick={() => setColorScheme(scheme)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconSettings size={15} />} renderRoot={(props) => <Link to="/settings" {...props} />}>Settings</Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut(() => navigate({ to: '/signin', search: {} }))}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
