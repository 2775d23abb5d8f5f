import { Badge } from '@mantine/core'
import { words } from '@/catalogue/words'

/** The tone of a state, by the words that states are made of (names.md); an unknown one is plain. */
const TONES: [RegExp, string][] = [
  [/draft|pending|queued/, 'gray'],
  [/partly|waiting|soft|expir/, 'yellow'],
  [/reject|cancel|fail|void|disabled|revoked|overdue|lost/, 'red'],
  [/credited|reversed|superseded|archived|closed/, 'grape'],
  [/paid|done|approved|accepted|active|delivered|received|won/, 'green'],
  [/posted|sent|open|confirmed/, 'blue'],
]

export function toneOf(value: string): string {
  return TONES.find(([pattern]) => pattern.test(value))?.[1] ?? 'gray'
}

export function Status({ value }: { value: string }) {
  return (
    <Badge variant="light" color={toneOf(value)} radius="sm" size="sm" tt="none" fw={550} miw="max-content">
      {words(value)}
    </Badge>
  )
}
