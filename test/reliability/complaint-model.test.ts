import fc from 'fast-check'
import t from 'tap'
import { assignmentFixtures } from '../support/assignments.ts'
import { asAdmin } from '../support/cluster.ts'
import { type ComplaintShop, complaintShop } from '../support/complaints.ts'
import { type Answer, startService, type TestTenant } from '../support/service.ts'

/**
 * Random courses of commands on cases, over HTTP and by two clients, against a model in memory: sent one after the other with
 * versions that may be stale, and two at the same moment. The model is written anew here, not taken from the domain.
 */
const START = Date.parse('2026-03-02T10:00:00.000Z')
const HOUR = 3_600_000
const TERM = 24 * HOUR
const service = await startService({ clock: new Date(START) })
const fixtures = await assignmentFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
const RUNS = Number(process.env.FC_RUNS ?? 15)
const CASES = 2

type Step = (typeof STEPS)[number]
const STEPS = [
  'acknowledge',
  'answer',
  'answer_as_manager',
  'answer_unnamed',
  'assess',
  'cause',
  'escalate',
  'to_clerk',
  'to_manager',
  'apologise',
  'resolve',
  'reject',
  'close',
  'reopen',
  'withdraw'
] as const

type Answerer = 'clerk' | 'manager'

interface Case {
  state: string
  version: number
  handler: 'clerk' | 'manager'
  /** Who gave the first answer, the last one, and the one that was first closed; the clerk is the first handler. */
  answeredBy: Answerer | null
  lastAnsweredBy: Answerer | null
  settledBy: Answerer | null
  isAnswered: boolean
  /** When it was first closed and reopened, and whether it was escalated before the first closure. */
  firstClosedAt: number | null
  firstReopenedAt: number | null
  wasEscalated: boolean
  hasCause: boolean
  handovers: number
  escalations: number
  reopenings: number
  /** The clock of the answer: what it has counted, and since when it runs. */
  countedMs: number
  runningSince: number | null
  /** Whether it was ever open beyond its term, at a moment at which somebody looked. */
  breached: boolean
  /** How often the customer, who is an A, was owed the word of her manager. */
  contacts: number
}

const fresh = (now: number): Case => ({
  state: 'received',
  version: 1,
  handler: 'clerk',
  answeredBy: null,
  lastAnsweredBy: null,
  settledBy: null,
  isAnswered: false,
  firstClosedAt: null,
  firstReopenedAt: null,
  wasEscalated: false,
  hasCause: false,
  handovers: 0,
  escalations: 0,
  reopenings: 0,
  countedMs: 0,
  runningSince: now,
  breached: false,
  contacts: 1
})

const WORKED_ON = ['received', 'acknowledged', 'investigating', 'escalated', 'reopened']
const UNFINISHED = [...WORKED_ON, 'answered', 'resolved', 'rejected']
const AS_IT_WAS = (one: Case) => one.state
const ANSWERED = { from: [...WORKED_ON, 'answered'], to: () => 'answered' }
/** Who gives an answer; an answer of nobody counts for nobody. */
const ANSWERS: Readonly<Partial<Record<Step, Answerer | null>>> = {
  answer: 'clerk',
  answer_as_manager: 'manager',
  answer_unnamed: null
}

/** From which states each step is taken, and where it leads. */
const WAYS: Readonly<Record<Step, { from: readonly string[]; to: (one: Case) => string }>> = {
  acknowledge: {
    from: [...WORKED_ON, 'answered'],
    to: one => (one.state === 'received' ? 'acknowledged' : one.state)
  },
  answer: ANSWERED,
  answer_as_manager: ANSWERED,
  answer_unnamed: ANSWERED,
  assess: { from: [...WORKED_ON, 'answered'], to: one => (one.state === 'answered' ? 'answered' : 'investigating') },
  cause: { from: UNFINISHED, to: AS_IT_WAS },
  escalate: { from: [...WORKED_ON, 'answered'], to: () => 'escalated' },
  to_clerk: { from: UNFINISHED, to: AS_IT_WAS },
  to_manager: { from: UNFINISHED, to: AS_IT_WAS },
  apologise: { from: UNFINISHED, to: AS_IT_WAS },
  resolve: { from: ['answered'], to: () => 'resolved' },
  reject: { from: ['answered'], to: () => 'rejected' },
  close: { from: ['answered', 'resolved'], to: () => 'closed' },
  reopen: {
    from: ['answered', 'resolved', 'rejected', 'closed', 'escalated', 'investigating'],
    to: one => (['escalated', 'investigating'].includes(one.state) ? one.state : 'reopened')
  },
  withdraw: { from: [...WORKED_ON, 'answered'], to: () => 'withdrawn' }
}

