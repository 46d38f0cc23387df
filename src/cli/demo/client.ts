import { setTimeout as delay } from 'node:timers/promises'

/** An answer that the demo cannot go on with. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(request: string, status: number, problem: { code?: string; detail?: string } | null) {
    super(`${request} answered ${status} ${problem?.code ?? ''}: ${problem?.detail ?? 'no problem document'}`)
    this.status = status
    this.code = problem?.code ?? ''
  }
}

export interface Api {
  readonly baseUrl: string
  readonly key: string
  /** Sends a request and gives the parsed body. What the service could not take at the moment is sent again. */
  send<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
}

const ATTEMPTS = 6

/**
 * A client as an integrator would write it: everything that the demo sends may be sent again, so an answer that never
 * came, 429 and 503 are tried again, after the time that the service names.
 */
export function connect(baseUrl: string, key: string): Api {
  const send = async <T>(method: string, path: string, body?: unknown, headers = {}, attempt = 1): Promise<T> => {
    const again = async (seconds: number) => {
      await delay(seconds * 1_000)
      return send<T>(method, path, body, headers, attempt + 1)
    }
    let response: Response
    try {
      response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers
        },
        body: body === undefined ? null : JSON.stringify(body)
      })
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      return again(0.2 * attempt)
    }
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer as T
    if ((response.status === 429 || response.status === 503) && attempt < ATTEMPTS) {
      return again(Number(response.headers.get('retry-after')) || 1)
    }
    throw new ApiError(`${method} ${path}`, response.status, answer as { code?: string; detail?: string } | null)
  }
  return { baseUrl, key, send: (method, path, body, headers) => send(method, path, body, headers) }
}

/** Does the work for all items, `atOnce` of them at a time, and tells how many are done. */
export async function forEach<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
  done: (count: number) => void = () => {}
): Promise<void> {
  let next = 0
  let finished = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      await work(items[index] as T, index)
      done(++finished)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
