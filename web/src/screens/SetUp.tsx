import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { Problem } from '@/api/http'
import { useSession } from '@/api/session'
import { usePage } from '@/page/context'
import { Door } from './Door'

/** What a one-time link opens: the first password, or a new one. The token stands behind `#`, so no server log has it. */
export default function SetUp() {
  usePage({ title: 'Set your password' })
  const navigate = useNavigate()
  const { redeem } = useSession()
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | undefined>(token ? undefined : 'This link is not whole: open it as it was given to you.')

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const password = String(form.get('password') ?? '')
    if (password !== form.get('again')) return setProblem('The two passwords are not the same.')
    setBusy(true)
    try {
      await redeem(token, password)
      await navigate({ to: '/', search: {}, replace: true })
    } catch (error) {
      setProblem(error instanceof Problem ? `${error.body.detail} ${error.body.fix}` : (error as Error).message)
      setBusy(false)
    }
  }

  return (
    <Door>
      <Paper withBorder p="xl" w="100%" maw={400} component="form" onSubmit={(event: FormEvent<HTMLFormElement>) => void submit(event)}>
        <Stack gap="md">
          <Title order={1} size="h3">Set your password</Title>
          {problem && <Alert color="red" role="alert">{problem}</Alert>}
          <PasswordInput name="password" label="New password" required autoComplete="new-password" autoFocus />
          <PasswordInput name="again" label="The same again" required autoComplete="new-password" />
          <Button type="submit" loading={busy} disabled={!token}>Set it and sign in</Button>
          <Text size="xs" c="dimmed">Every session that you had ends.</Text>
        </Stack>
      </Paper>
    </Door>
  )
}
