import pg from 'pg'
import t from 'tap'
import type { PressureLimits } from '../../src/plugins/overload.ts'
import { createLogger } from '../../src/plugins/request-log.ts'
import { asAdmin } from '../support/cluster.ts'
import { openSocket, parseAnswer } from '../support/raw-http.ts'
import { startService } from '../support/service.ts'

const shanghai = { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' }

t.test('health', async t => {
  const service = await startService()
  t.teardown(() => service.close())
  const ask = async (path: string) => {
    const response = await fetch(service.baseUrl + path)
    return { status: response.status, body: await response.text(), type: response.headers.get('content-type') }
  }

  t.test('GET /livez answers without a credential', async t => {
    const { status, body } = await ask('/livez')
    t.same([status, body], [200, '{"status":"live"}'])
  })

  t.test('GET /readyz names each check', async t => {
    const { status, body } = await ask('/readyz')
    t.equal(status, 200)
    t.same(JSON.parse(body), { status: 'ready', checks: { database: 'ok', migrations: 'ok', draining: false } })
  })

  t.test('GET /readyz is 503 while the schema is not the one of this version', async t => {
    await asAdmin(service.databaseUrl, `update drizzle.__drizzle_migrations set hash = 'x' || hash`)
    const { status, body, type } = await ask('/readyz')
    await asAdmin(service.databaseUrl, `update drizzle.__drizzle_migrations set hash = substr(hash, 2)`)
    t.equal(status, 503)
    t.match(type, /problem\+json/)
    t.match(JSON.parse(body), { code: 'service.not_ready', facts: { database: 'ok', draining: false } })
    t.not(JSON.parse(body).facts.migrations, 'ok')
    t.equal((await ask('/readyz')).status, 200)
  })

  t.test('GET /readyz is 503 while the database does not answer, and /livez is not', async t => {
    const other = await startService()
    await other.database.close()
    const ready = await fetch(`${other.baseUrl}/readyz`)
    t.equal(ready.status, 503)
    t.notMatch(await ready.json(), { facts: { database: 'ok' } })
    t.equal((await fetch(`${other.baseUrl}/livez`)).status, 200)
    await other.app.close()
  })

  t.test('GET /metrics counts requests by operation and status, and watches the pools', async t => {
    const shop = await service.newTenant()
    await shop.call('GET', '/v1/stores')
    await shop.call('GET', '/v1/stores?limit=x')
    await shop.call('GET', '/nowhere')
    const { status, body, type } = await ask('/metrics')
    t.match([status, type], [200, /^text\/plain/])
    t.match(body, /http_request_duration_seconds_count\{operation="listStores",status="200"\} 1/)
    t.match(body, /http_request_duration_seconds_count\{operation="listStores",status="400"\} 1/)
    t.match(body, /http_request_duration_seconds_count\{operation="none",status="404"\} 1/)
    t.match(body, /http_requests_in_flight 1\n/)
    t.match(body, /database_connections\{pool="api",state="waiting"\} 0/)
    t.match(body, /nodejs_eventloop_lag_seconds/)
    t.notMatch(body, shop.tenant.id)
  })
})

t.test('a credential has its allowance of requests', async t => {
  const service = await startService({ rateLimitPerSecond: 1 })
  t.teardown(() => service.close())
  const [shop, other] = [await service.newTenant(), await service.newTenant()]

  t.test('429 with the time to wait once it is used up', async t => {
    const statuses: number[] = []
    for (let i = 0; i < 2; i++) statuses.push((await shop.call('GET', '/v1/stores')).status)
    t.same(statuses, [200, 200], 'twice the rate after a pause')
    const { status, headers, body } = await shop.call('GET', '/v1/stores')
    t.match([status, headers.get('retry-after'), body.code], [429, '1', 'rate_limit.exceeded'])
    t.equal(body.retryable, true)
  })

  t.test('asking in vain is counted too, and others are not affected', async t => {
    const narrow = await other.withScopes('stores:read')
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await narrow.call('GET', '/v1/staff')).status)
    t.same(statuses, [403, 403, 429])
    t.equal((await other.call('GET', '/v1/stores')).status, 200)
    t.equal((await fetch(`${service.baseUrl}/livez`)).status, 200)
  })
})

