import { Alert, Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Outcome } from './approvals'

/** Decisions of which nothing came, and why. */
export function Outcomes({ outcomes, onClose }: { outcomes: Outcome[]; onClose: () => void }) {
  if (outcomes.length === 0) return null
  return (
    <Alert
      color="yellow"
      variant="light"
      title={`${outcomes.length} could not be decided`}
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
      role="alert"
    >
      {outcomes.map(({ id, problem }) => {
        const next = problem?.approval
        return (
          <Text key={id} size="sm">
            {problem?.detail}{' '}
            <Anchor inherit renderRoot={(props) => <Link to={`/approvals/${next?.id ?? id}`} search={next ? { changed: id } : {}} {...props} />}>
              {next ? 'Look at it as it is now' : 'Look at it'}
            </Anchor>
          </Text>
        )
      })}
    </Alert>
  )
}
