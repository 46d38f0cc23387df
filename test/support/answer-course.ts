/**
 * A course of days in which customers speak, are answered or waited for, and timers come and go, drawn from a seed; and
 * what has to be raised of it, worked out a second time in the plainest way: by counting the minutes that a clock on the
 * wall shows. It shares nothing with the rules of the service.
 */

export interface Course {
  readonly zone: string
  /** Whole minutes: when the course begins and ends, and how far apart its moments are. */
  readonly from: number
  readonly to: number
  readonly tick: number
  readonly spoken: readonly Spoken[]
  /** When no timer runs, [from, to). */
  readonly outages: readonly (readonly [from: number, to: number])[]
}

export interface Spoken {
  readonly receivedAt: number
  /** When it is recorded, a moment of the course. */
  readonly recordedAt: number
  readonly acts: readonly { readonly at: number; readonly what: Act }[]
}

/** `move`: to the other of two stores, and back again. */
export type Act = 'answer' | 'pause' | 'resume' | 'move'

/** Hours of every day, `[from, to)`, by the clock on the wall. */
export type OpenHours = readonly (readonly [from: number, to: number])[]

export interface CoursePolicy {
  readonly termMinutes: number
  readonly maxPauseMinutes: number
  /** Of no store, and of the store that a feedback may be given to, which lies elsewhere; null: all of the time. */
  readonly openHours: OpenHours | null
  readonly other: { readonly zone: string; readonly openHours: OpenHours | null }
}

export const MINUTE = 60_000
const HOUR = 60

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Days around a change of clocks: three days of speaking, two more in which everything falls due. */
export function drawCourse(zone: string, begin: string, count: number, random: () => number): Course {
  const tick = 60
  const from = Date.parse(begin) / MINUTE
  const to = from + 5.5 * 24 * HOUR
  const moment = (earliest: number, within: number): number =>
    from + Math.ceil((earliest - from + random() * within) / tick) * tick
  const spoken = Array.from({ length: count }, (): Spoken => {
    const receivedAt = from + Math.floor(random() * 60 * HOUR)
    const recordedAt = moment(receivedAt, random() < 0.1 ? 20 * HOUR : HOUR)
    const acts = [...drawActs(recordedAt, moment, random), ...drawMoves(recordedAt, moment, random)]
    return { receivedAt, recordedAt, acts: acts.sort((a, b) => a.at - b.at) }
  })
  // One lies over the change of clocks in any case, each of the others where it falls.
  const outages = [30 * HOUR, ...Array.from({ length: 6 }, () => random() * 5 * 24 * HOUR)].map(
    (after): [number, number] => [from + after, from + after + (2 + random() * 8) * HOUR]
  )
  return { zone, from, to, tick, spoken, outages }
}

function drawActs(
  recordedAt: number,
  moment: (earliest: number, within: number) => number,
  random: () => number
): Spoken['acts'] {
  const kind = random()
  if (kind < 0.35) return []
  if (kind < 0.7) return [{ at: moment(recordedAt, 40 * HOUR), what: 'answer' }]
  const paused = moment(recordedAt, 26 * HOUR)
  const resumed = moment(paused, 20 * HOUR)
  return [
    { at: paused, what: 'pause' },
    ...(random() < 0.5 ? [{ at: resumed, what: 'resume' as const }] : []),
    ...(random() < 0.5 ? [{ at: moment(resumed, 30 * HOUR), what: 'answer' as const }] : [])
  ]
}

function drawMoves(
  recordedAt: number,
  moment: (earliest: number, within: number) => number,
  random: () => number
): Spoken['acts'] {
  const moves = Math.max(0, Math.floor(random() * 5) - 2)
  return Array.from({ length: moves }, () => ({ at: moment(recordedAt, 36 * HOUR), what: 'move' }))
}

/** Which minutes count without a store, and in the other one: from the beginning of a course on, as sums. */
export const countedMinutes = (
  course: Course,
  { openHours, other }: CoursePolicy
): readonly [Int32Array, Int32Array] => [
  minutesOf(course, course.zone, openHours),
  minutesOf(course, other.zone, other.openHours)
]

/** `sums[n]` is how many of the first n minutes count. */
function minutesOf({ from, to }: Course, zone: string, openHours: OpenHours | null): Int32Array {
  const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' })
  const sums = new Int32Array(to - from + 1)
  let hour = 0
  for (let minute = from; minute < to; minute++) {
    // Zones of these courses are whole hours from Greenwich.
    if (minute === from || minute % HOUR === 0) hour = Number(wall.format(minute * MINUTE))
    const open = openHours === null || openHours.some(([opens, closes]) => hour >= opens && hour < closes)
    sums[minute - from + 1] = (sums[minute - from] as number) + Number(open)
  }
  return sums
}

/** The alerts that one feedback has to raise by the end of its course, by name, each with its minute. */
export function dueAlerts(
  spoken: Spoken,
  course: Course,
  policy: CoursePolicy,
  [home, other]: readonly [Int32Array, Int32Array]
): ReadonlyMap<string, number> {
  const steps = [
    { name: 'at_risk', need: 0.75, strict: false },
    { name: 'escalated 0', need: 0.75, strict: false },
    { name: 'breached', need: 1, strict: true },
    { name: 'escalated 1', need: 1, strict: true },
    { name: 'escalated 2', need: 1.5, strict: false }
  ].map(step => ({ ...step, need: step.need * policy.termMinutes }))
  let sums = home
  const sumAt = (minute: number): number =>
    sums[Math.min(Math.max(minute, course.from), course.to) - course.from] as number
  const alerts = new Map<string, number>()
  let counted = 0

  /** The clock runs from one minute to another. */
  const runs = (from: number, to: number): void => {
    for (const { name, need, strict } of steps) {
      if (alerts.has(name)) continue
      let at = from
      while (at < to && (counted + sumAt(at) - sumAt(from) < need || (counted >= need && sumAt(at + 1) === sumAt(at))))
        at++
      const reached = counted + sumAt(at) - sumAt(from) >= need
      if (reached && (strict ? at < to : at <= to)) alerts.set(name, at)
    }
    counted += sumAt(to) - sumAt(from)
  }

  let since: number | null = spoken.receivedAt
  let pausedAt: number | null = null
  let pausedFor = 0
  const endPause = (at: number): void => {
    if (pausedAt === null) return
    const ends = Math.min(at, pausedAt + policy.maxPauseMinutes - pausedFor)
    pausedFor += ends - pausedAt
    pausedAt = null
    since = ends
  }
  for (const { at, what } of spoken.acts) {
    if (pausedAt !== null && pausedAt + policy.maxPauseMinutes - pausedFor <= at) endPause(at)
    if (since !== null) {
      runs(since, at)
      since = at
    }
    if (what === 'answer') return alerts
    if (what === 'resume') endPause(at)
    if (what === 'move') sums = sums === home ? other : home
    const mayPause = !alerts.has('breached') && pausedAt === null && pausedFor < policy.maxPauseMinutes
    if (what === 'pause' && mayPause) {
      pausedAt = at
      since = null
    }
  }
  endPause(course.to)
  if (since !== null) runs(since, course.to)
  return alerts
}

/** Whether a timer runs at a moment. */
export const isUp = ({ outages }: Course, minute: number): boolean =>
  !outages.some(([from, to]) => from <= minute && minute < to)