t.test('under pressure', async t => {
  const limitless = { sheddable: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY }
  const calm: PressureLimits = { delayMs: limitless, inFlight: limitless, heapShare: limitless }

  t.test('503 for lists and batches while tills go on', async t => {
    const service = await startService({ pressure: { ...calm, inFlight: { sheddable: 0, all: 100 } } })
    t.teardown(() => service.close())
    const shop = await service.newTenant()
    const { status, headers, body } = await shop.call('GET', '/v1/purchases')
    t.match([status, body.code, body.retryable], [503, 'service.overloaded', true])
    t.ok(Number(headers.get('retry-after')) > 0)
    t.equal((await shop.call('POST', '/v1/purchases/batch', { purchases: [{}] })).status, 503)
    t.equal((await shop.call('POST', '/v1/purchases', {})).status, 400)
    t.equal((await shop.call('GET', '/v1/stores')).status, 200)
  })

  t.test('503 for everybody beyond the upper limit, but health', async t => {
    const service = await startService({ pressure: { ...calm, inFlight: { sheddable: 0, all: 0 } } })
    t.teardown(() => service.close())
    const shop = await service.newTenant()
    t.equal((await shop.call('POST', '/v1/purchases', {})).status, 503)
    for (const path of ['/livez', '/readyz', '/metrics']) t.equal((await shop.call('GET', path)).status, 200)
  })

  t.test('503 when the process runs out of memory, tills last', async t => {
    const service = await startService({ pressure: { ...calm, heapShare: { sheddable: 1e-9, all: 1 } } })
    t.teardown(() => service.close())
    const shop = await service.newTenant()
    // The first sample is taken within half a second.
    let status = 0
    for (let i = 0; i < 10_000 && status !== 503; i++) status = (await shop.call('GET', '/v1/purchases')).status
    t.equal(status, 503)
    t.equal((await shop.call('POST', '/v1/purchases', {})).status, 400)
  })
})

t.test('logs, metrics and events hold no person', async t => {
  const lines: string[] = []
  const logger = createLogger('trace', { write: line => void lines.push(line) })
  const service = await startService({ logger })
  t.teardown(() => service.close())
  const shop = await service.newTenant()
  const canaries = ['Zhang-Canary', '13912345678', 'canary@example.org', 'Kanarienweg', 'C-CANARY-1']
  const customer = {
    kind: 'person',
    name: 'Zhang-Canary',
    contacts: [
      { type: 'phone', value: '+86 139 1234 5678' },
      { type: 'email', value: 'canary@example.org' }
    ],
    addresses: [{ line1: 'Kanarienweg 1' }],
    externalIds: [{ system: 'pos-7', key: 'C-CANARY-1' }]
  }
  const wrongKey = `ck_${'K'.repeat(16)}_${'Z'.repeat(40)}`

  const statuses = [
    await shop.call('POST', '/v1/customers', customer),
    await shop.call('POST', '/v1/customers', customer),
    await shop.call('POST', '/v1/customers', { ...customer, colour: 'Zhang-Canary', 'Zhang-Canary': 1 }),
    await shop.call('POST', '/v1/customers/search', { phone: '13912345678' }),
    await shop.call('PUT', '/v1/customers/by-external-id/pos-7/C-CANARY-1', { kind: 'person', name: 'Zhang-Canary' }),
    await shop.call('GET', '/v1/stores?cursor=Zhang-Canary'),
    await shop.call('GET', '/Zhang-Canary?13912345678'),
    await shop.call('GET', '/v1/stores/%zzZhang-Canary'),
    await shop.call('POST', '/v1/stores', '{"name": Zhang-Canary}'),
    await shop.call('GET', '/v1/stores', undefined, { authorization: `Bearer ${wrongKey}` }),
    await shop.call('GET', '/v1/stores', undefined, { 'request-id': '<Zhang-Canary>' })
  ].map(answer => answer.status)
  t.same(statuses, [201, 409, 400, 200, 200, 400, 404, 400, 400, 401, 200])

  t.test('neither does a failure of the database', async t => {
    await asAdmin(service.databaseUrl, 'alter table stores rename column name to renamed')
    const { status, body } = await shop.call('POST', '/v1/stores', { ...shanghai, name: 'Zhang-Canary' })
    await asAdmin(service.databaseUrl, 'alter table stores rename column renamed to name')
    t.equal(status, 500)
    t.notMatch(JSON.stringify(body), 'Canary')
    const failed = lines.map(line => JSON.parse(line)).filter(line => line.failure)
    t.match(failed, [{ failure: { kind: 'database', sqlState: '42703' }, code: 'internal.error' }])
    t.equal(body.instance, `urn:request:${failed[0].requestId}`)
  })

  t.test('nor the one line that each request has', async t => {
    const logged = () =>
      lines.map(line => JSON.parse(line)).filter(line => line.msg === 'request' && line.route !== '/metrics')
    // A line is written once the answer has left, which the caller may see first.
    for (let i = 0; i < 1_000 && logged().length <= statuses.length; i++) await new Promise(setImmediate)
    const requests = logged()
    t.equal(requests.length, statuses.length + 1, 'and one for the failure of the database')
    t.match(requests[0], {
      method: 'POST',
      route: '/v1/customers',
      operationId: 'createCustomer',
      status: 201,
      tenantId: shop.tenant.id,
      actorId: shop.key.id
    })
    t.same(Object.keys(requests[0]).sort(), [
      'actorId',
      'durationMs',
      'hostname',
      'level',
      'method',
      'msg',
      'operationId',
      'pid',
      'requestId',
      'route',
      'status',
      'tenantId',
      'time'
    ])
  })

  const metrics = (await shop.call('GET', '/metrics')).body
  const events = await asAdmin(service.databaseUrl, 'select * from events')
  t.ok(events.length > 0)
  const secrets = [shop.key.key.split('_')[2] as string, 'Z'.repeat(40)]
  for (const canary of [...canaries, ...secrets]) {
    t.notMatch(lines.join('\n'), canary, 'logs')
    t.notMatch(metrics, canary, 'metrics')
  }
  for (const canary of [...canaries.filter(c => c !== 'C-CANARY-1'), ...secrets])
    t.notMatch(JSON.stringify(events), canary, 'events')
})

