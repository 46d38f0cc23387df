import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const admin = (sql: string, values: unknown[] = []) => asAdmin<{ count: number }>(service.databaseUrl, sql, values)
/** Several pieces' worth, so that the sweep has to come back. */
const MANY = 2_500

t.test('events go after 30 days, in pieces, and those that never reached the feed stay', async t => {
  const shop = await service.newTenant()
  const insert = (count: number, age: string) =>
    admin(
      `insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, data, occurred_at)
       select $1, gen_random_uuid(), 'store.updated', 'store', $1, 'system', '{}', now() - $3::interval
       from generate_series(1, $2)`,
      [shop.tenant.id, count, age]
    )
  await insert(MANY, '30 days 1 minute')
  await insert(10, '29 days 23 hours')
  const lead = await service.services.eventDispatcher.tryLead()
  await lead?.dispatch()
  await lead?.resign()
  await insert(5, '31 days')

  t.match(await service.services.retention.sweep(), { events: MANY })
  t.match(await service.services.retention.sweep(), { events: 0 })
  const left = await admin(
    'select (position is null) as unstamped, count(*)::int as count from events where tenant_id = $1 group by 1 order by 1',
    [shop.tenant.id]
  )
  t.same(left, [
    { unstamped: false, count: 10 },
    { unstamped: true, count: 5 }
  ])
})

t.test('answers to idempotency keys go after 72 hours, in pieces, and not before', async t => {
  const shop = await service.newTenant()
  const insert = (name: string, count: number, age: string) =>
    admin(
      `insert into idempotency_keys (tenant_id, key, request_hash, status, headers, body, created_at)
       select $1, $2 || n, '', 201, '{}', '{}', now() - $4::interval from generate_series(1, $3) n`,
      [shop.tenant.id, name, count, age]
    )
  await insert('old', MANY, '72 hours 1 minute')
  await insert('young', 10, '71 hours')
  t.match(await service.services.retention.sweep(), { idempotencyKeys: MANY })
  t.match(await service.services.retention.sweep(), { idempotencyKeys: 0 })
  const [left] = await admin('select count(*)::int from idempotency_keys where tenant_id = $1', [shop.tenant.id])
  t.equal(left?.count, 10)
})