const overdue = (one: Case, now: number): boolean =>
  one.runningSince !== null && one.countedMs + now - one.runningSince > TERM

/** Does a step to the model. Answers the status that the service owes; a refusal leaves the case as it was. */
function take(one: Case, step: Step, now: number): number {
  const { from, to } = WAYS[step]
  if (!from.includes(one.state)) return 409
  if (step === 'reopen' && one.runningSince !== null) return 409
  if (step === 'close' && !one.hasCause) return 409
  if (step === 'escalate' && one.handler === 'manager') return 422
  const handler = step === 'to_clerk' ? 'clerk' : step === 'to_manager' || step === 'escalate' ? 'manager' : one.handler
  if (step.startsWith('to_') && handler === one.handler) return 200
  // Closing what is only answered resolves it on the way.
  one.version += step === 'close' && one.state === 'answered' ? 2 : 1
  if (step === 'escalate') one.escalations += 1
  if (step === 'escalate' && one.firstClosedAt === null) one.wasEscalated = true
  if (step === 'escalate' || handler !== one.handler) one.handovers += 1
  if (step === 'cause') one.hasCause = true
  if (step === 'reopen') one.reopenings += 1
  if (step === 'reopen') one.firstReopenedAt ??= now
  if (step === 'reopen' && one.state === 'closed') one.contacts += 1
  const answerer = ANSWERS[step]
  if (answerer !== undefined) {
    if (!one.isAnswered) one.answeredBy = answerer
    one.isAnswered = true
    one.lastAnsweredBy = answerer
  }
  if (step === 'close' && one.firstClosedAt === null) {
    one.firstClosedAt = now
    one.settledBy = one.lastAnsweredBy
  }
  const stops = answerer !== undefined || step === 'withdraw'
  one.breached ||= stops && overdue(one, now)
  if (stops && one.runningSince !== null) {
    one.countedMs += now - one.runningSince
    one.runningSince = null
  }
  // Who escalates an answered case owes another answer.
  if (step === 'reopen' || (step === 'escalate' && one.runningSince === null)) one.runningSince = now
  one.state = to(one)
  one.handler = handler
  return answerer !== undefined || ['acknowledge', 'cause', 'apologise'].includes(step) ? 201 : 200
}

/** In the words of the guide: the clerk from first to last, accepted (as all are here), and not reopened within 30 days. */
function firstTime(one: Case, now: number): boolean | null {
  const { answeredBy, settledBy, firstClosedAt, firstReopenedAt } = one
  if (one.wasEscalated || answeredBy === 'manager' || settledBy === 'manager') return false
  if (firstClosedAt === null) return firstReopenedAt === null ? null : false
  const settledAt = firstClosedAt + 30 * 24 * HOUR
  if (firstReopenedAt !== null && firstReopenedAt < settledAt) return false
  if (firstReopenedAt === null && now < settledAt) return null
  return answeredBy === null || settledBy === null ? null : true
}

interface Model {
  now: number
  cases: Case[]
}

interface Real {
  readonly shop: ComplaintShop
  readonly clients: readonly TestTenant[]
  readonly ids: string[]
}

const path = (step: Step): string =>
  ({
    acknowledge: 'answers',
    answer: 'answers',
    answer_as_manager: 'answers',
    answer_unnamed: 'answers',
    assess: 'assessments',
    cause: 'causes',
    escalate: 'escalations',
    to_clerk: 'handlers',
    to_manager: 'handlers',
    apologise: 'remedies',
    resolve: 'resolutions',
    reject: 'resolutions',
    close: 'closures',
    reopen: 'reopenings',
    withdraw: 'withdrawals'
  })[step]

const bodyOf = (step: Step, { clerkId, managerId }: ComplaintShop): object =>
  ({
    acknowledge: { substantive: false, text: 'We look into it.' },
    answer: { substantive: true, text: 'We are sorry.', staffId: clerkId },
    answer_as_manager: { substantive: true, text: 'I am sorry.', staffId: managerId },
    answer_unnamed: { substantive: true, text: 'Sorry.' },
    assess: { severity: 'medium' },
    cause: { cause: 'undetermined' },
    escalate: { toStaffId: managerId },
    to_clerk: { handlerId: clerkId },
    to_manager: { handlerId: managerId },
    apologise: { decision: 'apology', staffId: clerkId },
    resolve: { outcome: 'resolved' },
    reject: { outcome: 'rejected' },
    close: { outcome: 'resolved', verdict: 'accepted' },
    reopen: { reason: 'not_satisfied' },
    withdraw: {}
  })[step]

