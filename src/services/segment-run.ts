import type { Tx } from '../db/client.ts'
import { dayNumber } from '../domain/period.ts'
import { MembershipChanges } from '../domain/segment-changes.ts'
import { columnsOf, FilledBlock } from '../domain/segment-columns.ts'
import { compileRule } from '../domain/segment-evaluation.ts'
import { eventsRepository, type NewEvent } from '../repositories/events.ts'
import { type SegmentQuestion, segmentFactsRepository } from '../repositories/segment-facts.ts'
import { type MembershipStamp, segmentMembershipsRepository } from '../repositories/segment-memberships.ts'
import { type RuledSegment, segmentsRepository } from '../repositories/segments.ts'
import { tenantRepository } from '../repositories/tenant.ts'
import type { ServiceDeps } from './context.ts'
import { factsKept } from './customer-facts.ts'
import { keepMembers, membersBefore } from './segment-member-sets.ts'

/** As of when segments are computed, and by which run; null for a computation on demand. */
export interface SegmentRefresh extends MembershipStamp {
  /** The tenant's day of `asOf`: purchases of days before it count. */
  readonly asOfDay: string
  /** Only this segment; every active one where it is left out. */
  readonly segmentId?: string | undefined
  /** Told how many customers were looked at. */
  readonly onRows?: ((rows: number) => void) | undefined
}

/** What a computation of segments did. */
export interface SegmentRefreshReport {
  readonly segments: number
  readonly customers: number
  readonly members: number
  readonly entered: number
  readonly left: number
  readonly readingMs: number
  readonly writingMs: number
}

type Deps = Pick<ServiceDeps, 'newId'>

/** Customers that pass through the columns at a time. */
const BLOCK_ROWS = 32_768
/** Figures that one statement reads; segments that need more together are computed one group after the other. */
const COLUMNS_AT_ONCE = 200

/**
 * Computes who belongs to the active segments, in the transaction of a run and after its findings were written, or in one
 * of its own. All customers are read once for all segments, and only differences are written: who enters, who leaves,
 * with an event each, and one of each segment. A segment that was computed as of a later time already is left alone:
 * memberships never go back in time.
 */
export async function refreshSegments(deps: Deps, tx: Tx, refresh: SegmentRefresh): Promise<SegmentRefreshReport> {
  const started = performance.now()
  const segments = await segmentsToCompute(tx, refresh)
  const report = {
    segments: segments.length,
    customers: 0,
    members: 0,
    entered: 0,
    left: 0,
    readingMs: 0,
    writingMs: 0
  }
  if (segments.length === 0) return report
  const question = await questionOf(tx, refresh)
  const ids = await segmentFactsRepository(tx).ids()
  report.customers = ids.length / 4
  for (const group of groupsOf(segments)) {
    const computed = await compute(tx, question, ids, group, refresh.onRows)
    const read = performance.now()
    await write(deps, tx, refresh, ids, computed)
    report.writingMs += performance.now() - read
    for (const { changes } of computed) {
      report.members += changes.members
      report.entered += changes.entered
      report.left += changes.left
    }
  }
  const writingMs = Math.round(report.writingMs)
  return { ...report, writingMs, readingMs: Math.round(performance.now() - started) - writingMs }
}

interface Computed {
  readonly segment: RuledSegment
  readonly changes: MembershipChanges
}

async function segmentsToCompute(tx: Tx, { segmentId, asOf }: SegmentRefresh): Promise<RuledSegment[]> {
  const segments = segmentsRepository(tx)
  const found = segmentId === undefined ? await segments.active() : [await segments.find(segmentId)]
  return found.filter(
    segment => segment !== undefined && (segment.computedAsOf === null || segment.computedAsOf <= asOf)
  ) as RuledSegment[]
}

/** As of which day figures are asked for, for the tenant of the transaction. */
export async function questionOf(tx: Tx, { asOfDay }: Pick<SegmentRefresh, 'asOfDay'>): Promise<SegmentQuestion> {
  const tenant = await tenantRepository(tx).find()
  const kept = await factsKept(tx)
  return {
    asOfDay: dayNumber(asOfDay),
    factsMissFrom: kept?.missFrom ?? null,
    factsPacked: kept?.packed ?? false,
    timeZone: tenant?.timeZone ?? 'UTC'
  }
}

