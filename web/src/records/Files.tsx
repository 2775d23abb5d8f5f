import { ActionIcon, Anchor, Badge, Button, FileButton, Group, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { IconFile, IconTrash, IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DragEvent } from 'react'
import { useMe } from '@/api/session'
import type { Page } from '@/api/types'
import { readQuery } from '@/catalogue/use'
import { Trouble } from '@/ui/Trouble'
import { moment } from '@/ui/format'
import { useCommit } from '@/work/submit'
import { failed } from '@/work/tell'
import type { AttachedFile, Bindings } from './bindings'
import { base64Of, save, sizeSaid } from './files'
import classes from './record.module.css'

interface Props {
  record: string
  verbs: Bindings['files']
}

/** The files of the record, latest first. */
export function Files({ record, verbs }: Props) {
  const { data, error, refetch } = useQuery({
    ...readQuery<Page<AttachedFile>>(verbs.list ?? { name: '', entity: '' }, { record, limit: 200 }),
    enabled: verbs.list !== undefined,
  })
  if (error) return <Trouble error={error} retry={() => void refetch()} />
  return (
    <Stack gap="md">
      {verbs.create && <Drop record={record} verbs={verbs} />}
      {!data ? <Skeleton h={32} aria-busy="true" />
        : data.items.length === 0 ? <Text size="sm" c="dimmed">No files yet.</Text>
        : <ul className={classes.list} aria-label="Files">{data.items.map((file) => (
          <One key={file.id} file={file} verbs={verbs} />
        ))}</ul>}
    </Stack>
  )
}

function Drop({ record, verbs }: Props) {
  const me = useMe()
  const [over, setOver] = useState(false)
  const [external, setExternal] = useState(false)
  const commit = useCommit()
  const upload = useMutation({
    mutationFn: async (files: File[]) => {
      // one after the other: each is a call of its own, and the first refusal ends it
      for (const file of files) {
        const content = await base64Of(file)
        const said = { record, name: file.name, content, ...(external ? { external } : {}) }
        await commit.mutateAsync([{ name: verbs.create?.name ?? '', arguments: said }])
      }
    },
  })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const files = [...event.dataTransfer.files]
    if (files.length > 0) upload.mutate(files)
  }
  return (
    <Stack gap={6}>
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => { event.preventDefault(); setOver(true) }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileButton multiple onChange={(files) => files.length > 0 && upload.mutate(files)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              size="compact-sm"
              leftSection={<IconUpload size={14} />}
              loading={upload.isPending}
            >
              Choose files
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed" mt={4}>or drop them here</Text>
      </div>
      {verbs.create?.input.properties?.external && me.party === null && (
        <Switch
          size="xs"
          label="Outsiders may see them"
          checked={external}
          onChange={(event) => setExternal(event.currentTarget.checked)}
        />
      )}
      {upload.error && <Trouble error={upload.error} />}
    </Stack>
  )
}

function One({ file, verbs }: { file: AttachedFile; verbs: Bindings['files'] }) {
  const me = useMe()
  const remove = useCommit()
  const download = useMutation({ mutationFn: () => save(verbs.download?.name ?? '', file.id), onError: failed })
  // an administrator removes anybody's
  const mayRemove = verbs.delete && (file.author.id === me.id || me.roles.includes('admin'))
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <IconFile size={18} aria-hidden="true" style={{ flex: 'none', marginTop: 2 }} />
        <Stack gap={0} miw={0} flex={1}>
          {verbs.download
            ? <Anchor component="button" type="button" size="sm" ta="start" className={classes.text} onClick={() => download.mutate()} disabled={download.isPending}>{file.name}</Anchor>
            : <Text size="sm" className={classes.text}>{file.name}</Text>}
          <Text size="xs" c="dimmed">
            {sizeSaid(file.size)} · {file.author.name} · {moment(file.created_at, me.organization.zone)}
          </Text>
          {file.external && <Badge size="xs" variant="light" color="yellow" tt="none">Outsiders see it</Badge>}
        </Stack>
        {mayRemove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={`Remove ${file.name}`}
            loading={remove.isPending}
            onClick={() => remove.mutate([{ name: verbs.delete?.name ?? '', arguments: { id: file.id } }])}
          >
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </Group>
      {remove.error && <Trouble error={remove.error} />}
    </li>
  )
}
