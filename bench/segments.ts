import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { type Database, openDatabase } from '../src/db/client.ts'
import { inTenant } from '../src/db/tenancy.ts'
import { DEFAULT_POLICY } from '../src/domain/classification-policy.ts'
import { dayNumber } from '../src/domain/period.ts'
import type { SegmentRule } from '../src/domain/segment-rule.ts'
import { refreshFacts } from '../src/services/customer-facts.ts'
import { createServices } from '../src/services/index.ts'
import { readCustomers } from '../src/services/kept-facts.ts'
import { refreshSegments } from '../src/services/segment-run.ts'
import { systemActor } from '../src/services/tenants.ts'
import { seeded } from './seed.ts'
import type { Options } from './support/options.ts'
import { figure, say, table } from './support/report.ts'
import { ending } from './support/service.ts'

const DAY_MS = 86_400_000
const SEGMENTS = 50

/**
 * 50 segments over all customers, as a run computes them: for the first time, when everybody enters; a day later, when
 * every window has moved; and when nothing has happened since. Beside it a preview, and an explanation of one customer.
 * `--only "a day later"` goes on with the memberships that the last time has left, which spares the first computation.
 */
export async function run(options: Options): Promise<void> {
  await ending(async later => {
    const { url, tenantId, customers } = await seeded(options, later)
    const database = openDatabase({ url, apiConnections: 4, queryTimeoutMs: 60_000, onError: () => {} })
    later(() => database.close())
    const services = createServices({ database })
    const tenant = (await database.system.query('select * from tenants where id = $1', [tenantId])).rows[0]
    const actor = systemActor({ ...tenant, timeZone: tenant.time_zone, cursorSecret: tenant.cursor_secret })
    const before = options.only.some(name => name.startsWith('a day')) ? await computedAt(url) : null
    if (before === null) {
      await forget(url, tenantId)
      for (const [index, rule] of rules().entries()) {
        await services.segments.create(actor, { code: `bench-${index}`, name: `Bench ${index}`, rule })
      }
    }
    await deriveFacts(database, tenantId)
    const rows: string[][] = []
    const measure = async (what: string, now: Date) => {
      const memory = watchMemory()
      const asOf = now.toISOString()
      const started = performance.now()
      const report = await inTenant(database.work, tenantId, tx =>
        refreshSegments({ newId: () => uuidv7() }, tx, {
          runId: null,
          asOf,
          asOfDay: asOf.slice(0, 10),
          now: asOf
        })
      )
      const seconds = (performance.now() - started) / 1_000
      const { readingMs, writingMs, members, entered, left } = report
      const peak = memory.end()
      rows.push([
        what,
        figure(seconds),
        figure(readingMs / 1_000),
        figure(writingMs / 1_000),
        ...[members, entered, left].map(String),
        figure(peak)
      ])
      say(
        `${what}: ${figure(seconds)} s, ${members} members, ${entered} entered, ${left} left, peak ${figure(peak)} MiB`
      )
    }
    const today = before ?? new Date()
    if (before === null) await measure('first time, everybody enters', today)
    await vacuum(url)
    const tomorrow = new Date(today.getTime() + DAY_MS)
    await measure('a day later', tomorrow)
    await measure('nothing has changed', new Date(tomorrow.getTime() + 1))

    const [wanted] = rules()
    const started = performance.now()
    const preview = await services.segmentAnswers.preview(actor, wanted)
    say(`a preview: ${figure((performance.now() - started) / 1_000)} s, ${preview.members} members`)
    const [segment] = await services.segments.list(actor, true, null, 1)
    const [one] = preview.sample
    const asked = performance.now()
    if (segment && one) await services.segmentAnswers.explain(actor, segment.id, one.customerId, 'en')
    say(`an explanation: ${figure(performance.now() - asked)} ms`)
    say()
    say(`${customers} customers, ${SEGMENTS} segments`)
    say(table(['computation', 'seconds', 'reading', 'writing', 'members', 'entered', 'left', 'peak MiB'], rows))
  })
}