const send = (
  { shop, clients, ids }: Real,
  client: number,
  at: number,
  step: Step,
  version?: number
): Promise<Answer> =>
  (clients[client] as TestTenant).call(
    'POST',
    `/v1/complaints/${ids[at]}/${path(step)}`,
    bodyOf(step, shop),
    version === undefined ? {} : { 'if-match': `"${version}"` }
  )

const shown = (one: Case, { clerkId, managerId }: ComplaintShop, now: number) => ({
  state: one.state,
  version: one.version,
  handlerId: one.handler === 'clerk' ? clerkId : managerId,
  handovers: one.handovers,
  escalations: one.escalations,
  reopenings: one.reopenings,
  answeredById: one.answeredBy === null ? null : one.answeredBy === 'clerk' ? clerkId : managerId,
  handledFirstTime: firstTime(one, now),
  primaryCause: one.hasCause ? 'undetermined' : null
})

const read = async ({ shop, ids }: Real, at: number) => {
  const { body } = await shop.shop.call('GET', `/v1/complaints/${ids[at]}`)
  const {
    state,
    version,
    handlerId,
    handovers,
    escalations,
    reopenings,
    answeredById,
    handledFirstTime,
    primaryCause
  } = body
  return {
    state,
    version,
    handlerId,
    handovers,
    escalations,
    reopenings,
    answeredById,
    handledFirstTime,
    primaryCause
  }
}

