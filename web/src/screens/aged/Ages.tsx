import { Box, Group, Text } from '@mantine/core'
import { money } from '@/ui/format'
import { share, sum } from '@/ui/exact'
import type { Ageing } from './ages'
import { BUCKETS, BUCKET_COLOURS, BUCKET_NAMES } from './ages'

/** A bar in five parts: how much is how late. The legend says the same in words. */
export function Ages({ totals }: { totals: Ageing }) {
  const whole = sum(BUCKETS.map((bucket) => totals[bucket].amount))
  return (
    <div>
      <Group gap={2} wrap="nowrap" h={14} style={{ borderRadius: 4, overflow: 'hidden' }} aria-hidden="true">
        {BUCKETS.map((bucket) => (
          <Box key={bucket} h="100%" w={`${share(totals[bucket].amount, whole) * 100}%`} bg={BUCKET_COLOURS[bucket]} />
        ))}
      </Group>
      <Group gap="md" mt={8} component="dl" m={0}>
        {BUCKETS.map((bucket) => (
          <Group key={bucket} gap={6} wrap="nowrap">
            <Box w={9} h={9} bg={BUCKET_COLOURS[bucket]} style={{ borderRadius: 2 }} aria-hidden="true" />
            <Text component="dt" size="xs" c="dimmed">{BUCKET_NAMES[bucket]}</Text>
            <Text component="dd" size="xs" className="figure" m={0}>{money(totals[bucket])}</Text>
          </Group>
        ))}
      </Group>
    </div>
  )
}
