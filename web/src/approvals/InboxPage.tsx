import { Anchor, Button, Card, Checkbox, Group, Skeleton, Stack, Tabs, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '@/api/session'
import type { Approval } from '@/api/types'
import { usePage } from '@/page/context'
import { PageHead } from '@/ui/PageHead'
import { Status } from '@/ui/Status'
import { Trouble } from '@/ui/Trouble'
import { moment } from '@/ui/format'
import { told } from '@/work/tell'
import type { Outcome, Tab, Verdict } from './approvals'
import { deciders, fromNow, inboxQuery, standingOf, useDecideAll } from './approvals'
import { Outcomes } from './Outcomes'
import classes from './approvals.module.css'

const TABS: Record<Tab, { name: string; none: string }> = {
  decide: { name: 'For me to decide', none: 'Nothing waits for you. What others ask of you, and what Steward prepares for you, is listed here.' },
  asked: { name: 'I asked', none: 'None of your requests is open. What needs somebody else’s yes is listed here until they say so.' },
  decided: { name: 'Decided', none: 'Nothing was decided yet.' },
}

/** What waits for a yes or no. */
export default function InboxPage() {
  const said = useSearch({ strict: false }).tab
  const tab: Tab = said === 'asked' || said === 'decided' ? said : 'decide'
  const navigate = useNavigate()
  usePage({ title: 'Approvals', facts: { tab: TABS[tab].name } })
  return (
    <>
      <PageHead title="Approvals" />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ to: '/approvals', search: (value && value !== 'decide' ? { tab: value } : {}) as Record<string, string>, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {Object.entries(TABS).map(([value, { name }]) => <Tabs.Tab key={value} value={value}>{name}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab}><Inbox key={tab} tab={tab} /></Tabs.Panel>
      </Tabs>
    </>
  )
}

function Inbox({ tab }: { tab: Tab }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(inboxQuery(tab))
  const [chosen, setChosen] = useState<string[]>([])
  const [refused, setRefused] = useState<Outcome[]>([])
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  if (!data || isPlaceholderData) {
    return (
      <Stack gap="xs" aria-busy="true">{[1, 2, 3].map((line) => <Skeleton key={line} h={54} />)}</Stack>
    )
  }
  const there = chosen.filter((id) => data.some((approval) => approval.id === id))
  const choose = (id: string, on: boolean) => setChosen(on ? [...there, id] : there.filter((one) => one !== id))
  return (
    <Stack gap="sm">
      <Outcomes outcomes={refused} onClose={() => setRefused([])} />
      {data.length === 0 ? <Text c="dimmed" size="sm" py="lg">{TABS[tab].none}</Text> : (
        <Card p={0}>
          {tab === 'decide' && data.length > 1 && (
            <Group px="md" py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
              <Checkbox
                size="sm"
                label={there.length > 0 ? `${there.length} chosen` : 'Choose all'}
                checked={there.length === data.length}
                indeterminate={there.length > 0 && there.length < data.length}
                onChange={(event) => setChosen(event.currentTarget.checked ? data.map(({ id }) => id) : [])}
              />
            </Group>
          )}
          <ul className={classes.rows} aria-label={TABS[tab].name}>
            {data.map((approval) => (
              <Row
                key={approval.id}
                approval={approval}
                tab={tab}
                chosen={there.includes(approval.id)}
                onChoose={(on) => choose(approval.id, on)}
              />
            ))}
          </ul>
        </Card>
      )}
      {there.length > 0 && (
        <Bulk ids={there} onDone={(outcomes) => { setChosen([]); setRefused(outcomes.filter(({ problem }) => problem)) }} />
      )}
    </Stack>
  )
}

function Row({ approval, tab, chosen, onChoose }: { approval: Approval; tab: Tab; chosen: boolean; onChoose: (on: boolean) => void }) {
  const me = useMe()
  const now = new Date()
  const standing = standingOf(approval, me.id, now)
  const mine = approval.maker === me.id
  const facts = [
    mine ? 'You' : approval.maker_name,
    moment(approval.created_at, me.organization.zone),
    tab === 'asked' && `waits for ${deciders(approval)}`,
    standing === 'approved' || standing === 'rejected' ? approval.decided_by && `by ${approval.decided_by}` : approval.status === 'pending' && `expires ${fromNow(approval.expires_at, now)}`,
  ]
  return (
    <li className={classes.row} data-plain={tab !== 'decide' || undefined}>
      {tab === 'decide' && (
        <Checkbox
          size="sm"
          pt={2}
          aria-label={`Choose: ${approval.title}`}
          checked={chosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      )}
      <div>
        <Anchor
          size="sm"
          fw={500}
          lineClamp={2}
          renderRoot={(props) => <Link to={`/approvals/${approval.id}`} {...props} />}
        >
          {approval.title}
        </Anchor>
        <Text size="xs" c="dimmed">{facts.filter(Boolean).join(' · ')}</Text>
        {approval.note && <Text size="xs" c="dimmed" fs="italic" lineClamp={1}>“{approval.note}”</Text>}
      </div>
      {tab === 'decided' && <Status value={standing} />}
    </li>
  )
}

function Bulk({ ids, onDone }: { ids: string[]; onDone: (outcomes: Outcome[]) => void }) {
  const [note, setNote] = useState('')
  const decide = useDecideAll()
  const say = (decision: Verdict) =>
    decide.mutate({ ids, decision, note }, {
      onSuccess: ({ items }) => {
        const done = items.filter(({ problem }) => !problem).length
        if (done > 0) told(`${done} ${decision === 'approve' ? 'approved' : 'rejected'}.`)
        onDone(items)
      },
    })
  const saying = (decision: Verdict) => decide.isPending && decide.variables.decision === decision
  return (
    <Card className={classes.bar} p="sm" role="region" aria-label="Decide what is chosen">
      {decide.error && <Trouble error={decide.error} />}
      <Group gap="xs">
        <TextInput
          flex="1 1 14rem"
          size="sm"
          aria-label="Note"
          placeholder="Note (optional)"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group gap="xs" wrap="nowrap" ml="auto">
          <Button variant="default" loading={saying('reject')} disabled={decide.isPending} onClick={() => say('reject')}>
            Reject {ids.length}
          </Button>
          <Button loading={saying('approve')} disabled={decide.isPending} onClick={() => say('approve')}>
            Approve {ids.length}
          </Button>
        </Group>
      </Group>
    </Card>
  )
}
