/**
 * The API as a program uses it: one credential, JSON both ways, anything unexpected thrown with what came. Told to come
 * back later (429, 503), it does, as a till would.
 */
export interface Api {
  /** How often it was told to come back later. */
  readonly deferred: () => number
  // biome-ignore lint/suspicious/noExplicitAny: a benchmark reads what came, whatever its form
  expect(status: number, method: string, path: string, body?: unknown): Promise<any>
  /** All items of a list, page after page. */
  list<Item>(path: string): AsyncGenerator<Item>
}

export function api(baseUrl: string, key: string): Api {
  let deferred = 0
  const expect: Api['expect'] = async (status, method, path, body) => {
    for (;;) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' })
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
      })
      const text = await response.text()
      if (response.status === status) return text === '' ? null : JSON.parse(text)
      if (response.status !== 429 && response.status !== 503) {
        throw new Error(`${method} ${path} answered ${response.status} instead of ${status}: ${text.slice(0, 500)}`)
      }
      deferred += 1
      const seconds = Number(response.headers.get('retry-after') ?? 1)
      await new Promise(done => setTimeout(done, seconds * 1_000))
    }
  }
  return {
    expect,
    deferred: () => deferred,
    async *list<Item>(path: string) {
      const separator = path.includes('?') ? '&' : '?'
      let cursor: string | null = null
      do {
        const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page: { data: Item[]; nextCursor: string | null } = await expect(
          200,
          'GET',
          `${path}${separator}limit=200${at}`
        )
        yield* page.data
        cursor = page.nextCursor
      } while (cursor !== null)
    }
  }
}

/** Waits for a job's end and gives the job; a job that did not succeed is thrown. */
export async function finished(shop: Api, path: string, everyMs = 50) {
  for (;;) {
    const job = await shop.expect(200, 'GET', path)
    if (job.status === 'succeeded') return job
    if (job.status !== 'queued' && job.status !== 'running')
      throw new Error(`job ${job.status}: ${JSON.stringify(job)}`)
    await new Promise(done => setTimeout(done, everyMs))
  }
}
