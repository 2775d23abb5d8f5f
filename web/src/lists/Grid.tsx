import { useVirtualizer } from '@tanstack/react-virtual'
import { useRouter } from '@tanstack/react-router'
import type { KeyboardEvent, MouseEvent } from 'react'
import { memo, useEffect, useRef, useState } from 'react'
import { useMe } from '@/api/session'
import { labelOf } from '@/catalogue/catalogue'
import { recordPath } from '@/catalogue/paths'
import { valueAt } from '@/catalogue/schema'
import { words } from '@/catalogue/words'
import type { Row } from './cells'
import { Cell, textOf } from './cells'
import type { Column } from './columns'
import classes from './list.module.css'

interface Props {
  entity: string
  label: string
  rows: Row[]
  columns: Column[]
  /** Whether rows open. */
  opens: boolean
  sort?: string
  onSort: (by: string) => void
  more?: () => void
  chosen: ReadonlySet<string>
  /** Chooses or lets go of rows; absent where nothing can be done with several. */
  onChoose?: (ids: string[], chosen: boolean) => void
  compact: boolean
}

/** A table of any length: only the rows in sight exist. */
export function Grid({ entity, label, rows, columns, opens, sort, onSort, more, chosen, onChoose, compact }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const router = useRouter()
  const [here, setHere] = useState(-1)
  const last = useRef(-1)
  const height = compact ? 68 : 38
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 })
  const seen = virtual.getVirtualItems()
  const end = seen.at(-1)?.index ?? 0
  useEffect(() => {
    if (end >= rows.length - 60) more?.()
  }, [end, rows.length, more])
  useEffect(() => setHere((at) => Math.min(at, rows.length - 1)), [rows.length])

  const open = (row: Row | undefined) => {
    if (row && opens) void router.navigate({ href: recordPath(entity, row.id) })
  }
  const choose = (index: number, on: boolean, range: boolean) => {
    const from = range && last.current >= 0 ? Math.min(last.current, index) : index
    const to = range && last.current >= 0 ? Math.max(last.current, index) : index
    last.current = index
    onChoose?.(rows.slice(from, to + 1).map((row) => row.id), on)
  }

  const keys = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const step: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -rows.length, End: rows.length }
    const by = step[event.key]
    if (by !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(rows.length - 1, here + by))
      setHere(next)
      virtual.scrollToIndex(next)
    } else if (event.key === 'Enter') open(rows[here])
    else if (event.key === ' ' && onChoose) {
      event.preventDefault()
      const row = rows[here]
      if (row) choose(here, !chosen.has(row.id), event.shiftKey)
    }
  }
  // one listener for all rows: thousands of them would be made and dropped while scrolling
  const click = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const row = target.closest<HTMLElement>('tr[data-index]')
    if (!row) return
    const index = Number(row.dataset.index)
    setHere(index)
    if (target.closest('td[data-tick]')) {
      const on = !chosen.has(rows[index]?.id ?? '')
      choose(index, on, event.shiftKey)
      return
    }
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0 || String(getSelection()) !== '') return
    event.preventDefault()
    open(rows[index])
  }

  const before = seen[0]?.start ?? 0
  const after = virtual.getTotalSize() - (seen.at(-1)?.end ?? 0)
  // asked at every step of scrolling: not over all rows, unless as many are chosen
  const all = rows.length > 0 && chosen.size >= rows.length && rows.every((row) => chosen.has(row.id))
  const width = (onChoose ? 40 : 0) + columns.reduce((sum, column) => sum + column.width, 0)
  return (
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label={label} onKeyDown={keys}>
      <table className={classes.table} role="grid" aria-label={label} aria-rowcount={more ? -1 : rows.length + 1} aria-multiselectable={onChoose ? true : undefined} style={compact ? undefined : { minWidth: width }} onClick={click}>
        {!compact && (
          <colgroup>
            {onChoose && <col style={{ width: 40 }} />}
            {columns.map((column) => <col key={column.key} style={{ width: `${(column.width / width) * 100}%` }} />)}
          </colgroup>
        )}
        {!compact && (
          <thead className={classes.head}>
            <tr aria-rowindex={1}>
              {onChoose && (
                <th className={classes.tick} scope="col">
                  <input type="checkbox" aria-label="Choose all that are loaded" checked={all} onChange={() => onChoose(rows.map((row) => row.id), !all)} />
                </th>
              )}
              {columns.map((column) => <Head key={column.key} column={column} sort={sort} onSort={onSort} />)}
            </tr>
          </thead>
        )}
        <tbody>
          {before > 0 && <Gap height={before} />}
          {seen.map(({ index }) => {
            const row = rows[index]
            return row && (
              <Line key={row.id} row={row} index={index} entity={entity} columns={columns} opens={opens} here={index === here} chosen={chosen.has(row.id)} ticks={!!onChoose} compact={compact} />
            )
          })}
          {after > 0 && <Gap height={after} />}
        </tbody>
      </table>
    </div>
  )
}

