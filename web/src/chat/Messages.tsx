import { Alert, Button, Group, Text, VisuallyHidden } from '@mantine/core'
import { Problem } from '@/api/http'
import { useCatalogue } from '@/catalogue/use'
import { Trouble } from '@/ui/Trouble'
import { CallStep } from './CallStep'
import classes from './Chat.module.css'
import type { Snapshot } from './world'
import type { CallItem, Item } from './items'
import { Markdown } from './Markdown'
import { ProposalCard } from './ProposalCard'
import { problemIn, withoutChoices } from './steps'
import { tabular, withoutTables } from './table'

interface Props {
  now: Snapshot
  say: (text: string) => void
  retry: () => void
  decide: (approval: string, decision: 'approve' | 'reject') => void
  change: () => void
}

/** What was said and done, in order. */
export function Messages({ now, say, retry, decide, change }: Props) {
  const busy = now.status !== 'idle'
  return now.items.map((item, index) => {
    const last = index === now.items.length - 1
    switch (item.kind) {
      case 'user':
        return <div key={item.id} className={classes.user}><VisuallyHidden>You said: </VisuallyHidden>{item.text}</div>
      case 'text':
        return <Answer key={item.id} text={item.text} streaming={item.streaming ?? false} before={callsBefore(now.items, index)} after={now.items[index + 1]} active={last && !busy} say={say} />
      case 'call':
        return <CallStep key={item.id} call={item} />
      case 'proposal':
        return (
          <ProposalCard
            key={item.id}
            approval={item.approval}
            threadId={now.threadId}
            busy={busy}
            decide={(decision) => decide(item.id, decision)}
            change={change}
          />
        )
      case 'note':
        return item.tone === 'warning' ? (
          <Alert key={item.id} color="yellow" variant="light" py="xs" role="status">
            <Group justify="space-between" gap="xs">
              <Text size="sm">{item.text}</Text>
              {last && now.unsent !== null && <Button size="compact-sm" variant="default" onClick={retry}>Send again</Button>}
            </Group>
          </Alert>
        ) : (
          <Text key={item.id} size="xs" c="dimmed">{item.text}</Text>
        )
      case 'error':
        return <Trouble key={item.id} error={item.error} retry={last && now.unsent !== null && mayHelp(item.error) ? retry : undefined} />
    }
  })
}

const mayHelp = (error: unknown) => !(error instanceof Problem) || error.body.retryable

/** The calls of the same answer: a text after them may repeat what they found. */
function callsBefore(items: readonly Item[], index: number): CallItem[] {
  const calls: CallItem[] = []
  for (let at = index - 1; at >= 0; at--) {
    const item = items[at]
    if (item?.kind === 'user') break
    if (item?.kind === 'call') calls.push(item)
  }
  return calls
}

interface AnswerProps {
  text: string
  streaming: boolean
  before: CallItem[]
  after?: Item
  /** Its choices can be clicked: nothing was said since. */
  active: boolean
  say: (text: string) => void
}

function Answer({ text, streaming, before, after, active, say }: AnswerProps) {
  const catalogue = useCatalogue()
  const shown = before.filter((call) => {
    const operation = catalogue.operation(call.tool)
    return operation && tabular(operation, call.result)
  })
  const candidates = problemIn(before[0]?.result)?.candidates ?? []
  const labels = candidates.map(({ label }) => label)
  const tabled = shown.length > 0 ? withoutTables(text, shown.map(({ result }) => result), streaming) : text
  const chosen = active ? withoutChoices(tabled, labels) : tabled
  // the card below says it
  const said = after?.kind === 'proposal' ? chosen.replace(after.approval.title, '').trim() : chosen
  if (said === '' && !streaming) return null
  return (
    <div className={classes.said}>
      <VisuallyHidden>Steward said: </VisuallyHidden>
      <Markdown text={said} />
      {active && labels.length > 0 && (
        <Group gap="xs" mt="xs" role="group" aria-label="Choices">
          {candidates.map(({ id, label }) => (
            <Button key={id} size="xs" variant="default" fw={500} onClick={() => say(label)}>{label}</Button>
          ))}
        </Group>
      )}
    </div>
  )
}
