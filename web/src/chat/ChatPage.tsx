import { ActionIcon, Button, Drawer, Group, Popover, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconHistory, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { usePage } from '@/page/context'
import { Trouble } from '@/ui/Trouble'
import classes from './Chat.module.css'
import { ChatPanel } from './ChatPanel'
import { useConversations, useForget, whenOf } from './history'
import { useConversation } from './use'

/** The conversation on a page of its own, beside those of before. */
export default function ChatPage() {
  const [conversation, now] = useConversation()
  const { id } = useParams({ strict: false })
  const navigate = useNavigate()
  const [drawer, { open, close }] = useDisclosure(false)
  const { data } = useConversations()
  const title = data?.find((one) => one.id === now.threadId)?.title ?? 'New conversation'
  usePage({ title: now.items.length > 0 ? title : 'Conversation' })
  useEffect(() => {
    if (id) void conversation.open(id)
  }, [id, conversation])
  const start = () => {
    close()
    conversation.start()
    void navigate({ to: '/chat', search: {} })
  }
  return (
    <div className={classes.page}>
      <aside className={classes.list} aria-label="Conversations"><Past current={now.threadId} start={start} /></aside>
      <Drawer opened={drawer} onClose={close} title="Conversations" size="xs"><Past current={now.threadId} start={start} onChosen={close} /></Drawer>
      <div className={classes.panel}>
        <div className={classes.head}>
          <Title order={1} size="sm" fw={600} textWrap="balance" lineClamp={1}>{title}</Title>
          <Group gap={4} wrap="nowrap" hiddenFrom="md">
            <ActionIcon variant="subtle" color="gray" size="lg" onClick={open} aria-label="Earlier conversations"><IconHistory size={18} /></ActionIcon>
            <ActionIcon variant="subtle" color="gray" size="lg" onClick={start} aria-label="New conversation"><IconPlus size={18} /></ActionIcon>
          </Group>
        </div>
        <ChatPanel conversation={conversation} now={now} focus />
      </div>
    </div>
  )
}

function Past({ current, start, onChosen }: { current: string; start: () => void; onChosen?: () => void }) {
  const { data, error, refetch } = useConversations()
  const forget = useForget((id) => {
    if (id === current) start()
  })
  return (
    <Stack gap={2}>
      <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={start} mb="xs">New conversation</Button>
      {error && !data ? <Trouble error={error} retry={() => void refetch()} /> : null}
      {!data && !error && [1, 2, 3].map((row) => <Skeleton key={row} h={26} />)}
      {data?.length === 0 && <Text size="sm" c="dimmed" px="xs">What you say is kept here.</Text>}
      {data?.map(({ id, title, updated_at }, index) => {
        const when = whenOf(updated_at)
        const first = index === 0 || whenOf(data[index - 1]?.updated_at ?? updated_at) !== when
        return (
          <div key={id}>
            {first && <Text size="xs" c="dimmed" fw={600} px="xs" pt={index === 0 ? 0 : 'xs'} pb={2}>{when}</Text>}
            <div className={classes.entry} data-here={id === current || undefined}>
              <Link to="/chat/$id" params={{ id }} search={{}} className={classes.entryLink} aria-current={id === current ? 'page' : undefined} onClick={onChosen}>
                <Text size="sm" truncate>{title}</Text>
              </Link>
              <Forget title={title} forget={() => forget.mutate(id)} />
            </div>
          </div>
        )
      })}
    </Stack>
  )
}

function Forget({ title, forget }: { title: string; forget: () => void }) {
  const [asking, { open, close }] = useDisclosure(false)
  return (
    <Popover opened={asking} onChange={(on) => !on && close()} width={240} position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="md" onClick={open} aria-label={`Delete: ${title}`}><IconTrash size={14} /></ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="xs">Delete this conversation? What was done in it stays.</Text>
        <Group gap="xs" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={close}>Keep</Button>
          <Button size="compact-sm" color="red" onClick={forget}>Delete</Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
