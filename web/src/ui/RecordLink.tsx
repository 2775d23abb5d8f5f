import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { recordPath } from '@/catalogue/paths'
import { useCatalogue } from '@/catalogue/use'

/** A record by its name: a link where the person may open it. */
export function RecordLink({ entity, id, children }: { entity: string; id: string; children: ReactNode }) {
  const may = useCatalogue().entity(entity)?.get
  if (!may) return <>{children}</>
  return (
    <Anchor renderRoot={(props) => <Link to={recordPath(entity, id)} {...props} />} inherit>
      {children}
    </Anchor>
  )
}
