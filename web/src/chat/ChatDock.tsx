import { ActionIcon, Group, Menu, Text, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowsDiagonal, IconHistory, IconPlus, IconX } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import classes from './Chat.module.css'
import { ChatPanel } from './ChatPanel'
import { useConversations } from './history'
import { useConversation } from './use'

/** The conversation beside whatever page is open. */
export function ChatDock({ onClose }: { onClose: () => void }) {
  const [conversation, now] = useConversation()
  const small = useMediaQuery('(max-width: 48em)')
  const { href } = useLocation()
  const opened = useRef(href)
  // on a phone the conversation covers the page: when the page moves, it is the page that counts
  useEffect(() => {
    if (small && opened.current !== href) onClose()
  }, [small, href, onClose])
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <Text fw={600} size="sm" component="h2" m={0}>Steward</Text>
        <Group gap={2}>
          <Past current={now.threadId} open={(id) => void conversation.open(id)} />
          <Tooltip label="New conversation"><ActionIcon variant="subtle" color="gray" size="md" onClick={() => conversation.start()} aria-label="New conversation"><IconPlus size={17} /></ActionIcon></Tooltip>
          <Tooltip label="Full screen">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="md"
              aria-label="Full screen"
              renderRoot={(props) => <Link to="/chat/$id" params={{ id: now.threadId }} search={{}} {...props} />}
            >
              <IconArrowsDiagonal size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Close"><ActionIcon variant="subtle" color="gray" size="md" onClick={onClose} aria-label="Close the conversation"><IconX size={17} /></ActionIcon></Tooltip>
        </Group>
      </div>
      <ChatPanel conversation={conversation} now={now} focus />
    </div>
  )
}

const RECENT = 12

function Past({ current, open }: { current: string; open: (id: string) => void }) {
  const { data } = useConversations()
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Tooltip label="Earlier conversations"><ActionIcon variant="subtle" color="gray" size="md" aria-label="Earlier conversations"><IconHistory size={17} /></ActionIcon></Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Earlier conversations</Menu.Label>
        {(data ?? []).slice(0, RECENT).map(({ id, title }) => (
          <Menu.Item key={id} onClick={() => open(id)} aria-current={id === current || undefined} fw={id === current ? 600 : undefined}>
            <Text size="sm" truncate inherit>{title}</Text>
          </Menu.Item>
        ))}
        {data?.length === 0 && <Menu.Item disabled>None yet</Menu.Item>}
        <Menu.Divider />
        <Menu.Item renderRoot={(props) => <Link to="/chat" search={{}} {...props} />}>All conversations</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