/** Rules such as shops think of: by class, by what was bought in windows of all lengths, by the file, and mixed. */
function rules(): SegmentRule[] {
  const bought = (name: 'sum' | 'count' | 'average' | 'distinct_days', withinDays: number | null, value: number) =>
    ({ aggregate: { function: name, withinDays }, operator: 'at_least', value }) as const
  const since = (from: number, to: number) =>
    ({ aggregate: { function: 'days_since' }, operator: 'between', value: [from, to] }) as const
  const windows = [30, 60, 90, 180, 365, null]
  const all: SegmentRule[] = [
    ...windows.map(days => bought('sum', days, 20_000)),
    ...windows.map(days => bought('count', days, 3)),
    ...windows.map(days => bought('average', days, 10_000)),
    ...windows.map(days => bought('distinct_days', days, 4)),
    ...[0, 30, 60, 90, 120, 180, 270, 365].map(days => since(days, days + 29)),
    ...(['A', 'B', 'C'] as const).map(
      (value): SegmentRule => ({ all: [{ field: 'abcClass', operator: 'is', value }, since(60, 365)] })
    ),
    ...(['loyal', 'switcher'] as const).map((value): SegmentRule => ({ field: 'loyaltyLevel', operator: 'is', value })),
    { field: 'standing', operator: 'is', value: 'key' },
    { field: 'partialDefection', operator: 'is', value: true },
    { field: 'tags', operator: 'contains', value: 'vip' },
    { all: [{ field: 'contactTypes', operator: 'contains', value: 'email' }, bought('sum', 90, 5_000)] },
    { all: [bought('sum', 90, 30_000), { not: { field: 'priceDriven', operator: 'is', value: true } }] },
    { any: [bought('sum', 365, 60_000), { field: 'tags', operator: 'contains', value: 'vip' }] },
    { all: [{ field: 'defectionState', operator: 'in', value: ['overdue', 'lapsed'] }, bought('sum', null, 30_000)] },
    { all: [{ field: 'hasRelationshipManager', operator: 'is', value: true }, since(90, 9_999)] },
    { all: [{ field: 'daysSinceCreated', operator: 'at_most', value: 729 }, bought('count', 180, 2)] },
    {
      all: [
        { field: 'trustLevel', operator: 'is', value: 'cognitive' },
        { field: 'r', operator: 'at_least', value: 4 }
      ]
    },
    { all: [bought('count', 365, 5), { not: bought('count', 90, 1) }] },
    {
      all: [bought('sum', 180, 10_000), { not: bought('sum', 30, 1) }, { field: 'm', operator: 'at_least', value: 3 }]
    },
    { aggregate: { function: 'distinct_products', withinDays: 90 }, operator: 'at_least', value: 2 }
  ]
  return all.slice(0, SEGMENTS)
}

/** The largest memory of this process from now on, in MiB. */
function watchMemory(): { end(): number } {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 20)
  return {
    end() {
      clearInterval(timer)
      look()
      return peak / 2 ** 20
    }
  }
}

async function asAdmin(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await work(client).finally(() => client.end())
}

/** As of when all segments were computed by an earlier benchmark; null where that has not happened. */
async function computedAt(url: string): Promise<Date | null> {
  let found: Date | null = null
  await asAdmin(url, async client => {
    const { rows } = await client.query(
      `select count(*) = ${SEGMENTS} and bool_and(computed_as_of is not null) as whole, max(computed_as_of) as last from segments`
    )
    if (rows[0].whole) found = new Date(rows[0].last)
  })
  return found
}

/** What a run derives and packs of customers before it comes to the segments. */
async function deriveFacts(database: Database, tenantId: string): Promise<void> {
  const now = new Date().toISOString()
  const today = dayNumber(now.slice(0, 10))
  const { minBrandsInCategory } = DEFAULT_POLICY.loyalty
  const question = { asOfDay: today, today, minBrandsInCategory, now, trial: false }
  await inTenant(database.work, tenantId, async tx => {
    await readCustomers(tx, await refreshFacts(tx, question), null, () => {})
  })
}

/** What an earlier benchmark has left. */
const forget = (url: string, tenantId: string): Promise<void> =>
  asAdmin(url, async client => {
    await client.query('truncate segment_memberships, segment_member_sets, segment_rules, segments')
    await client.query(`delete from events where tenant_id = $1 and type like '%segment%'`, [tenantId])
  })

/** As autovacuum would have done by the next day. */
const vacuum = (url: string): Promise<void> =>
  asAdmin(url, client => client.query('vacuum (analyze) segment_memberships, events'))
