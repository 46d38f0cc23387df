import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

/** Two clients and the timer on one feedback, over HTTP, against a model in memory that does one thing after the other. */
const START = Date.parse('2026-06-10T00:00:00.000Z')
const service = await startService({ clock: new Date(START) })
t.teardown(() => service.close())

const HOUR = 3_600_000
const TERM = 24
const MAX_PAUSE = 168
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)

/** How long before it is recorded an `answer_earlier` was given. */
const EARLIER = 12
const COMMANDS = [
  'answer',
  'answer_earlier',
  'acknowledge',
  'pause',
  'resume',
  'reopen',
  'withdraw',
  'rate',
  'move',
  'move_back'
] as const
type Command = (typeof COMMANDS)[number]

/** Hours since the beginning; a clock in whole hours, told in the plainest way. */
interface Model {
  readonly state: 'open' | 'answered' | 'withdrawn'
  readonly counted: number
  readonly since: number
  readonly pausedAt: number | null
  readonly pausedFor: number
  readonly answeredAt: number | null
  readonly inTime: boolean | null
  readonly breached: boolean
  /** How often it was told to be overdue, and that it was not so. */
  readonly breaches: number
  readonly breachesOff: number
  /** The last that somebody did to the clock, and how it stood then. */
  readonly hand: {
    readonly at: number
    readonly counted: number
    readonly isPaused: boolean
    readonly pausedFor: number
  }
  readonly reopenings: number
  readonly attitude: number | null
  readonly answers: number
}

const BLANK: Model = {
  state: 'open',
  counted: 0,
  since: 0,
  pausedAt: null,
  pausedFor: 0,
  answeredAt: null,
  inTime: null,
  breached: false,
  breaches: 0,
  breachesOff: 0,
  hand: { at: 0, counted: 0, isPaused: false, pausedFor: 0 },
  reopenings: 0,
  attitude: null,
  answers: 0
}

/** What time alone does. Overdue is what is past its term, by however little. */
function passed(model: Model, now: number): Model {
  if (model.state !== 'open') return model
  const ends = model.pausedAt === null ? null : model.pausedAt + MAX_PAUSE - model.pausedFor
  if (ends !== null && now < ends) return model
  const resumed = ends === null ? model : { ...model, pausedAt: null, pausedFor: MAX_PAUSE, since: ends }
  const isNew = !resumed.breached && now > resumed.since + TERM - resumed.counted
  return isNew ? { ...resumed, breached: true, breaches: resumed.breaches + 1 } : resumed
}

/** An answer that was given at `at`, and is recorded now: what nobody did by hand since is as if it had not been. */
function answeredEarlier(model: Model, at: number): Model | null {
  if (at < 0) return null
  const answers = model.answers + 1
  if (model.state === 'answered' && at >= (model.answeredAt ?? at)) return { ...model, answers }
  const { hand } = model
  if (at < hand.at) return null
  const pauseEnds = hand.isPaused ? hand.at + MAX_PAUSE - hand.pausedFor : hand.at
  const counted = hand.counted + Math.max(0, at - pauseEnds)
  const isFirst = model.answeredAt === null || at < model.answeredAt
  const overdueSince = model.breached ? pauseEnds + TERM - hand.counted : null
  const isOff = overdueSince !== null && overdueSince >= hand.at && at <= overdueSince
  return {
    ...model,
    state: 'answered',
    answers,
    counted,
    pausedAt: null,
    pausedFor: hand.pausedFor + (hand.isPaused ? Math.min(at, pauseEnds) - hand.at : 0),
    breached: model.breached && !isOff,
    breachesOff: model.breachesOff + Number(isOff),
    ...(isFirst ? { answeredAt: at, inTime: counted <= TERM } : {})
  }
}

const countedAt = (model: Model, now: number): number =>
  model.counted + (model.pausedAt === null ? now - model.since : 0)

/** What a command does, and what it is answered. */
function applied(before: Model, command: Command, now: number): { model: Model; status: number } {
  const model = passed(before, now)
  const refused = { model: before, status: 409 }
  const open = model.state === 'open'
  if (command === 'rate') return { model: { ...model, attitude: 5 }, status: 200 }
  // Another store counts all of the time, too: whoever has it, it is owed at the same time.
  if (command === 'move' || command === 'move_back') return { model, status: 200 }
  if (model.state === 'withdrawn') return refused
  const stopped = {
    counted: open ? countedAt(model, now) : model.counted,
    pausedFor: model.pausedFor + (model.pausedAt === null ? 0 : now - model.pausedAt),
    pausedAt: null
  }
  switch (command) {
    case 'acknowledge':
      return { model: { ...model, answers: model.answers + 1 }, status: 201 }
    case 'answer': {
      const answers = model.answers + 1
      if (!open) return { model: { ...model, answers }, status: 201 }
      const first = { answeredAt: model.answeredAt ?? now, inTime: model.inTime ?? !model.breached }
      return { model: { ...model, ...stopped, ...first, answers, state: 'answered' }, status: 201 }
    }
    case 'answer_earlier': {
      const answered = answeredEarlier(model, now - EARLIER)
      return answered === null ? { model: before, status: 422 } : { model: answered, status: 201 }
    }
    case 'pause':
      if (!open || model.pausedAt !== null || model.pausedFor >= MAX_PAUSE) return refused
      if (now > model.since + TERM - model.counted) return refused
      return {
        model: {
          ...model,
          counted: countedAt(model, now),
          pausedAt: now,
          hand: { at: now, counted: countedAt(model, now), isPaused: true, pausedFor: model.pausedFor }
        },
        status: 200
      }
    case 'resume':
      if (!open || model.pausedAt === null) return refused
      return { model: { ...model, ...stopped, since: now, hand: running(stopped, now) }, status: 200 }
    case 'reopen':
      if (open) return refused
      return {
        model: { ...model, state: 'open', since: now, reopenings: model.reopenings + 1, hand: running(model, now) },
        status: 200
      }
    case 'withdraw':
      return { model: { ...model, ...stopped, state: 'withdrawn' }, status: 200 }
  }
}

const running = ({ counted, pausedFor }: Pick<Model, 'counted' | 'pausedFor'>, at: number): Model['hand'] => ({
  at,
  counted,
  isPaused: false,
  pausedFor
})

const PATHS: Readonly<
  Record<Exclude<Command, 'rate' | 'move' | 'move_back' | 'answer_earlier'>, [path: string, body?: object]>
> = {
  answer: ['answers', { substantive: true, text: 'So be it.' }],
  acknowledge: ['answers', { substantive: false, text: 'Thank you.' }],
  pause: ['pauses'],
  resume: ['resumptions'],
  reopen: ['reopenings', { reason: 'other' }],
  withdraw: ['withdrawals']
}

function send(shop: TestTenant, store: string, id: string, command: Command) {
  if (command === 'answer_earlier') {
    const answeredAt = new Date(service.clock.now.getTime() - EARLIER * HOUR).toISOString()
    return shop.call('POST', `/v1/feedback/${id}/answers`, { substantive: true, text: 'By phone.', answeredAt })
  }
  if (command === 'move') return shop.call('PATCH', `/v1/feedback/${id}`, { storeId: store })
  if (command === 'move_back') return shop.call('PATCH', `/v1/feedback/${id}`, { storeId: null })
  if (command === 'rate') return shop.call('PATCH', `/v1/feedback/${id}`, { attitude: 5 })
  const [path, body] = PATHS[command]
  return shop.call('POST', `/v1/feedback/${id}/${path}`, body)
}

