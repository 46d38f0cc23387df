import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { factsKept, refreshFacts } from '../../src/services/customer-facts.ts'
import { readCustomers } from '../../src/services/kept-facts.ts'
import { systemActor } from '../../src/services/tenants.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z'), workers: true })
t.teardown(() => service.close())

const admin = (text: string, values: unknown[] = []) => asAdmin(service.databaseUrl, text, values)
const within = <T>(shop: Shop, work: Parameters<typeof inTenant<T>>[2]) =>
  inTenant(service.database.work, shop.tenant.id, work)

/** What is packed, and what the rows say: each of all customers in columns. */
const both = (shop: Shop) =>
  within(shop, async tx => {
    const kept = await factsKept(tx)
    const read = (packed: boolean) => readCustomers(tx, { made: 0, own: !packed, packed }, null, () => {})
    const blocks = (await tx.client.query('select count(*)::int as count from fact_blocks')).rows[0].count
    const packed = kept?.packed ? await read(true) : null
    return { blocks, packed, told: await read(false) }
  })

async function openWeekly(): Promise<Shop> {
  service.clock.set('2026-03-02T10:00:00.000Z')
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  for (const at of ['2025-12-01', '2026-01-12', '2026-02-09']) {
    await shop.push({ customer: 'anna', amount: 10_000, at })
    await shop.push({ customer: 'bo', amount: 9_000, at })
  }
  await shop.push({ customer: 'carl', amount: 100, at: '2026-02-27' })
  return shop
}

t.test('what a run packs is what the rows say, after each run', async t => {
  const shop = await openWeekly()
  await shop.run()
  const first = await both(shop)
  t.equal(first.blocks, 1)
  t.same(first.packed, first.told)
  t.equal(first.told.facts.offsets.length, 4)

  service.clock.set('2026-03-09T10:00:00.000Z')
  await shop.push({ customer: 'anna', amount: 1_000, at: '2025-11-06' })
  await shop.push({ customer: 'bo', amount: 2_000, at: '2026-03-06', kind: 'return' })
  await shop.push({ customer: 'dora', amount: 5_000_000_000, at: '2026-03-06' })
  await shop.push({ customer: 'carl', amount: 300, at: '2026-03-09' })
  await shop.run()
  const second = await both(shop)
  t.same(second.packed, second.told)
  t.equal(second.told.facts.offsets.length, 5)
  t.not(second.told.facts.days.length, first.told.facts.days.length)

  service.clock.set('2026-03-10T13:00:00.000Z')
  await shop.run()
  const third = await both(shop)
  t.same(third.packed, third.told, 'and what lay ahead is counted on the next day')
  t.notSame(third.told.facts.sales, second.told.facts.sales)
})

t.test('a run that changes nothing packs what it made anew', async t => {
  const shop = await openWeekly()
  await shop.run()
  await shop.push({ customer: 'carl', amount: 900, at: '2026-02-20' })
  await shop.run({ dryRun: true })
  const after = await both(shop)
  t.same(after.packed, after.told)
})

t.test('a question about an earlier day leaves what is packed as it is', async t => {
  const shop = await openWeekly()
  await shop.run()
  const before = await both(shop)
  await shop.run({ dryRun: true, asOf: '2026-02-01T00:00:00Z' })
  t.same(await both(shop), before)
})

t.test('what does not fit the rows is not read, and the next run packs them anew', async t => {
  for (const spoil of [
    `update fact_blocks set layout = 'another' where tenant_id = $1`,
    'delete from fact_blocks where tenant_id = $1',
    // As a version of the service would that knows nothing of blocks.
    `update fact_states set recorded_through = recorded_through + interval '1 second' where tenant_id = $1`
  ]) {
    const shop = await openWeekly()
    await shop.run()
    const before = await both(shop)
    await admin(spoil, [shop.tenant.id])
    service.clock.set('2026-03-02T13:00:00.000Z')
    t.match(await shop.run(), { changed: 0, customers: 3 })
    const after = await both(shop)
    t.same(after.packed, after.told)
    t.same(after.told, before.told)
  }
})

t.test('facts that are made anew without being read are read as rows the next time', async t => {
  const shop = await openWeekly()
  await shop.run()
  await shop.push({ customer: 'carl', amount: 900, at: '2026-02-20' })
  await within(shop, tx => {
    const [asOfDay, now] = [dayNumber('2026-03-02'), service.clock.now.toISOString()]
    return refreshFacts(tx, { asOfDay, today: asOfDay, minBrandsInCategory: 2, now, trial: false })
  })
  t.equal((await both(shop)).packed, null)
  service.clock.set('2026-03-02T13:00:00.000Z')
  await shop.run()
  const after = await both(shop)
  t.same(after.packed, after.told)
})

t.test('after the aggregates were rebuilt, all is made and packed anew', async t => {
  const shop = await openWeekly()
  await shop.run()
  const before = await both(shop)
  await admin('update customer_facts set sales = 99 where tenant_id = $1', [shop.tenant.id])
  await service.services.aggregates.rebuild(systemActor(shop.tenant))
  t.equal((await both(shop)).packed, null)
  service.clock.set('2026-03-02T13:00:00.000Z')
  t.match(await shop.run(), { changed: 0 })
  t.same(await both(shop), before)
})
