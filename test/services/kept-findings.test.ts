import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import type { KeptColumns } from '../../src/domain/finding-blocks.ts'
import { customerRows, wordsOf } from '../../src/repositories/customer-rows.ts'
import { customersKept, findingsBefore } from '../../src/services/kept-findings.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z'), workers: true })
t.teardown(() => service.close())

const admin = (text: string, values: unknown[] = []) => asAdmin(service.databaseUrl, text, values)

/** What the last run kept packed, and what the rows say: of how many customers, and each of them in columns. */
const both = (shop: Shop) =>
  inTenant(service.database.work, shop.tenant.id, async tx => {
    const { rows } = await tx.client.query(
      'select customer_id as id from customer_facts where tenant_id = $1 order by customer_id',
      [tx.tenantId]
    )
    const [last] = (
      await tx.client.query(
        'select id from classification_runs where tenant_id = $1 and applied_at is not null order by as_of desc, id desc',
        [tx.tenantId]
      )
    ).rows
    const ids = Uint32Array.from(rows.flatMap(row => [...wordsOf(row.id)]))
    const kept = await customersKept(tx, last.id)
    const { moved: packedMoved, ...packed } = await findingsBefore(tx, ids, true)
    const { moved: _, ...told } = await findingsBefore(tx, ids, false)
    return { kept, customers: rows.length, packedMoved: [...packedMoved], packed, told }
  })

const atRisk = ({ digests }: KeptColumns) => digests.filter(digest => !Number.isNaN(digest)).length

/** Every week on the same day from `first` on. */
const weeks = (first: string, count: number) =>
  Array.from({ length: count }, (_, n) => new Date(Date.parse(first) + n * 604_800_000).toISOString().slice(0, 10))

/** Anna leaves, Bo and Carl come every week, and Dora is on file but has bought nothing. */
async function openWeekly(): Promise<Shop> {
  service.clock.set('2026-03-02T10:00:00.000Z')
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  await shop.push({ customer: 'anna', amount: 10_000, at: '2025-11-03' })
  const dora = { kind: 'person', name: 'Dora', externalIds: [{ system: 'till', key: 'dora' }] }
  t.equal((await shop.call('POST', '/v1/customers', dora)).status, 201)
  for (const at of weeks('2025-11-10', 11)) await shop.push({ customer: 'anna', amount: 10_000, at })
  for (const at of weeks('2025-11-05', 17)) {
    await shop.push({ customer: 'bo', amount: 9_000, at })
    await shop.push({ customer: 'carl', amount: 100, at })
  }
  return shop
}

t.test('what a run keeps packed is what the rows say, after each run', async t => {
  const shop = await openWeekly()
  await shop.run()
  const first = await both(shop)
  t.match(first, { kept: 3, customers: 3, packedMoved: [0] })
  t.same(first.packed, first.told)
  t.equal(atRisk(first.packed), 1, 'Anna')

  service.clock.set('2026-03-09T10:00:00.000Z')
  await shop.push({ customer: 'anna', amount: 1_000, at: '2026-03-06' })
  await shop.push({ customer: 'dora', amount: 500_000, at: '2026-03-06' })
  t.match(await both(shop), { kept: 3, customers: 3 })
  await shop.run()
  const second = await both(shop)
  t.match(second, { kept: 4, customers: 4, packedMoved: [0] })
  t.same(second.packed, second.told)
  t.equal(atRisk(second.packed), (await shop.call('GET', '/v1/defections')).body.data.length)

  service.clock.set('2026-03-10T10:00:00.000Z')
  await shop.run()
  const third = await both(shop)
  t.same(third.packed, third.told)
})

t.test('who buys for the first time moves others, and each keeps what was found of him', async t => {
  const shop = await openWeekly()
  await shop.run()
  await shop.push({ customer: 'dora', amount: 50, at: '2026-03-01' })
  const all = ['anna', 'dora', 'bo', 'carl']
  const sorted = (await Promise.all(all.map(async name => ({ name, id: await shop.idOf(name) })))).sort((a, b) =>
    a.id < b.id ? -1 : 1
  )
  await inTenant(service.database.work, shop.tenant.id, async tx => {
    const ids = Uint32Array.from(sorted.flatMap(({ id }) => [...wordsOf(id)]))
    const { moved, findings } = await findingsBefore(tx, ids, true)
    t.same([...moved], [1])
    const amounts = sorted.map(({ name }, row) => [name, findings.known[row], findings.amounts[row]])
    t.same(amounts.sort(), [
      ['anna', 1, 120_000],
      ['bo', 1, 153_000],
      ['carl', 1, 1_700],
      ['dora', 0, 0]
    ])
  })
  t.ok((await shop.run()).changed > 0)
  const { packed, told } = await both(shop)
  t.same(packed, told)
})

t.test('blocks that do not fit are left alone, and a run that read rows packs them anew', async t => {
  for (const spoil of [
    `update finding_blocks set layout = 'another' where tenant_id = $1`,
    `update finding_blocks b set run_id = (select id from classification_runs where tenant_id = $1 order by as_of limit 1)
     where tenant_id = $1`,
    'delete from finding_blocks where tenant_id = $1'
  ]) {
    const shop = await openWeekly()
    await shop.run()
    service.clock.set('2026-03-02T11:00:00.000Z')
    await shop.run()
    await admin(spoil, [shop.tenant.id])
    t.equal((await both(shop)).kept, null)
    service.clock.set('2026-03-02T12:00:00.000Z')
    t.match(await shop.run(), { changed: 0 }, 'the rows told what was found before')
    const after = await both(shop)
    t.equal(after.kept, 3)
    t.same(after.packed, after.told)
  }
})

t.test('a run that changes nothing keeps nothing', async t => {
  const shop = await openWeekly()
  await shop.run()
  const before = await admin('select block, run_id, findings from finding_blocks where tenant_id = $1', [
    shop.tenant.id
  ])
  await shop.push({ customer: 'carl', amount: 900_000, at: '2026-02-27' })
  await shop.run({ dryRun: true })
  t.same(
    await admin('select block, run_id, findings from finding_blocks where tenant_id = $1', [shop.tenant.id]),
    before
  )
})

t.test('rows are found by id, in whatever order they are asked for', async t => {
  const ids = Uint32Array.from(Array.from({ length: 300 }, (_, row) => [row >>> 5, 0, (row * 7) % 224, row]).flat())
  const sorted = Array.from({ length: 300 }, (_, row) => [...ids.subarray(4 * row, 4 * row + 4)]).sort((a, b) => {
    const word = a.findIndex((value, at) => value !== b[at])
    return word < 0 ? 0 : (a[word] as number) - (b[word] as number)
  })
  const rows = customerRows(Uint32Array.from(sorted.flat()))
  let state = 1
  const wrong: number[] = []
  for (let n = 0; n < 3_000; n++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const row = n < 300 ? n : (state >>> 8) % 300
    const words = sorted[row] as number[]
    if (rows.find(Uint32Array.from(words)) !== row) wrong.push(row)
    if (rows.find(Uint32Array.from(words.with(1, 1))) !== -1) wrong.push(row)
  }
  t.same(wrong, [])
})
