import { Button, Group, Paper, Portal, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { IconHandStop } from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { currentlyActing, onActing } from './acting'
import classes from './AgentLayer.module.css'
import type { Spot } from './highlight'
import { onSpot, setSpot, spotted } from './highlight'

/** What the agent does on the page, over the page: the banner while it acts, and what it points at. */
export function AgentLayer() {
  const acting = useSyncExternalStore(onActing, currentlyActing)
  const spot = useSyncExternalStore(onSpot, spotted)
  useWindowEvent('keydown', (event) => {
    if (event.key !== 'Escape') return
    if (acting) {
      event.preventDefault()
      acting.stop()
    } else setSpot(null)
  })
  return (
    <Portal>
      <div aria-live="polite" className={classes.live}>
        {acting && (
          <Paper className={classes.banner} shadow="md" withBorder px="md" py={6} radius="xl">
            <Group gap="sm" wrap="nowrap">
              <span className={classes.pulse} aria-hidden />
              <Text size="sm"><b>Steward is using this page</b><Text span size="sm" c="dimmed" visibleFrom="xs"> · {acting.title}</Text></Text>
              <Button size="compact-sm" variant="default" leftSection={<IconHandStop size={14} />} onClick={acting.stop}>
                Stop<Text span size="xs" c="dimmed" ml={6} visibleFrom="xs">Esc</Text>
              </Button>
            </Group>
          </Paper>
        )}
      </div>
      {spot && <Pointer key={spot.element.dataset.record ?? spot.element.dataset.field ?? ''} spot={spot} />}
    </Portal>
  )
}

/** The part of an element that is in sight: what scrolls around it cuts it off. */
function seen(element: HTMLElement): DOMRect {
  let { top, left, right, bottom } = element.getBoundingClientRect()
  for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
    if (getComputedStyle(around).overflow === 'visible') continue
    const box = around.getBoundingClientRect()
    top = Math.max(top, box.top)
    left = Math.max(left, box.left)
    right = Math.min(right, box.right)
    bottom = Math.min(bottom, box.bottom)
  }
  return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top))
}

/** How far the outline stands off. */
const AROUND = 4

function Pointer({ spot }: { spot: Spot }) {
  const [box, setBox] = useState(() => seen(spot.element))
  const { pathname } = useLocation()
  const [from] = useState(pathname)
  useEffect(() => {
    if (pathname !== from) setSpot(null)
  }, [pathname, from])
  useEffect(() => {
    let frame = 0
    const follow = () => {
      if (!spot.element.isConnected) return setSpot(null)
      setBox((before) => {
        const now = seen(spot.element)
        return before.top === now.top && before.left === now.left && before.width === now.width && before.height === now.height ? before : now
      })
      frame = requestAnimationFrame(follow)
    }
    frame = requestAnimationFrame(follow)
    return () => cancelAnimationFrame(frame)
  }, [spot])
  const below = box.bottom + 120 < window.innerHeight
  const left = Math.max(8, Math.min(box.left, window.innerWidth - 320))
  return (
    <>
      <div
        className={classes.outline}
        style={{ top: box.top - AROUND, left: box.left - AROUND, width: box.width + 2 * AROUND, height: box.height + 2 * AROUND }}
        aria-hidden
      />
      <Paper
        className={classes.note}
        style={below ? { top: box.bottom + 10, left } : { bottom: window.innerHeight - box.top + 10, left }}
        shadow="md"
        withBorder
        p="xs"
        role="status"
      >
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Text size="sm" flex={1}>{spot.note ?? 'Steward points at this.'}</Text>
          <Button size="compact-xs" variant="subtle" onClick={() => setSpot(null)}>Close</Button>
        </Group>
      </Paper>
    </>
  )
}
