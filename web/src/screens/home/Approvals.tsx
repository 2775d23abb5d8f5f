import { useQuery } from '@tanstack/react-query'
import { useMe } from '@/api/session'
import { http } from '@/api/http'
import type { Approval } from '@/api/types'
import { moment } from '@/ui/format'
import { Trouble } from '@/ui/Trouble'
import { Line, Lines, Loading, Nothing, Part } from './Part'

/** What this person has to decide. */
export function Waiting() {
  return <Approvals title="Waits for you" side="decision" none="Nothing waits for you." />
}

/** What this person asked for and somebody else has to decide. */
export function Asked() {
  return <Approvals title="You asked for" side="asked" none="None of your requests is open." />
}

function Approvals({ title, side, none }: { title: string; side: 'decision' | 'asked'; none: string }) {
  const { zone } = useMe().organization
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals', side, 'pending'],
    queryFn: ({ signal }) => http<{ items: Approval[] }>('GET', '/api/v1/approvals', { query: { for: side, status: 'pending' }, signal }),
  })
  return (
    <Part title={title} to="/approvals" search={side === 'asked' ? { tab: 'asked' } : {}}>
      {error ? <Trouble error={error} retry={() => void refetch()} /> : !data ? <Loading /> : data.items.length === 0 ? <Nothing>{none}</Nothing> : (
        <Lines>
          {data.items.slice(0, 5).map((approval) => (
            <Line key={approval.id} to={`/approvals/${approval.id}`} title={approval.title} note={`${approval.maker_name} · ${moment(approval.created_at, zone)}`} />
          ))}
        </Lines>
      )}
    </Part>
  )
}
