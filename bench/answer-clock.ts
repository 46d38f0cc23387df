import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase } from '../src/db/client.ts'
import { DomainError } from '../src/domain/errors.ts'
import { createServices, type Services } from '../src/services/index.ts'
import { systemActor, type Tenant } from '../src/services/tenants.ts'
import {
  type Course,
  type CoursePolicy,
  countedMinutes,
  drawCourse,
  dueAlerts,
  MINUTE,
  type OpenHours,
  randomFrom,
  type Spoken
} from '../test/support/answer-course.ts'
import type { Options } from './support/options.ts'
import { figure, say, table } from './support/report.ts'
import { ending, type Later, startBenchDatabase } from './support/service.ts'

const EACH = 2_500
const ZONE = 'Europe/Berlin'
const ELSEWHERE = 'America/New_York'
const CHANGES = { 'put forward': '2026-03-28T00:00:00Z', 'put back': '2026-10-24T00:00:00Z' }
const POLICIES: Readonly<Record<string, CoursePolicy>> = {
  'elapsed hours': {
    termMinutes: 1_440,
    maxPauseMinutes: 600,
    openHours: null,
    other: { zone: ELSEWHERE, openHours: null }
  },
  'hours of the night': {
    termMinutes: 600,
    maxPauseMinutes: 600,
    openHours: [
      [0, 6],
      [20, 24]
    ],
    other: { zone: ELSEWHERE, openHours: [[9, 17]] }
  }
}
const AT_ONCE = 8

/**
 * 10,000 feedbacks over both changes of clocks, while two processes of the timer are killed (SIGKILL) again and again and
 * stay away over deadlines: everything that falls due, worked out in the plainest way, is raised, once and at its minute. A
 * timer without a memory is run beside them, to show what the experiment would find.
 */
export async function run(options: Options): Promise<void> {
  const seed = options.shuffle ?? Date.now() % 1_000_000
  say(`seed ${seed} (--shuffle ${seed} repeats it)`)
  await ending(async later => {
    const { url } = await startBenchDatabase('answer_clock', true, later)
    const world = await openWorld(url, later)
    const random = randomFrom(seed)
    const rows: string[][] = []
    for (const [change, begin] of Object.entries(CHANGES)) {
      const lives: Life[] = []
      for (const [name, policy] of Object.entries(POLICIES)) {
        const course = drawCourse(ZONE, begin, EACH, random)
        const shop = await openShop(world, policy)
        lives.push({ name, course, policy, ...shop, moved: new Set(), ids: new Map(), naive: [] })
      }
      const kills = await live(world, lives, random)
      for (const one of lives) rows.push([change, one.name, ...(await compared(world, one)), String(kills)])
    }
    const head = ['clocks', 'counted', 'feedbacks', 'due', 'raised', 'missed', 'too many', 'twice']
    say(table([...head, 'breaches', 'a naive timer misses', 'tells twice', 'kills'], rows))
  })
}

interface World {
  readonly url: string
  readonly services: Services
  readonly admin: pg.Client
  now: Date
}

interface Life {
  readonly name: string
  readonly course: Course
  readonly policy: CoursePolicy
  readonly tenant: Tenant
  /** The store to which feedback is given, and those that it has. */
  readonly storeId: string
  readonly moved: Set<Spoken>
  readonly ids: Map<Spoken, string>
  /** What a timer without a memory would have told. */
  readonly naive: string[]
}

async function openWorld(url: string, later: Later): Promise<World> {
  const database = openDatabase({ url, apiConnections: AT_ONCE, queryTimeoutMs: 20_000, onError: () => {} })
  later(() => database.close())
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  later(() => admin.end())
  const world: World = { url, admin, now: new Date(), services: createServices({ database, clock: () => world.now }) }
  return world
}

async function openShop({ services }: World, policy: CoursePolicy): Promise<Pick<Life, 'tenant' | 'storeId'>> {
  const shop = { name: 'Shop', currency: 'EUR', country: 'DE', timeZone: ZONE }
  const { tenant } = await services.tenants.create(shop, null)
  const actor = systemActor(tenant)
  const store = await services.stores.create(actor, { code: 'NY', name: 'Elsewhere', timeZone: policy.other.zone })
  const away = weekOf(policy.other.openHours)
  if (away.length > 0) await services.businessHours.replace(actor, store.id, { weekly: away, exceptions: [] }, null)
  const weekly = weekOf(policy.openHours)
  const { termMinutes: answerWithinMinutes, maxPauseMinutes } = policy
  const business = policy.openHours && { calendar: 'business' as const, businessHours: { weekly, exceptions: [] } }
  await services.answerPolicy.replace(actor, { answerWithinMinutes, maxPauseMinutes, ...business }, null)
  return { tenant, storeId: store.id }
}

const weekOf = (hours: OpenHours | null) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap(weekday =>
    (hours ?? []).map(([from, to]) => ({ weekday, opensAt: hour(from), closesAt: hour(to) }))
  )

const hour = (n: number): string => `${String(n).padStart(2, '0')}:00`

