import t from 'tap'
import { openDatabase } from '../../src/db/client.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { createServices } from '../../src/services/index.ts'
import { systemActor } from '../../src/services/tenants.ts'
import {
  type Course,
  type CoursePolicy,
  countedMinutes,
  drawCourse,
  dueAlerts,
  isUp,
  MINUTE,
  type OpenHours,
  randomFrom,
  type Spoken
} from '../support/answer-course.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

/** Two processes over one database; what time it is, the course says. */
const service = await startService()
const database = openDatabase({ url: service.databaseUrl, apiConnections: 4, queryTimeoutMs: 20_000, onError() {} })
const elsewhere = createServices({ database, clock: () => service.clock.now })
t.teardown(async () => {
  await database.close()
  await service.close()
})

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const EACH = 100
const NEW_YORK = 'America/New_York'
const ELAPSED: CoursePolicy = {
  termMinutes: 1_440,
  maxPauseMinutes: 600,
  openHours: null,
  other: { zone: NEW_YORK, openHours: null }
}
/** A shop of the night, so that the hour that is lost or won is one in which it is open. */
const NIGHTS: CoursePolicy = {
  termMinutes: 600,
  maxPauseMinutes: 600,
  openHours: [
    [0, 6],
    [20, 24]
  ],
  other: {
    zone: NEW_YORK,
    openHours: [
      [9, 13],
      [15, 19]
    ]
  }
}

const intervals = (hours: OpenHours) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap(weekday =>
    hours.map(([from, to]) => ({
      weekday,
      opensAt: `${String(from).padStart(2, '0')}:00`,
      closesAt: `${String(to).padStart(2, '0')}:00`
    }))
  )

/** A shop with a store elsewhere, which feedback may be given to. */
async function openShop(course: Course, policy: CoursePolicy): Promise<{ shop: TestTenant; storeId: string }> {
  const shop = await service.newTenant({ timeZone: course.zone })
  const { zone, openHours } = policy.other
  const { body: store } = await shop.call('POST', '/v1/stores', { code: 'NY', name: 'Elsewhere', timeZone: zone })
  if (openHours) {
    const hours = { weekly: intervals(openHours), exceptions: [] }
    await shop.call('PUT', `/v1/stores/${store.id}/business-hours`, hours)
  }
  await service.services.answerPolicy.replace(
    systemActor(shop.tenant),
    {
      answerWithinMinutes: policy.termMinutes,
      maxPauseMinutes: policy.maxPauseMinutes,
      ...(policy.openHours && {
        calendar: 'business',
        businessHours: { weekly: intervals(policy.openHours), exceptions: [] }
      })
    },
    null
  )
  return { shop, storeId: store.id }
}

interface Raised {
  readonly id: string
  readonly name: string
  readonly at: number
}

const raisedIn = async (shop: TestTenant): Promise<Raised[]> => {
  const rows = await asAdmin<{ id: string; name: string; at: string }>(
    service.databaseUrl,
    `select subject_id as id, replace(type, 'feedback.', '') || coalesce(' ' || (data ->> 'rung'), '') as name,
            data ->> 'fellDueAt' as at
     from events where tenant_id = $1 and type in ('feedback.at_risk', 'feedback.breached', 'feedback.escalated')`,
    [shop.tenant.id]
  )
  return rows.map(({ id, name, at }) => ({ id, name, at: Date.parse(at) }))
}

/**
 * The timer that this one replaces: looks at what has fallen due since it looked last, and remembers nothing. Two of them
 * run side by side, as two processes would.
 */
const naiveTimer = (course: Course, shop: TestTenant) => {
  const told: string[] = []
  return {
    told,
    async look(minute: number): Promise<void> {
      const rows = await asAdmin<{ id: string }>(
        service.databaseUrl,
        `select id from feedback where tenant_id = $1 and state = 'open' and due_at >= $2 and due_at < $3`,
        [shop.tenant.id, new Date((minute - course.tick) * MINUTE), new Date(minute * MINUTE)]
      )
      for (const { id } of rows) told.push(id, id)
    }
  }
}

