import { Alert, Button, Card, Collapse, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '@/api/session'
import type { Answer, Approval } from '@/api/types'
import { usePage } from '@/page/context'
import { Missing } from '@/shell/Missing'
import { PageHead } from '@/ui/PageHead'
import { Status } from '@/ui/Status'
import { Trouble } from '@/ui/Trouble'
import { moment } from '@/ui/format'
import { Effects } from '@/work/Effects'
import { Afterwards } from './Afterwards'
import { approvalQuery, standingOf } from './approvals'
import { Arguments } from './Arguments'
import { Decide } from './Decide'
import { Talk } from './Talk'
import classes from './approvals.module.css'

/** Somebody asks for something: what it would do, and a yes or no to it. */
export default function ApprovalPage() {
  const { id = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery(approvalQuery(id))
  if (data) return <Opened key={id} approval={data} />
  if (data === null) return <Missing />
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  return <Stack aria-busy="true"><Skeleton h={34} maw={420} /><Skeleton h={180} /></Stack>
}

function Opened({ approval }: { approval: Approval }) {
  const me = useMe()
  const { changed } = useSearch({ strict: false })
  const [answer, setAnswer] = useState<Answer>()
  const standing = standingOf(approval, me.id, new Date())
  const asked = approval.maker === me.id ? 'You asked' : `${approval.maker_name} asked`
  usePage({
    title: `Approval: ${approval.title.slice(0, 80)}`,
    facts: { approval: approval.id, title: approval.title, status: standing, maker: approval.maker_name },
  })
  return (
    <div className={classes.page}>
      <PageHead
        title="Approval"
        trail={[['Approvals', '/approvals']]}
        mark={<Status value={approval.status === 'pending' && standing !== 'expired' ? 'waiting' : standing} />}
      />
      <div className={classes.columns}>
        <Stack gap="md" miw={0}>
          {changed && standing === 'decide' && (
            <Alert
              color="yellow"
              variant="light"
              icon={<IconAlertTriangle size={18} />}
              title="What it would do has changed"
              role="alert"
            >
              Something else happened since it was asked. Below is what it would do now; your yes or no is needed again.
            </Alert>
          )}
          <Card component="section" aria-label="What would happen">
            <Text size="sm" c="dimmed" mb="sm">{asked} on {moment(approval.created_at, me.organization.zone)}</Text>
            <Effects effects={approval.effects} />
          </Card>
          <Asked approval={approval} />
        </Stack>
        <Stack gap="md" className={classes.side}>
          {standing === 'decide' && !answer
            ? <Decide approval={approval} onDone={setAnswer} />
            : <Afterwards approval={approval} standing={standing} answer={answer} />}
          <Talk approval={approval} />
        </Stack>
      </div>
    </div>
  )
}

/** What was asked, call by call; a long plan shows its beginning. */
function Asked({ approval }: { approval: Approval }) {
  const [all, setAll] = useState(false)
  const [first, rest] = [approval.calls.slice(0, 3), approval.calls.slice(3)]
  const list = (calls: Approval['calls'], from: number) => calls.map((call, index) => (
    <Arguments key={from + index} call={{ name: call.name, arguments: call.arguments as Record<string, unknown> }} />
  ))
  return (
    <Card component="section" aria-label="What was asked">
      <Title
        order={2}
        size="h6"
        mb="sm"
      >
        {approval.calls.length > 1 ? `What was asked, in ${approval.calls.length} steps` : 'What was asked'}
      </Title>
      <Stack gap="md">
        {list(first, 0)}
        {rest.length > 0 && <Collapse expanded={all} keepMounted={false}><Stack gap="md">{list(rest, 3)}</Stack></Collapse>}
      </Stack>
      {rest.length > 0 && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          onClick={() => setAll(!all)}
          aria-expanded={all}
        >
          {all ? 'Show fewer' : `Show ${rest.length} more`}
        </Button>
      )}
    </Card>
  )
}
