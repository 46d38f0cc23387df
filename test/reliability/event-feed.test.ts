import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { openDatabase } from '../../src/db/client.ts'
import { inTenant } from '../../src/db/tenancy.ts'
import { startEventDispatcher } from '../../src/jobs/event-dispatcher.ts'
import { eventsRepository } from '../../src/repositories/events.ts'
import { createServices } from '../../src/services/index.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
const open = () =>
  openDatabase({ url: service.databaseUrl, apiConnections: 8, queryTimeoutMs: 20_000, onError: () => {} })
/** A second process, as far as the database can tell; its connections also carry the writers. */
const elsewhere = open()
t.teardown(async () => {
  await elsewhere.close()
  await service.close()
})
const silent = { info: () => {}, warn: () => {} }

interface Item {
  id: string
  position: string
  data: { writer: number; n: number }
}

const eventOf = (shop: TestTenant, id: string, data: Record<string, unknown> = {}) => ({
  id,
  type: 'store.updated',
  subjectType: 'store',
  subjectId: shop.tenant.id,
  data,
  occurredAt: new Date().toISOString(),
  actorType: 'system',
  actorId: null
})

/** A transaction that writes `before`, stays open until `meanwhile` is done, writes `after` and commits. */
const write = (shop: TestTenant, before: Item[], meanwhile: () => Promise<unknown>, after: Item[] = []) =>
  inTenant(elsewhere.api, shop.tenant.id, async tx => {
    await eventsRepository(tx).append(before.map(item => eventOf(shop, item.id, item.data)))
    await meanwhile()
    await eventsRepository(tx).append(after.map(item => eventOf(shop, item.id, item.data)))
  })

let made = 0
const item = (writer: number, n: number): Item => ({
  id: `01890000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
  position: '',
  data: { writer, n }
})

/** The reader that the feed replaces: goes by the order of writing. */
const naiveReader = (shop: TestTenant) => {
  const seen = new Set<string>()
  let last = 0
  return {
    seen,
    async poll() {
      const rows = await asAdmin<{ id: string; write_order: string }>(
        service.databaseUrl,
        'select id, write_order from events where tenant_id = $1 and write_order > $2 order by write_order',
        [shop.tenant.id, last]
      )
      for (const { id, write_order } of rows) {
        seen.add(id)
        last = Number(write_order)
      }
    }
  }
}

t.test('events of 8 writers whose transactions overlap: none is missed, none comes twice, in order', async t => {
  const [writers, transactions, eventsEach] = [8, 50, 5]
  const total = writers * transactions * eventsEach
  const shop = await service.newTenant()
  const dispatcher = startEventDispatcher(service.services, silent)
  t.teardown(() => dispatcher.stop())
  const naive = naiveReader(shop)
  let writing = true

  const writer = async (w: number) => {
    for (let i = 0; i < transactions; i++) {
      const items = Array.from({ length: eventsEach }, (_, k) => item(w, i * eventsEach + k))
      await write(shop, items.slice(0, 3), () => pause((w * 7 + i * 5) % 13), items.slice(3))
    }
  }
  const reader = async (): Promise<Item[]> => {
    const read: Item[] = []
    // Beyond the last one for a while: something that came twice would come now. And not for ever, if one is missed.
    for (let after = '0', quiet = 0; writing || quiet < (read.length < total ? 500 : 10); ) {
      const { body } = await shop.call('GET', `/v1/events?after=${after}&limit=100`)
      read.push(...body.data)
      quiet = body.data.length > 0 ? 0 : quiet + 1
      after = body.nextAfter
    }
    return read
  }
  const watching = (async () => {
    while (writing) await naive.poll()
    await naive.poll()
  })()
  const reading = reader()
  await Promise.all(Array.from({ length: writers }, (_, w) => writer(w)))
  writing = false
  await watching
  const read = await reading

  const ids = new Set(read.map(event => event.id))
  t.equal(ids.size, total, 'none missed')
  t.equal(read.length, ids.size, 'none repeated')
  t.ok(
    read.every((event, i) => i === 0 || Number(event.position) > Number(read[i - 1]?.position)),
    'ascending'
  )
  for (let w = 0; w < writers; w++) {
    const own = read.filter(event => event.data.writer === w).map(event => event.data.n)
    t.ok(
      own.every((n, i) => n === i),
      'what one writer did one after the other comes in that order'
    )
  }
  t.comment(`${total} events: the feed missed ${total - ids.size}, by order of writing ${total - naive.seen.size}`)
})

t.test('a reader by order of writing misses what commits late; the feed has it', async t => {
  const shop = await service.newTenant()
  const naive = naiveReader(shop)
  const lead = await service.services.eventDispatcher.tryLead()
  const [late, early] = [item(0, 0), item(1, 0)]

  await write(shop, [late], async () => {
    await write(shop, [early], async () => {})
    await naive.poll()
    t.match(await lead?.dispatch(), { stamped: 1, more: false })
  })
  await naive.poll()
  await lead?.dispatch()
  await lead?.resign()

  t.same([...naive.seen], [early.id], 'the naive reader passed over the late event')
  const { body } = await shop.call('GET', '/v1/events')
  t.same(
    body.data.map((event: Item) => event.id),
    [early.id, late.id]
  )
})

t.test('one dispatcher at a time: a second one does nothing while the first lives, and can follow it', async t => {
  const shop = await service.newTenant()
  const other = createServices({ database: elsewhere })
  const first = await service.services.eventDispatcher.tryLead()
  t.equal(await other.eventDispatcher.tryLead(), null)
  const waiting = startEventDispatcher(other, silent)

  await write(shop, [item(0, 0)], async () => {})
  t.match(await first?.dispatch(), { stamped: 1 }, 'nobody else has stamped it')
  t.equal(await other.eventDispatcher.tryLead(), null)

  await waiting.stop()
  await first?.resign()
  const second = await other.eventDispatcher.tryLead()
  await write(shop, [item(0, 1)], async () => {})
  t.match(await second?.dispatch(), { stamped: 1 })
  await second?.resign()
  const { body } = await shop.call('GET', '/v1/events')
  t.same(
    body.data.map((event: Item) => event.data.n),
    [0, 1]
  )
})

t.test('a dispatcher that loses its connection says so, and the feed goes on', async t => {
  const shop = await service.newTenant()
  const messages: string[] = []
  const note = (_: object, message: string) => messages.push(message)
  const dispatcher = startEventDispatcher(service.services, { info: note, warn: note })
  t.teardown(() => dispatcher.stop())
  const arrived = async (count: number) => {
    while ((await shop.call('GET', '/v1/events')).body.data.length < count) await pause(20)
  }

  await write(shop, [item(0, 0)], async () => {})
  await arrived(1)
  const killed = await asAdmin(
    service.databaseUrl,
    `select pg_terminate_backend(pid) from pg_locks join pg_database d on d.oid = database
     where locktype = 'advisory' and granted and objid = 7236102 and datname = current_database()`
  )
  t.equal(killed.length, 1)
  await write(shop, [item(0, 1)], async () => {})
  await arrived(2)
  t.same(messages, ['leading the event feed', 'the event feed is interrupted', 'leading the event feed'])
})
