import type { ProblemBody } from './types'

/** A refusal: what is wrong and the way out, as the server says it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
  ) {
    super(body.detail)
    this.name = 'Problem'
  }
  get code(): string {
    return this.body.code
  }
}

/** The server could not be reached; whether it did something is unknown. */
export class Unreachable extends Error {
  constructor() {
    super('The server cannot be reached.')
    this.name = 'Unreachable'
  }
}

export interface Request {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

type Listener = () => void
const signedOut = new Set<Listener>()

/** Calls back when the server says that nobody is signed in (any more). */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

const reached = new Set<(reached: boolean) => void>()

/** Calls back whenever a request reaches the server, or does not. */
export function onReached(listener: (reached: boolean) => void): () => void {
  reached.add(listener)
  return () => reached.delete(listener)
}

/** One request. The session is a cookie that scripts cannot read. */
export async function http<T>(method: string, path: string, request: Request = {}): Promise<T> {
  const address = path + queryOf(request.query)
  const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
  if (request.body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(address, {
      method,
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      credentials: 'same-origin',
      signal: request.signal,
    })
  } catch (error) {
    if (request.signal?.aborted) throw error
    reached.forEach((listener) => listener(false))
    throw new Unreachable()
  }
  reached.forEach((listener) => listener(true))
  if (response.status === 204) return undefined as T
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body as T
  const problem = new Problem(response.status, (body as ProblemBody | undefined) ?? unreadable(response.status))
  if (response.status === 401) signedOut.forEach((listener) => listener())
  throw problem
}

export function queryOf(query: Request['query']): string {
  const said = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  return said.length === 0 ? '' : `?${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}`
}

function unreadable(status: number): ProblemBody {
  const unavailable = status >= 502
  return {
    type: 'about:blank',
    title: 'Unreadable answer',
    status,
    detail: unavailable ? 'The server is not available at the moment.' : `The server answered ${status}.`,
    code: unavailable ? 'unavailable' : 'unreadable',
    retryable: unavailable,
    fix: 'Try again in a moment.',
  }
}
