/** Files between the browser and the server. */
import { read } from '@/api/calls'
import type { Download } from './bindings'

/** The bytes of a file, as base64. */
export function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'))
    // `data:type;base64,` stands before the bytes
    reader.onload = () => resolve(String(reader.result).split(',', 2)[1] ?? '')
    reader.readAsDataURL(file)
  })
}

/** Saves a file on the person's disk; it is never opened in the page. */
export async function save(operation: string, id: string): Promise<void> {
  const file = await read<Download>(operation, { id })
  const link = document.createElement('a')
  link.download = file.name
  if (file.content) {
    const bytes = Uint8Array.from(atob(file.content), (char) => char.charCodeAt(0))
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  } else {
    link.href = file.link ?? ''
  }
  link.click()
}

/** `1.2 MB`. */
export function sizeSaid(bytes: number): string {
  const [unit, power] = bytes < 1000 ? ['byte', 0] as const : bytes < 1_000_000 ? ['kilobyte', 3] as const : ['megabyte', 6] as const
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: power === 6 ? 1 : 0 }).format(bytes / 10 ** power)
}
