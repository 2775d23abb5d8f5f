import { ActionIcon, Badge, Button, Group, Menu, Skeleton, Stack, Switch, Text, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '@/api/calls'
import { useMe } from '@/api/session'
import type { Page } from '@/api/types'
import { Trouble } from '@/ui/Trouble'
import { moment } from '@/ui/format'
import { useCommit } from '@/work/submit'
import type { Bindings, Comment } from './bindings'
import classes from './record.module.css'

interface Props {
  record: string
  verbs: Bindings['comments']
}

/** What people said about the record, latest first. */
export function Comments({ record, verbs }: Props) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['read', verbs.list?.entity, verbs.list?.name, { record }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      read<Page<Comment>>(verbs.list?.name ?? '', { record, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (page) => page.next_cursor,
  })
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  const comments = data?.pages.flatMap(({ items }) => items)
  return (
    <Stack gap="md">
      {verbs.create && <Write record={record} verbs={verbs} />}
      {!comments ? <Skeleton h={48} aria-busy="true" />
        : comments.length === 0 ? <Text size="sm" c="dimmed">No comments yet.</Text>
        : (
          <ul className={classes.list} aria-label="Comments">
            {comments.map((comment) => <One key={comment.id} comment={comment} verbs={verbs} />)}
          </ul>
        )}
      {hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show earlier
        </Button>
      )}
    </Stack>
  )
}

function Write({ record, verbs }: Props) {
  const [text, setText] = useState('')
  const [external, setExternal] = useState(false)
  const mayShare = verbs.create?.input.properties?.external !== undefined
  const outsider = useMe().party !== null
  const send = useCommit(() => {
    setText('')
    setExternal(false)
  })
  const submit = () => {
    if (!text.trim() || !verbs.create || send.isPending) return
    send.mutate([{ name: verbs.create.name, arguments: { record, text: text.trim(), ...(external ? { external } : {}) } }])
  }
  return (
    <Stack gap={6}>
      <Textarea
        aria-label="New comment"
        placeholder="Write a comment…"
        autosize
        minRows={2}
        maxRows={10}
        maxLength={5000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={getHotkeyHandler([['mod+Enter', submit]])}
      />
      {send.error && <Trouble error={send.error} retry={submit} />}
      <Group justify="space-between" gap="xs">
        {mayShare && !outsider ? <Switch size="xs" label="Outsiders may read it" checked={external} onChange={(event) => setExternal(event.currentTarget.checked)} /> : <span />}
        <Button size="compact-sm" disabled={!text.trim()} loading={send.isPending} onClick={submit}>Comment</Button>
      </Group>
    </Stack>
  )
}

function One({ comment, verbs }: { comment: Comment; verbs: Bindings['comments'] }) {
  const me = useMe()
  const [editing, setEditing] = useState(false)
  const [text, setText] = useState(comment.text)
  const change = useCommit(() => setEditing(false))
  const remove = useCommit()
  const mine = comment.author.id === me.id
  // an administrator removes anybody's
  const mayRemove = verbs.delete && (mine || me.roles.includes('admin'))
  const mayEdit = verbs.update && mine
  const save = () => {
    const said = { id: comment.id, version: comment.version, text: text.trim() }
    if (verbs.update) change.mutate([{ name: verbs.update.name, arguments: said }])
  }
  return (
    <li className={classes.entry}>
      <Group justify="space-between" gap={6} wrap="nowrap">
        <Group gap={6}>
          <Text size="xs" fw={600}>{comment.author.name}</Text>
          <Text size="xs" c="dimmed">
            {moment(comment.created_at, me.organization.zone)}{comment.edited_at ? ' · edited' : ''}
          </Text>
          {comment.external && <Badge size="xs" variant="light" color="yellow" tt="none">Outsiders see it</Badge>}
        </Group>
        {(mayEdit || mayRemove) && !editing && (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="subtle" color="gray" size={24} aria-label="Change this comment"><IconDots size={14} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {mayEdit && <Menu.Item onClick={() => { setText(comment.text); setEditing(true) }}>Edit</Menu.Item>}
              {mayRemove && verbs.delete && (
                <Menu.Item color="red" onClick={() => remove.mutate([{ name: verbs.delete?.name ?? '', arguments: { id: comment.id } }])}>
                  Remove
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {editing ? (
        <Stack gap={6} mt={4}>
          <Textarea
            aria-label="Comment"
            autosize
            minRows={2}
            autoFocus
            maxLength={5000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={getHotkeyHandler([['mod+Enter', save], ['Escape', () => setEditing(false)]])}
          />
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={() => setEditing(false)}>Cancel</Button>
            <Button
              size="compact-sm"
              disabled={!text.trim() || text.trim() === comment.text}
              loading={change.isPending}
              onClick={save}
            >
              Save
            </Button>
          </Group>
        </Stack>
      ) : <Text size="sm" className={classes.text}>{comment.text}</Text>}
      {(change.error ?? remove.error) && <Trouble error={change.error ?? remove.error} />}
    </li>
  )
}