const equal = (actual: unknown, wanted: unknown, what: string): void => {
  if (JSON.stringify(actual) === JSON.stringify(wanted)) return
  throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`)
}

type Command = fc.AsyncCommand<Model, Real>

/** A client does something on the version that he has seen, so many versions ago; with null on whatever there is. */
const stepping = (client: number, at: number, step: Step, behind: number | null): Command => ({
  check: () => true,
  async run(model, real) {
    const one = model.cases[at] as Case
    const version = behind === null ? undefined : Math.max(1, one.version - behind)
    const stale = version !== undefined && version !== one.version
    const wanted = stale ? 412 : take(one, step, model.now)
    const answer = await send(real, client, at, step, version)
    equal(answer.status, wanted, `${step} ${JSON.stringify(answer.body)}`)
    equal(await read(real, at), shown(one, real.shop, model.now), step)
  },
  toString: () => `client ${client}: ${step} case ${at}${behind === null ? '' : `, ${behind} versions behind`}`
})

/** Both do something at the same moment: what comes of it is what comes of one after the other. */
const racing = (at: number, steps: readonly [Step, Step], onVersion: boolean): Command => ({
  check: () => true,
  async run(model, real) {
    const one = model.cases[at] as Case
    const version = onVersion ? one.version : undefined
    const orders = (
      [
        [0, 1],
        [1, 0]
      ] as const
    ).map(order => {
      const after = { ...one }
      const statuses = [0, 0]
      for (const which of order) {
        const isStale = onVersion && after.version !== one.version
        statuses[which] = isStale ? 412 : take(after, steps[which], model.now)
      }
      return { after, seen: JSON.stringify([statuses, shown(after, real.shop, model.now)]) }
    })
    const answers = await Promise.all(steps.map((step, client) => send(real, client, at, step, version)))
    const seen = JSON.stringify([answers.map(({ status }) => status), await read(real, at)])
    const fitting = orders.find(order => order.seen === seen)
    if (!fitting)
      throw new Error(`no order of ${steps} explains ${seen}, neither ${orders.map(o => o.seen).join(' nor ')}`)
    model.cases[at] = fitting.after
  },
  toString: () => `both: ${steps.join(' and ')} case ${at}${onVersion ? ' on its version' : ''}`
})

/** Time passes; then timers of several processes look at once. Terms never end on the hour at which they look. */
const waiting = (hours: number, sweeps: number): Command => ({
  check: () => true,
  async run(model) {
    model.now += hours * 7 * HOUR
    service.clock.set(new Date(model.now).toISOString())
    await Promise.all(Array.from({ length: sweeps }, () => service.services.answerClock.sweep()))
    if (sweeps > 0) for (const one of model.cases) one.breached ||= overdue(one, model.now)
  },
  toString: () => `wait ${hours * 7} h, ${sweeps} timers`
})

/** More than 30 days. */
const MONTH = 104
const client = fc.nat(1)
const place = fc.nat(CASES - 1)
const step = fc.constantFrom(...STEPS)
const behind = fc.option(
  fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) })
)
/** What leads on, so that courses get beyond their beginning. */
const onward = fc.constantFrom<Step>('answer', 'cause', 'close', 'reopen', 'answer', 'resolve')
const commands = fc.commands(
  [
    fc.tuple(client, place, step, behind).map(args => stepping(...args)),
    fc.tuple(client, place, onward, behind).map(args => stepping(...args)),
    fc
      .tuple(place, fc.tuple(fc.oneof(step, onward), fc.oneof(step, onward)), fc.boolean())
      .map(args => racing(...args)),
    fc.tuple(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(MONTH)), fc.nat(3)).map(args => waiting(...args))
  ],
  { maxCommands: 40, size: 'max' }
)

async function open(): Promise<{ model: Model; real: Real }> {
  service.clock.set(new Date(START).toISOString())
  const shop = await complaintShop(service)
  const staffId = await shop.hire('RM', ['relationship_manager'])
  await fixtures.classify(shop.shop.tenant.id, shop.customerId, 'A')
  await shop.shop.call('PUT', `/v1/customers/${shop.customerId}/relationship-manager`, { staffId })
  const ids: string[] = []
  for (let n = 0; n < CASES; n++) ids.push((await shop.complain()).body.id)
  const clients = [await shop.shop.withScopes('complaints:write'), await shop.shop.withScopes('complaints:write')]
  return { model: { now: START, cases: ids.map(() => fresh(START)) }, real: { shop, clients, ids } }
}

/** At the end each case has a history without a gap, was told to be overdue once if ever, and is owed one contact if open. */
async function settle({ now, cases }: Model, { shop, ids }: Real): Promise<void> {
  await service.services.answerClock.sweep()
  const breaches = await asAdmin<{ id: string; events: number }>(
    service.databaseUrl,
    `select subject_id as id, count(*)::int as events from events
     where tenant_id = $1 and type = 'feedback.breached' group by 1`,
    [shop.shop.tenant.id]
  )
  for (const [at, one] of cases.entries()) {
    const { body } = await shop.shop.call('GET', `/v1/complaints/${ids[at]}/steps?limit=200`)
    const steps = body.data as { stepNo: number; stateBefore: string | null; stateAfter: string }[]
    equal(
      steps.map(({ stepNo }) => stepNo),
      steps.map((_, n) => n + 1),
      'steps'
    )
    equal(
      steps.slice(1).map(({ stateBefore }) => stateBefore),
      steps.slice(0, -1).map(({ stateAfter }) => stateAfter),
      'states'
    )
    equal(steps.length, one.version, 'versions')
    const { body: tasks } = await shop.shop.call('GET', `/v1/care-tasks?complaintId=${ids[at]}&limit=200`)
    const owed = UNFINISHED.includes(one.state) ? 1 : 0
    const open = tasks.data.filter((task: { state: string }) => task.state === 'open')
    equal([tasks.data.length, open.length], [one.contacts, owed], 'contacts')
    const isBreached = one.breached || overdue(one, now)
    equal(breaches.find(({ id }) => id === ids[at])?.events ?? 0, isBreached ? 1 : 0, 'breaches')
  }
}

t.test('no illegal state, no lost update, and one breach at most, whatever two clients do', async t => {
  t.comment(`seed ${seed}, ${RUNS} courses`)
  let sent = 0
  await fc.assert(
    fc.asyncProperty(commands, async course => {
      const { model, real } = await open()
      await fc.asyncModelRun(() => ({ model, real }), course)
      await settle(model, real)
      sent += [...course].length
    }),
    { seed, numRuns: RUNS, endOnFailure: true }
  )
  t.pass(`${sent} commands`)
})

t.test('the experiment can fail: a model that forgets a step is found out', async t => {
  const { model, real } = await open()
  await stepping(0, 0, 'assess', null).run(model, real)
  const [one] = model.cases
  if (one) one.version -= 1
  await t.rejects(stepping(1, 0, 'cause', 0).run(model, real))
})
