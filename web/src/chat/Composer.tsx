import { ActionIcon, Button, Group, Text, Textarea, Tooltip } from '@mantine/core'
import { IconArrowUp, IconPlayerStopFilled } from '@tabler/icons-react'
import type { KeyboardEvent, RefObject } from 'react'
import { useState } from 'react'
import classes from './Chat.module.css'

interface Props {
  field: RefObject<HTMLTextAreaElement | null>
  busy: boolean
  /** What the person said before, newest last. */
  before: string[]
  /** The next message says what shall be different in a proposal. */
  changing: boolean
  onCancelChange: () => void
  onSay: (text: string) => void
  onStop: () => void
}

const LONGEST = 4000

/** Where the person writes: Enter sends, Shift+Enter begins a line, Up brings back what was said before. */
export function Composer({ field, busy, before, changing, onCancelChange, onSay, onStop }: Props) {
  const [text, setText] = useState('')
  const [back, setBack] = useState(0)
  const send = () => {
    if (busy || text.trim() === '') return
    onSay(text)
    setText('')
    setBack(0)
  }
  const recall = (by: number) => {
    const to = Math.max(0, Math.min(before.length, back + by))
    setBack(to)
    setText(to === 0 ? '' : (before.at(-to) ?? ''))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && (text === '' || back > 0) && before.length > 0) {
      event.preventDefault()
      recall(1)
    } else if (event.key === 'ArrowDown' && back > 0) {
      event.preventDefault()
      recall(-1)
    } else if (event.key === 'Escape' && changing) onCancelChange()
  }
  return (
    <div>
      {changing && (
        <Group justify="space-between" mb={4}>
          <Text size="xs" c="dimmed">Say what shall be different.</Text>
          <Button size="compact-xs" variant="subtle" onClick={onCancelChange}>Leave it as it is</Button>
        </Group>
      )}
      <div className={classes.composer}>
        <Textarea
          ref={field}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setBack(0)
          }}
          onKeyDown={onKeyDown}
          autosize
          minRows={1}
          maxRows={8}
          maxLength={LONGEST}
          variant="unstyled"
          flex={1}
          styles={{ input: { paddingInline: 8, paddingBlock: 5 } }}
          placeholder={changing ? 'Such as: make it 4 hours' : 'Ask, or say what to do'}
          aria-label="Message to Steward"
        />
        {busy ? (
          <Tooltip label="Stop"><ActionIcon size="lg" variant="filled" onClick={onStop} aria-label="Stop"><IconPlayerStopFilled size={16} /></ActionIcon></Tooltip>
        ) : (
          <Tooltip label="Send"><ActionIcon size="lg" onClick={send} disabled={text.trim() === ''} aria-label="Send"><IconArrowUp size={18} /></ActionIcon></Tooltip>
        )}
      </div>
    </div>
  )
}