/** Lives through a course: at each moment customers and staff do what they do, while timers look, if there are any. */
async function live(
  course: Course,
  { shop, storeId }: { shop: TestTenant; storeId: string },
  naive: ReturnType<typeof naiveTimer>
): Promise<Map<Spoken, string>> {
  const actor = systemActor(shop.tenant)
  const ids = new Map<Spoken, string>()
  const { feedback } = service.services
  const done = (work: Promise<unknown>): Promise<unknown> =>
    work.catch(error => {
      if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error
    })
  const moved = new Set<Spoken>()
  const act = (spoken: Spoken, what: Spoken['acts'][number]['what']): Promise<unknown> => {
    const id = ids.get(spoken) as string
    if (what === 'move') {
      if (!moved.delete(spoken)) moved.add(spoken)
      return feedback.update(actor, id, { storeId: moved.has(spoken) ? storeId : null }, null)
    }
    if (what === 'pause') return done(feedback.pause(actor, id, null))
    if (what === 'resume') return done(elsewhere.feedback.resume(actor, id, null))
    return feedback.answer(actor, id, { substantive: true, text: 'So be it.' }, null)
  }
  for (let minute = course.from; minute < course.to; minute += course.tick) {
    service.clock.set(new Date(minute * MINUTE).toISOString())
    const timers = isUp(course, minute) ? [service.services, elsewhere] : []
    for (const spoken of course.spoken.filter(one => one.recordedAt === minute)) {
      const receivedAt = new Date(spoken.receivedAt * MINUTE).toISOString()
      const made = await feedback.create(actor, { kind: 'question', channel: 'letter', text: 'When?', receivedAt })
      ids.set(spoken, made.id)
    }
    // One after the other where one feedback has two of them at the same moment.
    const acts = course.spoken.map(async spoken => {
      for (const { at, what } of spoken.acts) if (at === minute) await act(spoken, what)
    })
    await Promise.all([...timers.map(({ answerClock }) => answerClock.sweep()), ...acts])
    if (timers.length > 0) await naive.look(minute)
  }
  service.clock.set(new Date(course.to * MINUTE).toISOString())
  await Promise.all([service.services.answerClock.sweep(), elsewhere.answerClock.sweep()])
  return ids
}

const CHANGES = [
  ['clocks put forward in Berlin', 'Europe/Berlin', '2026-03-28T00:00:00Z'],
  ['clocks put back in Berlin', 'Europe/Berlin', '2026-10-24T00:00:00Z']
] as const

t.comment(`seed ${SEED}`)
for (const [index, [title, zone, begin]] of CHANGES.entries()) {
  for (const [name, policy] of Object.entries({ 'elapsed hours': ELAPSED, 'business hours': NIGHTS })) {
    t.test(`${title}, ${name}: with timers down over deadlines, what is raised is what is due, once`, async t => {
      const random = randomFrom(SEED + 10 * index + Number(policy === NIGHTS))
      const course = drawCourse(zone, begin, EACH, random)
      const opened = await openShop(course, policy)
      const { shop } = opened
      const naive = naiveTimer(course, shop)
      const ids = await live(course, opened, naive)
      const sums = countedMinutes(course, policy)
      const due = [...ids].flatMap(([spoken, id]) =>
        [...dueAlerts(spoken, course, policy, sums)].map(([alert, minute]) => {
          const strict = alert === 'breached' || alert === 'escalated 1'
          return `${id} ${alert} ${minute * MINUTE + Number(strict)}`
        })
      )
      const raised = (await raisedIn(shop)).map(one => `${one.id} ${one.name} ${one.at}`)
      t.equal(new Set(raised).size, raised.length, 'nothing twice')
      t.same(raised.sort(), due.sort(), 'everything that is due, at its minute, and nothing else')

      const breached = due.filter(one => one.includes('breached')).map(one => one.split(' ')[0] as string)
      const missed = breached.filter(id => !naive.told.includes(id)).length
      const twice = naive.told.length - new Set(naive.told).size
      t.comment(
        `${EACH} feedbacks: ${due.length} due, ${raised.length} raised; breaches ${breached.length}; a naive timer misses ${missed} and tells ${twice} twice`
      )
      const [ledger] = await asAdmin<{ moves: number }>(
        service.databaseUrl,
        `select count(*)::int as moves from answer_clock_entries where tenant_id = $1 and entry = 'moved'`,
        [shop.tenant.id]
      )
      t.ok((ledger?.moves ?? 0) > EACH / 5, 'the course has moves')
      t.ok(breached.length > EACH / 5, 'the course has breaches')
      t.ok(missed > 0 && twice > 0, 'a timer without a memory is found out')
    })
  }
}