t.test('a credential that somebody logs after all is removed', async t => {
  const lines: string[] = []
  const logger = createLogger('info', { write: line => void lines.push(line) })
  logger.info({ req: { headers: { authorization: 'Bearer secret' } }, err: new Error('about Zhang San') }, 'by mistake')
  t.notMatch(lines.join(), /secret|Zhang/)
})

t.test('a stop loses no request', async t => {
  t.test('what is in flight is answered, and connections kept alive do not hold the stop up', async t => {
    const service = await startService()
    const shop = await service.newTenant()
    const { body: store } = await shop.call('POST', '/v1/stores', shanghai)
    const idle = await openSocket(service.baseUrl)
    idle.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise(answered => idle.once('data', answered))

    const blocker = new pg.Client({ connectionString: service.databaseUrl })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('select 1 from stores for update')
    const socket = await openSocket(service.baseUrl)
    const body = '{"name":"The Bund"}'
    socket.write(
      `PATCH /v1/stores/${store.id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${shop.key.key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    )
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    const ended = new Promise(end => socket.once('close', end))
    while ((await waiting(service.databaseUrl)) === 0) {}

    const began = performance.now()
    const closing = service.app.close()
    await blocker.query('rollback')
    await Promise.all([closing, ended])
    const tookMs = performance.now() - began
    const { status, headers } = parseAnswer(answer)
    t.same([status, headers.connection], [200, 'close'])
    t.ok(tookMs < 2_500, `stopped after ${Math.round(tookMs)} ms`)
    await blocker.end()
    await service.close()
  })

  t.test(
    'with a time of grace /readyz says so, and requests are still taken, the last of their connection',
    async t => {
      const service = await startService({ drainMs: 500 })
      const shop = await service.newTenant()
      const closing = service.app.close()
      const ready = await shop.call('GET', '/readyz')
      const last = await shop.call('GET', '/v1/stores')
      t.match([ready.status, ready.body.facts.draining, ready.headers.get('connection')], [503, true, 'close'])
      t.match([last.status, last.headers.get('connection')], [200, 'close'])
      await closing
      await service.close()
    }
  )
})

/** Connections that wait for a lock. */
const waiting = async (url: string): Promise<number> => {
  const [row] = await asAdmin<{ count: string }>(
    url,
    `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  )
  return Number(row?.count)
}
