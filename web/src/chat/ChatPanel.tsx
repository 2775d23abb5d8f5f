import { Button, Group, Loader, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconCloudOff } from '@tabler/icons-react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useCatalogue } from '@/catalogue/use'
import { currentPage } from '@/page/context'
import { Trouble } from '@/ui/Trouble'
import { onAsk, takeAsked } from './ask'
import classes from './Chat.module.css'
import { Composer } from './Composer'
import type { Conversation } from './conversation'
import type { Snapshot } from './world'
import { Messages } from './Messages'
import { suggestions } from './suggestions'

/** Distance from the end that still counts as being there, in pixels. */
const NEAR = 60

/** The conversation itself: what was said, and where one writes. */
export function ChatPanel({ conversation, now, focus }: { conversation: Conversation; now: Snapshot; focus: boolean }) {
  const log = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const atEnd = useRef(true)
  const last = useRef(0)
  const [away, setAway] = useState(false)
  const [changing, setChanging] = useState(false)
  const busy = now.status === 'running' || now.status === 'reconnecting'
  const toEnd = useCallback(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight
  }, [])
  const say = useCallback(
    (text: string) => {
      atEnd.current = true
      setChanging(false)
      void conversation.say(text)
    },
    [conversation],
  )
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
  }, [now.items, now.status, toEnd])
  // what grows by itself (a card that is filled in) keeps the end in sight as well
  useEffect(() => {
    const column = log.current?.firstElementChild
    if (!column) return
    const seen = new ResizeObserver(() => atEnd.current && toEnd())
    seen.observe(column)
    return () => seen.disconnect()
  }, [toEnd])
  useEffect(() => {
    if (focus) field.current?.focus({ preventScroll: true })
  }, [focus, now.threadId])
  useEffect(() => {
    const take = () => {
      const text = takeAsked()
      if (text !== null) say(text)
    }
    take()
    return onAsk(take)
  }, [say])
  const before = useMemo(() => now.items.flatMap((item) => (item.kind === 'user' ? [item.text] : [])), [now.items])
  return (
    <>
      <div
        ref={log}
        className={classes.log}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          const near = scrollHeight - scrollTop - clientHeight < NEAR
          // only the person leaves the end: what grows there moves nothing up
          if (near) atEnd.current = true
          else if (scrollTop < last.current) atEnd.current = false
          last.current = scrollTop
          setAway(!near && !atEnd.current)
        }}
      >
        <div className={classes.column}>
          {now.status === 'loading' && <Waiting />}
          {now.trouble ? <Trouble error={now.trouble} retry={() => void conversation.open(now.threadId)} /> : null}
          {now.items.length === 0 && now.status === 'idle' && !now.trouble && <Empty say={say} />}
          <Messages
            now={now}
            say={say}
            retry={() => void conversation.retry()}
            decide={(approval, decision) => void conversation.decide(approval, decision)}
            change={() => {
              setChanging(true)
              field.current?.focus()
            }}
          />
          {busy && <Working now={now} />}
        </div>
      </div>
      <Announced now={now} />
      <div className={classes.footer}>
        {away && (
          <Button className={classes.latest} size="compact-sm" radius="xl" variant="default" leftSection={<IconArrowDown size={14} />} onClick={toEnd}>
            Latest
          </Button>
        )}
        <div className={classes.foot}>
          <Composer
            field={field}
            busy={busy}
            before={before}
            changing={changing}
            onCancelChange={() => setChanging(false)}
            onSay={say}
            onStop={conversation.stop}
          />
        </div>
      </div>
    </>
  )
}

function Waiting() {
  return (
    <Stack gap="sm" aria-label="Loading">
      <Skeleton h={30} w="60%" style={{ alignSelf: 'flex-end' }} />
      <Skeleton h={14} w="90%" />
      <Skeleton h={14} w="75%" />
    </Stack>
  )
}

const STEPS = { thinking: 'Thinking…', calling: 'Looking it up…', waiting: 'Waiting…', done: 'Finishing…' }

function Working({ now }: { now: Snapshot }) {
  if (now.status === 'reconnecting') {
    return <span className={classes.thinking}><IconCloudOff size={14} aria-hidden /> Connection lost. Looking for what came of it…</span>
  }
  const last = now.items.at(-1)
  if (last?.kind === 'text' && last.streaming && last.text !== '') return null
  return <span className={classes.thinking}><Loader size={14} type="dots" aria-hidden /> {STEPS[now.state.step ?? 'thinking']}</span>
}

/** For who listens instead of looking: whole answers, not each word of them. */
function Announced({ now }: { now: Snapshot }) {
  const [live, setLive] = useState('')
  const was = useRef(now.status)
  useEffect(() => {
    const before = was.current
    was.current = now.status
    if (now.status === 'running' && before === 'idle') setLive('Steward is working.')
    if (now.status === 'reconnecting') setLive('The connection was lost.')
    if (now.status === 'idle' && (before === 'running' || before === 'reconnecting')) setLive(lastSaid(now))
  }, [now])
  return <VisuallyHidden role="status" aria-live="polite">{live}</VisuallyHidden>
}

function lastSaid({ items }: Snapshot): string {
  const from = items.findLastIndex((item) => item.kind === 'user')
  const said = items.slice(from + 1).flatMap((item) => {
    if (item.kind === 'text' || item.kind === 'note') return [item.text.replace(/^\|.*$/gm, '')]
    if (item.kind === 'proposal') return ['A proposal waits: approve, change or reject it.']
    return item.kind === 'error' ? ['It did not work.'] : []
  })
  return said.join(' ').trim()
}

function Empty({ say }: { say: (text: string) => void }) {
  const catalogue = useCatalogue()
  const asked = suggestions(catalogue, currentPage())
  return (
    <Stack gap="sm" py="lg">
      <Text fw={600}>What shall be done?</Text>
      <Text size="sm" c="dimmed">Ask about the books, or say what to do. Nothing is changed before you have seen it and said yes.</Text>
      <Group gap="xs" role="group" aria-label="Suggestions">
        {asked.map((text) => <Button key={text} size="xs" variant="default" fw={500} onClick={() => say(text)}>{text}</Button>)}
      </Group>
    </Stack>
  )
}
