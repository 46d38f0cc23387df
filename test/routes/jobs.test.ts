import { once } from 'node:events'
import http from 'node:http'
import pg from 'pg'
import t from 'tap'
import { openShop } from '../support/classification.ts'
import { startService } from '../support/service.ts'

const service = await startService({ workers: true })
t.teardown(() => service.close())

/** Keeps runs of a tenant from going on, for as long as the test looks at them. */
async function holdRuns(tenantId: string): Promise<() => Promise<void>> {
  const owner = new pg.Client({ connectionString: service.databaseUrl })
  await owner.connect()
  await owner.query('select pg_advisory_lock(hashtextextended($1, 2))', [tenantId])
  return () => owner.end()
}

const until = async (is: () => Promise<boolean>): Promise<void> => {
  while (!(await is())) await new Promise(resolve => setTimeout(resolve, 20))
}

t.test('GET /v1/jobs', async t => {
  const shop = await openShop(service)
  const jobs = [await shop.job(), await shop.job({ dryRun: true }), await shop.job()]

  t.test('200 lists jobs, newest first, each once over all pages', async t => {
    const first = await shop.call('GET', '/v1/jobs?limit=2')
    const second = await shop.call('GET', `/v1/jobs?limit=2&cursor=${first.body.nextCursor}`)
    t.same([...first.body.data, ...second.body.data], jobs.reverse())
    t.equal(second.body.nextCursor, null)
  })

  t.test('200 reads one; 404, the identical one, for another tenant', async t => {
    const job = jobs[0]
    t.same((await shop.call('GET', `/v1/jobs/${job.id}`)).body, job)
    t.match(job, { progress: { phase: 'segmenting' }, cancelRequested: false, problem: null })
    const other = await service.newTenant()
    for (const path of ['', '/stream']) {
      const foreign = await other.call('GET', `/v1/jobs/${job.id}${path}`)
      t.match([foreign.status, foreign.body.code], [404, 'job.not_found'])
    }
    t.equal((await other.call('POST', `/v1/jobs/${job.id}/cancellations`)).status, 404)
  })

  t.test('403 without the scope', async t => {
    const without = await shop.withScopes('classifications:read')
    t.equal((await without.call('GET', '/v1/jobs')).status, 403)
  })
})

t.test('POST /v1/jobs/:id/cancellations', async t => {
  t.test('200 and a running job stops between two steps, leaving nothing behind', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 100, at: '2026-05-01' })
    const release = await holdRuns(shop.tenant.id)
    const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
    await until(async () => (await shop.call('GET', `/v1/jobs/${job.id}`)).body.status === 'running')
    const asked = await shop.call('POST', `/v1/jobs/${job.id}/cancellations`)
    t.match([asked.status, asked.body.status, asked.body.cancelRequested], [200, 'running', true])
    t.same((await shop.call('POST', `/v1/jobs/${job.id}/cancellations`)).body, asked.body, 'asking again is the same')
    await release()
    t.match(await shop.ended(job.id), { status: 'cancelled', result: null, problem: null })
    t.match((await shop.call('GET', `/v1/classification-runs/${job.id}`)).body, { status: 'cancelled', counts: null })
    t.match(await shop.classOf('anna'), { abc: { reason: 'not_yet_classified' } })
  })

  t.test('200 and a queued job is never begun', async t => {
    const shop = await openShop(service)
    const busy = await openShop(service)
    const release = await holdRuns(busy.tenant.id)
    const { body: blocking } = await busy.call('POST', '/v1/classification-runs', {})
    await until(async () => (await busy.call('GET', `/v1/jobs/${blocking.id}`)).body.status === 'running')
    const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
    const cancelled = await shop.call('POST', `/v1/jobs/${job.id}/cancellations`)
    t.match([cancelled.status, cancelled.body.status], [200, 'cancelled'])
    t.ok(cancelled.body.finishedAt)
    await release()
    await busy.ended(blocking.id)
    await shop.job()
    t.match((await shop.call('GET', `/v1/jobs/${job.id}`)).body, { status: 'cancelled', startedAt: null })
  })

  t.test('200 and a segment keeps the members that it had before a computation was cancelled', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 100, at: '2026-05-01' })
    const rule = { field: 'kind', operator: 'in', value: ['person'] }
    const { body: segment } = await shop.call('POST', '/v1/segments', { code: 'all', name: 'All', rule })
    const release = await holdRuns(shop.tenant.id)
    const { body: job } = await shop.call('POST', `/v1/segments/${segment.id}/refreshes`)
    await until(async () => (await shop.call('GET', `/v1/jobs/${job.id}`)).body.status === 'running')
    t.equal((await shop.call('POST', `/v1/jobs/${job.id}/cancellations`)).status, 200)
    await release()
    t.match(await shop.ended(job.id), { status: 'cancelled', result: null })
    const path = `/v1/segments/${segment.id}`
    t.match((await shop.call('GET', path)).body, { members: null, computedAsOf: null })
    t.same((await shop.call('GET', `${path}/members`)).body.data, [])
  })

  t.test('409 for one that has finished', async t => {
    const shop = await openShop(service)
    const job = await shop.job()
    const { status, body } = await shop.call('POST', `/v1/jobs/${job.id}/cancellations`)
    t.match([status, body.code, body.facts.status], [409, 'job.already_finished', 'succeeded'])
  })
})

