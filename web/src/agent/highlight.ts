/** What is pointed out on the page: found by its mark, drawn by `Highlight`, and gone when the person goes on. */

export interface Spot {
  element: HTMLElement
  note?: string
}

interface Target {
  record?: string
  field?: string
  /** The page is about nothing else: its heading stands for it. */
  whole?: boolean
  note?: string
}

let spot: Spot | null = null
const listeners = new Set<() => void>()

export const spotted = () => spot

export function onSpot(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setSpot(next: Spot | null): void {
  spot = next
  listeners.forEach((listener) => listener())
}

/** Waits a moment for it to appear, scrolls there and points at it; false where it is not on the page. */
export async function highlight(target: Target, patience = 2000): Promise<boolean> {
  const until = Date.now() + patience
  let element = find(target)
  while (!element && Date.now() < until) {
    await new Promise((later) => setTimeout(later, 100))
    element = find(target)
  }
  if (!element) return false
  element.scrollIntoView({ block: 'center', behavior: calm() ? 'auto' : 'smooth' })
  setSpot({ element, note: target.note })
  return true
}

function find({ record, field, whole }: Target): HTMLElement | null {
  const main = document.getElementById('main') ?? document.body
  // compared, not put into a selector: the value may be anything
  const marked = [...main.querySelectorAll<HTMLElement>(record !== undefined ? '[data-record]' : '[data-field]')]
  const found = marked.find(({ dataset }) => (record !== undefined ? dataset.record === record : dataset.field === field))
  return found ?? (whole ? main.querySelector<HTMLElement>('h1') : null)
}

/** Whether the person wants nothing to move. */
export const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches
