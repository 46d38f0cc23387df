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

const COMMANDS = ['answer', 'acknowledge', 'pause', 'resume', 'reopen', 'withdraw', 'rate'] as const
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
  return { ...resumed, breached: resumed.breached || now > resumed.since + TERM - resumed.counted }
}

const countedAt = (model: Model, now: number): number =>
  model.counted + (model.pausedAt === null ? now - model.since : 0)

/** What a command does, and what it is answered. */
function applied(before: Model, command: Command, now: number): { model: Model; status: number } {
  const model = passed(before, now)
  const refused = { model: before, status: 409 }
  const open = model.state === 'open'
  if (command === 'rate') return { model: { ...model, attitude: 5 }, status: 200 }
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
    case 'pause':
      if (!open || model.pausedAt !== null || model.pausedFor >= MAX_PAUSE) return refused
      if (now > model.since + TERM - model.counted) return refused
      return { model: { ...model, counted: countedAt(model, now), pausedAt: now }, status: 200 }
    case 'resume':
      if (!open || model.pausedAt === null) return refused
      return { model: { ...model, ...stopped, since: now }, status: 200 }
    case 'reopen':
      if (open) return refused
      return { model: { ...model, state: 'open', since: now, reopenings: model.reopenings + 1 }, status: 200 }
    case 'withdraw':
      return { model: { ...model, ...stopped, state: 'withdrawn' }, status: 200 }
  }
}

const PATHS: Readonly<Record<Exclude<Command, 'rate'>, [path: string, body?: object]>> = {
  answer: ['answers', { substantive: true, text: 'So be it.' }],
  acknowledge: ['answers', { substantive: false, text: 'Thank you.' }],
  pause: ['pauses'],
  resume: ['resumptions'],
  reopen: ['reopenings', { reason: 'other' }],
  withdraw: ['withdrawals']
}

function send(shop: TestTenant, id: string, command: Command) {
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

const visible = ({ counted: _, since: _since, pausedFor: _for, ...rest }: Model) => rest

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
  let rounds = 0
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
          send(shop, made.id, one),
          send(shop, made.id, other),
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
           and type in ('feedback.at_risk', 'feedback.breached', 'feedback.escalated') group by 1`,
        [shop.tenant.id, made.id]
      )
      const breaches = alerts.filter(({ type }) => type === 'feedback.breached')
      return alerts.every(({ n }) => n === 1) && breaches.length === Number(passed(model, now).breached)
    }),
    { numRuns: 60, seed: SEED }
  )
  t.comment(`${rounds} rounds of two commands`)
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