t.test('GET /v1/jobs/:id/stream', async t => {
  const open = (key: string, jobId: string) =>
    fetch(`${service.baseUrl}/v1/jobs/${jobId}/stream`, { headers: { authorization: `Bearer ${key}` } })
  const documents = (text: string) =>
    text
      .split('\n\n')
      .filter(event => event.startsWith('event: job\ndata: '))
      .map(event => JSON.parse(event.slice('event: job\ndata: '.length)))

  t.test('200 sends the job on every change and ends with its end', async t => {
    const shop = await openShop(service)
    const release = await holdRuns(shop.tenant.id)
    const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
    const stream = await open(shop.key.key, job.id)
    t.equal(stream.status, 200)
    t.match(stream.headers.get('content-type'), 'text/event-stream')
    t.equal(stream.headers.get('cache-control'), 'no-store')
    await until(async () => (await shop.call('GET', `/v1/jobs/${job.id}`)).body.status === 'running')
    await release()
    const sent = documents(await stream.text())
    t.equal(sent.at(-1).status, 'succeeded')
    t.same(sent.at(-1), await shop.ended(job.id))
    t.ok(sent.length >= 2)
    t.equal(new Set(sent.map(document => JSON.stringify(document))).size, sent.length, 'nothing is sent twice')
  })

  t.test('200 sends a finished job once and ends', async t => {
    const shop = await openShop(service)
    const job = await shop.job()
    t.same(documents(await (await open(shop.key.key, job.id)).text()), [job])
  })

  t.test('who stops listening is no longer asked for', async t => {
    const shop = await openShop(service)
    const release = await holdRuns(shop.tenant.id)
    const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
    // A client that opens no other connection in place of the one it leaves, as `fetch` would.
    const listener = http.get(`${service.baseUrl}/v1/jobs/${job.id}/stream`, {
      agent: false,
      headers: { authorization: `Bearer ${shop.key.key}` }
    })
    const [stream] = (await once(listener, 'response')) as [http.IncomingMessage]
    await once(stream, 'data')
    const connections = async () =>
      new Promise<number>(resolve => service.app.server.getConnections((_, count) => resolve(count)))
    const before = await connections()
    listener.destroy()
    await until(async () => (await connections()) < before)
    await release()
    t.equal((await shop.ended(job.id)).status, 'succeeded')
  })

  t.test('a service that stops ends its streams', async t => {
    const stopping = await startService()
    const shop = await stopping.newTenant()
    const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
    const stream = await fetch(`${stopping.baseUrl}/v1/jobs/${job.id}/stream`, {
      headers: { authorization: `Bearer ${shop.key.key}` }
    })
    const text = stream.text()
    await stopping.close()
    t.match(documents(await text), [{ status: 'queued' }])
  })
})

t.test('the daily run', async t => {
  const clocked = await startService({ clock: new Date('2026-03-01T12:00:00Z') })
  t.teardown(() => clocked.close())
  const berlin = await clocked.newTenant({ timeZone: 'Europe/Berlin' })
  const tokyo = await clocked.newTenant({ timeZone: 'Asia/Tokyo' })
  const { schedule } = clocked.services
  const runsOf = async (shop: typeof berlin) => (await shop.call('GET', '/v1/classification-runs?limit=200')).body.data
  const at = async (instant: string) => {
    clocked.clock.set(instant)
    // As many processes as there may be, at the same moment.
    const queued = await Promise.all([schedule.queueDue(), schedule.queueDue(), schedule.queueDue()])
    return queued.reduce((sum, count) => sum + count, 0)
  }

  t.test('is not due on the day on which a tenant was opened', async t => {
    t.equal(await at('2026-03-01T14:59:00Z'), 0)
  })

  t.test('falls due once a day, at the tenant’s hour in the tenant’s zone', async t => {
    t.equal(await at('2026-03-01T17:59:59Z'), 0, '02:59 in Tokyo')
    t.equal(await at('2026-03-01T18:00:00Z'), 1, '03:00 in Tokyo')
    t.equal(await at('2026-03-01T18:00:30Z'), 0)
    t.equal(await at('2026-03-02T02:00:00Z'), 1, '03:00 in Berlin')
    t.equal(await at('2026-03-02T17:00:00Z'), 0)
    const [run] = await runsOf(tokyo)
    t.match(run, { trigger: 'schedule', dryRun: false, asOf: '2026-03-01T18:00:00.000Z', asOfDay: '2026-03-02' })
    t.equal((await runsOf(berlin)).length, 1)
  })

  t.test('falls due once after days on which nobody looked', async t => {
    t.equal(await at('2026-03-09T12:00:00Z'), 2)
    t.equal(await at('2026-03-09T12:01:00Z'), 0)
    t.equal((await runsOf(berlin)).length, 2)
  })

  t.test('falls due on the night that has no hour three', async t => {
    await berlin.call('PATCH', '/v1/tenant', { dailyRunHour: 2 })
    t.equal(await at('2026-03-29T00:59:59Z'), 1, 'Tokyo alone; 01:59 in Berlin')
    t.equal(await at('2026-03-29T01:00:00Z'), 1, '03:00 in Berlin, there is no 02:00')
    t.equal(await at('2026-03-29T03:00:00Z'), 0)
  })
})