/** As many segments at a time as one statement can read the figures for. */
function groupsOf(segments: readonly RuledSegment[]): RuledSegment[][] {
  const groups: RuledSegment[][] = []
  for (const segment of segments) {
    const group = groups.at(-1)
    const rules = [...(group ?? []), segment].map(({ rule }) => rule)
    if (group && columnsOf(rules).length <= COLUMNS_AT_ONCE) group.push(segment)
    else groups.push([segment])
  }
  return groups
}

async function compute(
  tx: Tx,
  question: SegmentQuestion,
  ids: Uint32Array,
  segments: readonly RuledSegment[],
  onRows: SegmentRefresh['onRows']
): Promise<Computed[]> {
  const block = new FilledBlock(columnsOf(segments.map(({ rule }) => rule)), BLOCK_ROWS)
  const segmentIds = segments.map(({ id }) => id)
  const before = await membersBefore(tx, segmentIds, ids)
  const computed = segments.map((segment, index) => {
    const compiled = compileRule(segment.rule, block)
    return {
      segment,
      changes: new MembershipChanges(segment.rule, compiled, before[index] as Uint32Array, ids.length / 4)
    }
  })
  await segmentFactsRepository(tx).read(question, block, ids, (first, rows) => {
    for (const { changes } of computed) changes.judge(first, rows)
    onRows?.(first + rows)
  })
  return computed
}

async function write(
  deps: Deps,
  tx: Tx,
  stamp: MembershipStamp,
  ids: Uint32Array,
  computed: readonly Computed[]
): Promise<void> {
  const total = computed.reduce((sum, { changes }) => sum + changes.count, 0)
  const written = computed.map(({ segment: { id, code, ruleVersion }, changes }) => ({
    id,
    code,
    ruleVersion,
    reasons: changes.reasons.map(reason => JSON.stringify(reason))
  }))
  if (total > 0) {
    const memberships = segmentMembershipsRepository(tx)
    await memberships.stage(written, ids, total, runningThrough(computed), () => uuidBytes(deps.newId()))
    const left = computed.reduce((sum, { changes }) => sum + changes.left, 0)
    await memberships.writeStaged(written, left, stamp)
  }
  const changed = computed.filter(({ segment, changes }) => changes.count > 0 || segment.computedAsOf === null)
  await keepMembers(
    tx,
    ids,
    changed.map(({ segment, changes }) => ({ segmentId: segment.id, bits: changes.after }))
  )
  await segmentsRepository(tx).saveComputed(
    stamp.asOf,
    computed.map(({ segment: { id, ruleVersion }, changes }) => ({ id, ruleVersion, members: changes.members }))
  )
  await eventsRepository(tx).append(computed.map(one => refreshedEvent(deps, stamp, one)))
}

/** The changes of all segments, one segment after the other, asked for in the order of their numbers. */
function runningThrough(computed: readonly Computed[]) {
  let segment = 0
  let first = 0
  return (index: number) => {
    while (index - first >= (computed[segment] as Computed).changes.count) {
      first += (computed[segment] as Computed).changes.count
      segment++
    }
    return { segment, ...(computed[segment] as Computed).changes.changeAt(index - first) }
  }
}

const refreshedEvent = (
  deps: Deps,
  { runId, asOf, now }: MembershipStamp,
  { segment, changes }: Computed
): NewEvent => ({
  id: deps.newId(),
  type: 'segment.refreshed',
  subjectType: 'segment',
  subjectId: segment.id,
  actorType: 'system',
  actorId: null,
  occurredAt: now,
  data: {
    code: segment.code,
    ruleVersion: segment.ruleVersion,
    asOf,
    runId,
    members: changes.members,
    entered: changes.entered,
    left: changes.left
  }
})

const uuidBytes = (id: string): Uint8Array => Buffer.from(id.replaceAll('-', ''), 'hex')