/** Lives through courses of the same days side by side. Answers how often a timer was killed. */
async function live(world: World, lives: readonly Life[], random: () => number): Promise<number> {
  const { from, to, tick } = (lives[0] as Life).course
  const timers: (Timer | null)[] = [null, null]
  const away = [0, 0]
  let kills = 0
  for (let minute = from; minute < to; minute += tick) {
    world.now = new Date(minute * MINUTE)
    for (const [place, timer] of timers.entries()) {
      if (timer === null && minute >= (away[place] as number)) timers[place] = await startTimer(world)
      else timer?.tell(minute)
    }
    await tickOf(world, lives, minute)
    for (const [place, timer] of timers.entries()) {
      if (timer === null || random() > 0.2) continue
      await timer.kill()
      kills++
      timers[place] = null
      away[place] = minute + tick * Math.ceil(random() * 8)
    }
    const up = timers.filter(timer => timer !== null).length
    for (const one of lives) await naiveLook(world, one, minute, up)
  }
  world.now = new Date(to * MINUTE)
  for (const timer of timers) await timer?.kill()
  const last = await startTimer(world)
  await last.finish(to)
  return kills
}

/** What customers and staff do at a moment; those of one feedback one after the other. */
async function tickOf({ services }: World, lives: readonly Life[], minute: number): Promise<void> {
  const work = lives.flatMap(({ course, tenant, storeId, moved, ids }) => {
    const actor = systemActor(tenant)
    return course.spoken
      .filter(spoken => spoken.recordedAt === minute || spoken.acts.some(({ at }) => at === minute))
      .map(spoken => async () => {
        if (spoken.recordedAt === minute) {
          const receivedAt = new Date(spoken.receivedAt * MINUTE).toISOString()
          const words = { kind: 'question', channel: 'letter', text: 'When?', receivedAt } as const
          ids.set(spoken, (await services.feedback.create(actor, words)).id)
        }
        const id = ids.get(spoken) as string
        for (const { at, what } of spoken.acts) {
          if (at !== minute) continue
          if (what === 'answer') {
            await services.feedback.answer(actor, id, { substantive: true, text: 'So be it.' }, null)
          } else if (what === 'move') {
            if (!moved.delete(spoken)) moved.add(spoken)
            await services.feedback.update(actor, id, { storeId: moved.has(spoken) ? storeId : null }, null)
          } else await refusable(services.feedback[what](actor, id, null))
        }
      })
  })
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = work.pop(); next; next = work.pop()) await next()
    })
  )
}

const refusable = (work: Promise<unknown>): Promise<unknown> =>
  work.catch(error => {
    if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error
  })

/** Each timer that is there looks at what has fallen due since the moment before, and remembers nothing. */
async function naiveLook({ admin }: World, { tenant, course, naive }: Life, minute: number, up: number): Promise<void> {
  if (up === 0) return
  const { rows } = await admin.query<{ id: string }>(
    `select id from feedback where tenant_id = $1 and state = 'open' and due_at >= $2 and due_at < $3`,
    [tenant.id, new Date((minute - course.tick) * MINUTE), new Date(minute * MINUTE)]
  )
  for (const { id } of rows) for (let n = 0; n < up; n++) naive.push(id)
}

interface Timer {
  tell(minute: number): void
  kill(): Promise<void>
  /** Lets it raise what is left, and end. */
  finish(minute: number): Promise<void>
}

async function startTimer(world: World): Promise<Timer> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./support/answer-timer-process.js', import.meta.url)), {
    env: { ...process.env, DATABASE_URL: world.url, NOW_MS: String(world.now.getTime()) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  const exited = once(child, 'exit')
  await once(child, 'message')
  return {
    tell: minute => child.send({ nowMs: minute * MINUTE }),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async finish(minute) {
      child.send({ nowMs: minute * MINUTE, done: true })
      const [code] = await exited
      if (code !== 0) throw new Error(`the last timer ended with ${code}`)
    }
  }
}

/** What was raised beside what was due, and what a naive timer would have made of it. */
async function compared({ admin }: World, { course, policy, tenant, ids, naive }: Life): Promise<string[]> {
  const sums = countedMinutes(course, policy)
  const due = new Set<string>()
  for (const [spoken, id] of ids) {
    for (const [alert, minute] of dueAlerts(spoken, course, policy, sums)) {
      const strict = alert === 'breached' || alert === 'escalated 1'
      due.add(`${id} ${alert} ${minute * MINUTE + Number(strict)}`)
    }
  }
  const { rows } = await admin.query<{ id: string; name: string; at: string }>(
    `select subject_id as id, replace(type, 'feedback.', '') || coalesce(' ' || (data ->> 'rung'), '') as name,
            data ->> 'fellDueAt' as at
     from events where tenant_id = $1 and type in ('feedback.at_risk', 'feedback.breached', 'feedback.escalated')`,
    [tenant.id]
  )
  const raised = rows.map(({ id, name, at }) => `${id} ${name} ${Date.parse(at)}`)
  const once = new Set(raised)
  const missed = [...due].filter(one => !once.has(one)).length
  const tooMany = [...once].filter(one => !due.has(one)).length
  if (missed + tooMany > 0 || once.size < raised.length) process.exitCode = 1
  const breached = [...due].filter(one => one.includes('breached')).map(one => one.split(' ')[0] as string)
  const told = new Set(naive)
  return [
    ids.size,
    due.size,
    raised.length,
    missed,
    tooMany,
    raised.length - once.size,
    breached.length,
    breached.filter(id => !told.has(id)).length,
    naive.length - told.size
  ].map(figure0)
}

const figure0 = (count: number): string => figure(count).replace(/\.0+$/, '')