function Gap({ height }: { height: number }) {
  return <tr className={classes.gap} aria-hidden="true"><td style={{ height }} /></tr>
}

function Head({ column, sort, onSort }: { column: Column; sort?: string; onSort: (by: string) => void }) {
  const up = column.sort !== undefined && sort === column.sort
  const down = column.sort !== undefined && sort === `-${column.sort}`
  return (
    <th scope="col" className={column.figure ? classes.figure : undefined} aria-sort={up ? 'ascending' : down ? 'descending' : undefined} title={column.schema.description}>
      {column.sort ? (
        <button type="button" onClick={() => onSort(column.sort ?? '')}>{column.label}<span aria-hidden="true">{up ? '↑' : down ? '↓' : ''}</span></button>
      ) : column.label}
    </th>
  )
}

interface LineProps {
  row: Row
  index: number
  entity: string
  columns: Column[]
  opens: boolean
  here: boolean
  chosen: boolean
  ticks: boolean
  compact: boolean
}

const Line = memo(function Line({ row, index, entity, columns, opens, here, chosen, ticks, compact }: LineProps) {
  const zone = useMe().organization.zone
  const link = (text: React.ReactNode) => (opens ? <a href={recordPath(entity, row.id)}>{text}</a> : text)
  const common = {
    className: classes.row,
    'data-index': index,
    'data-record': `${entity}:${row.id}`,
    'data-here': here || undefined,
    'data-opens': opens || undefined,
    'aria-rowindex': index + 2,
    'aria-selected': ticks ? chosen : undefined,
  }
  if (compact) {
    const text = (column: Column | undefined) => (column ? textOf(valueAt(row, column.path), column, zone) : '')
    const [title, ...others] = columns
    const figure = others.filter((column) => column.figure).at(-1)
    const rest = others.filter((column) => column !== figure && !column.figure).slice(0, 3)
    const [second, ...third] = rest
    return (
      <tr {...common}>
        <td className={classes.card}>
          <div className={classes.first}><span>{link(text(second) || text(title))}</span><span className={classes.date}>{text(figure)}</span></div>
          <div className={classes.second}><span>{text(title)}</span><span>{third.map(text).filter(Boolean).join(' · ')}</span></div>
        </td>
      </tr>
    )
  }
  return (
    <tr {...common}>
      {ticks && <td className={classes.tick} data-tick=""><input type="checkbox" tabIndex={-1} readOnly checked={chosen} aria-label={`Choose ${labelOf(row)}`} /></td>}
      {columns.map((column, place) => {
        // a document without a number yet goes by its state
        const unnamed = place === 0 && valueAt(row, column.path) == null && typeof row.status === 'string'
        const cell = unnamed ? words(String(row.status)) : <Cell row={row} column={column} zone={zone} />
        return <td key={column.key} className={column.figure ? classes.figure : column.kind.startsWith('date') ? classes.date : undefined}>{place === 0 ? link(cell) : cell}</td>
      })}
    </tr>
  )
})
