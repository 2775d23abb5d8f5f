import { Alert, Anchor, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { Problem } from '@/api/http'
import { useSession } from '@/api/session'
import { usePage } from '@/page/context'
import { Door } from './Door'

/** Signing in: organisation, address, password. What was typed last time (not the password) is kept. */
export default function SignIn() {
  usePage({ title: 'Sign in' })
  const { to } = useSearch({ strict: false })
  const navigate = useNavigate()
  const { signIn } = useSession()
  const [last, setLast] = useLocalStorage({ key: 'steward.signin', defaultValue: { organization: '', email: '' }, getInitialValueInEffect: false })
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ detail: string; fix?: string }>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    const who = { organization: said('organization'), email: said('email'), password: String(form.get('password') ?? '') }
    setBusy(true)
    setProblem(undefined)
    try {
      await signIn(who)
      setLast({ organization: who.organization, email: who.email })
      await navigate({ href: within(to) })
    } catch (error) {
      setProblem(error instanceof Problem ? error.body : { detail: (error as Error).message })
      setBusy(false)
    }
  }

  return (
    <Door>
      <Paper withBorder p="xl" w="100%" maw={400} component="form" onSubmit={(event: FormEvent<HTMLFormElement>) => void submit(event)}>
        <Stack gap="md">
          <Title order={1} size="h3">Sign in</Title>
          {problem && <Alert color="red" role="alert">{problem.detail} {problem.fix}</Alert>}
          <TextInput name="organization" label="Organisation" description="Its short code" defaultValue={last.organization} required autoComplete="organization" autoCapitalize="none" autoFocus={!last.organization} />
          <TextInput name="email" label="E-mail" type="email" defaultValue={last.email} required autoComplete="username" />
          <PasswordInput name="password" label="Password" required autoComplete="current-password" autoFocus={!!last.organization} />
          <Button type="submit" loading={busy}>Sign in</Button>
          <Text size="xs" c="dimmed">Forgotten it? An administrator of your organisation can give you a new link. What Steward is: <Anchor href="/docs" size="xs" underline="always">guides</Anchor>.</Text>
        </Stack>
      </Paper>
    </Door>
  )
}

/** Only an address of ours: never somebody else's site. */
export function within(to: string | undefined): string {
  if (!to?.startsWith('/') || to.startsWith('//') || to.includes('\\')) return '/'
  return new URL(to, 'http://steward.invalid').origin === 'http://steward.invalid' ? to : '/'
}