/** What can be seen of a feedback, in the words of the model. */
async function seen(shop: TestTenant, id: string) {
  const { body } = await shop.call('GET', `/v1/feedback/${id}`)
  const { body: answers } = await shop.call('GET', `/v1/feedback/${id}/answers?limit=200`)
  const hours = (at: string | null) => (at === null ? null : (Date.parse(at) - START) / HOUR)
  return {
    state: body.state,
    pausedAt: hours(body.pausedAt),
    answeredAt: hours(body.answeredAt),
    inTime: body.answeredInTime,
    breached: body.breachedAt !== null,
    reopenings: body.reopenings,
    attitude: body.attitude,
    answers: answers.data.length
  }
}

const visible = (model: Model) => {
  const { counted: _, since: _since, pausedFor: _for, breaches: _told, breachesOff: _off, hand: _hand, ...rest } = model
  return rest
}

const command = fc.constantFrom(...COMMANDS)
/** Hours that pass, and what two clients do then at the same moment. */
const round = fc.record({
  after: fc.constantFrom(0, 1, 5, 11, 24, 100),
  one: command,
  other: command,
  timer: fc.boolean()
})

t.comment(`seed ${SEED}`)
t.test('two clients and the timer never bring a feedback into a state that one after the other could not', async t => {
  const shop = await service.newTenant()
  const elsewhere = { code: 'NY', name: 'Elsewhere', timeZone: 'America/New_York' }
  const { body: store } = await shop.call('POST', '/v1/stores', elsewhere)
  let rounds = 0
  let taken = 0
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async course => {
      service.clock.set(new Date(START).toISOString())
      const words = { kind: 'question', channel: 'chat', text: 'When?' }
      const { body: made } = await shop.call('POST', '/v1/feedback', words)
      let model = BLANK
      let now = 0
      for (const { after, one, other, timer } of course) {
        rounds++
        now += after
        service.clock.set(new Date(START + now * HOUR).toISOString())
        const [first, second] = await Promise.all([
          send(shop, store.id, made.id, one),
          send(shop, store.id, made.id, other),
          timer ? service.services.answerClock.sweep() : 0
        ])
        const orders = [
          inOrder(model, [one, other], now),
          { ...inOrder(model, [other, one], now), swapped: true as const }
        ]
        const shown = await seen(shop, made.id)
        const fits = orders.find(order => {
          const statuses = 'swapped' in order ? [...order.statuses].reverse() : order.statuses
          return (
            isDeepStrictEqual([first.status, second.status], statuses) && isDeepStrictEqual(visible(order.model), shown)
          )
        })
        if (!fits) {
          const expected = orders.map(({ model: after, statuses }) => ({ statuses, ...visible(after) }))
          throw new Error(JSON.stringify({ now, one, other, statuses: [first.status, second.status], shown, expected }))
        }
        model = fits.model
      }
      await service.services.answerClock.sweep()
      const alerts = await asAdmin<{ type: string; n: number }>(
        service.databaseUrl,
        `select type || coalesce(data ->> 'rung', '') as type, count(*)::int as n from events
         where tenant_id = $1 and subject_id = $2
           and type in ('feedback.at_risk', 'feedback.breached', 'feedback.breach_withdrawn', 'feedback.escalated') group by 1`,
        [shop.tenant.id, made.id]
      )
      const told = (type: string) => alerts.find(alert => alert.type === type)?.n ?? 0
      const { breaches, breachesOff } = passed(model, now)
      const withdrawn = told('feedback.breach_withdrawn')
      taken += withdrawn
      // One that nobody had noticed before the earlier answer was recorded is neither told nor withdrawn.
      return (
        alerts.every(({ n }) => n <= breachesOff + 1) &&
        withdrawn <= breachesOff &&
        told('feedback.breached') - withdrawn === breaches - breachesOff
      )
    }),
    { numRuns: 60, seed: SEED }
  )
  t.comment(`${rounds} rounds of two commands, ${taken} breaches withdrawn`)
})

function inOrder(before: Model, commands: readonly Command[], now: number): { model: Model; statuses: number[] } {
  let model = before
  const statuses = commands.map(one => {
    const done = applied(model, one, now)
    model = done.model
    return done.status
  })
  return { model: passed(model, now), statuses }
}
