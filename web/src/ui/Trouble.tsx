import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react'
import { Problem, Unreachable } from '@/api/http'

/** A refusal or a lost connection: what is wrong, the way out, and another try where that may help. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof Problem ? error : undefined
  const lost = error instanceof Unreachable
  const again = retry && (lost || !problem || problem.body.retryable)
  return (
    <Alert
      color={lost ? 'yellow' : 'red'}
      variant="light"
      icon={lost ? <IconPlugConnectedX size={18} /> : <IconAlertTriangle size={18} />}
      title={problem?.body.title ?? (lost ? 'No connection' : 'Something went wrong')}
      role="alert"
    >
      <Text size="sm">{problem?.body.detail ?? (error instanceof Error ? error.message : String(error))}</Text>
      {problem?.body.fix && <Text size="sm" c="dimmed" mt={4}>{problem.body.fix}</Text>}
      {again && (
        <Group mt="sm">
          <Button size="compact-sm" variant="default" onClick={retry}>Try again</Button>
        </Group>
      )}
    </Alert>
  )
}
