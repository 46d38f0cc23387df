import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../db/client.ts'
import { violates } from '../db/errors.ts'
import { conflict, DomainError, notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { comparableRule, conditionsOf, plainRule, type SegmentRule } from '../domain/segment-rule.ts'
import { readSegmentRule } from '../domain/segment-rule-validation.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type RuledSegment, type RuleVersion, segmentsRepository } from '../repositories/segments.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { expectStaff, expectStores, type Named } from './references.ts'

export interface NewSegment {
  readonly code: string
  readonly name: string
  readonly description?: string | null | undefined
  readonly active?: boolean | undefined
  /** As the caller wrote it; see `readSegmentRule`. */
  readonly rule: unknown
}

export interface SegmentChange {
  readonly name?: string
  readonly description?: string | null
  readonly active?: boolean
  readonly rule?: unknown
}

/** Each run computes all of them, and it has other things to do. */
const ACTIVE_AT_MOST = 100

/** Named groups of customers by a rule. A segment is never deleted, because memberships are history: it is put to rest. */
export const segmentsService = (deps: ServiceDeps) => ({
  /**
   * Adds a segment, whose members the next run or a refresh finds. Refuses a rule with faults (`segment.rule_invalid`), one
   * that names a store or person the tenant does not have, a code that another segment has (`segment.code_taken`), and
   * more active segments than a run computes (`segment.too_many_active`).
   */
  create: (actor: Actor, input: NewSegment): Promise<RuledSegment> =>
    deps.inTenant(actor, async tx => {
      const rule = await acceptedRule(tx, input.rule, '/rule')
      const active = input.active ?? true
      if (active) await expectRoom(tx)
      const now = deps.clock().toISOString()
      const segment: RuledSegment = {
        id: deps.newId(),
        code: input.code,
        name: input.name,
        description: input.description ?? null,
        active,
        ruleVersion: 1,
        members: null,
        computedAsOf: null,
        computedRuleVersion: null,
        version: 1,
        createdAt: now,
        updatedAt: now,
        rule
      }
      try {
        await segmentsRepository(tx).insert(segment)
      } catch (error) {
        if (violates(error, 'segments_code_key')) throw conflict('segment.code_taken', 'Another segment has this code.')
        throw error
      }
      await segmentsRepository(tx).insertRule(segment.id, { version: 1, rule, createdAt: now, createdBy: actor.id })
      await announce(deps, tx, actor, 'segment.created', segment, { code: segment.code })
      return segment
    }),

  get: (actor: Actor, id: string): Promise<RuledSegment> => deps.reading(actor, tx => foundSegment(tx, id)),

  list: (actor: Actor, active: boolean | null, afterId: string | null, limit: number): Promise<RuledSegment[]> =>
    deps.reading(actor, tx => segmentsRepository(tx).list(active, afterId, limit)),

  /**
   * Changes what is named. Another rule is a new version of it, by which the next run or a refresh computes the members. A
   * segment that is not active keeps its members and its history and is no longer computed. Refuses as `create` does.
   */
  update: (actor: Actor, id: string, change: SegmentChange, expectedVersion: number | null): Promise<RuledSegment> =>
    deps.inTenant(actor, async tx => {
      const segments = segmentsRepository(tx)
      const before = await segments.forUpdate(id)
      if (!before) throw notFound('segment')
      expectVersion(expectedVersion, before.version)
      const { rule: given, ...plain } = change
      const rule = given === undefined ? before.rule : await acceptedRule(tx, given, '/rule')
      const isNewRule = !isDeepStrictEqual(comparableRule(rule), comparableRule(before.rule))
      const changed = [...changedFields(before, plain), ...(isNewRule ? ['rule'] : [])]
      if (changed.length === 0) return before
      if (plain.active === true && !before.active) await expectRoom(tx)
      const now = deps.clock().toISOString()
      const after: RuledSegment = {
        ...before,
        ...plain,
        rule: isNewRule ? rule : before.rule,
        ruleVersion: before.ruleVersion + (isNewRule ? 1 : 0),
        version: before.version + 1,
        updatedAt: now
      }
      await segments.save(after)
      if (isNewRule) {
        await segments.insertRule(id, { version: after.ruleVersion, rule, createdAt: now, createdBy: actor.id })
      }
      await announce(deps, tx, actor, 'segment.updated', after, { changed, ruleVersion: after.ruleVersion })
      return after
    }),

  /** Every version of a segment's rule, newest first. */
  versions: (actor: Actor, id: string, before: number | null, limit: number): Promise<RuleVersion[]> =>
    deps.reading(actor, async tx => {
      await foundSegment(tx, id)
      return segmentsRepository(tx).versions(id, before, limit)
    })
})

export async function foundSegment(tx: Tx, id: string): Promise<RuledSegment> {
  const segment = await segmentsRepository(tx).find(id)
  if (!segment) throw notFound('segment')
  return segment
}

/** Reads a rule, and sees that the stores and people it names are the tenant's. `within` is where the caller wrote it. */
export async function acceptedRule(tx: Tx, given: unknown, within: string): Promise<SegmentRule> {
  const read = readSegmentRule(given, within)
  if ('faults' in read) {
    throw new DomainError({
      kind: 'unprocessable',
      code: 'segment.rule_invalid',
      detail: 'The rule of the segment cannot be used.',
      errors: read.faults
    })
  }
  const named = namedIn(read.rule, within)
  await expectStores(tx, named.store)
  await expectStaff(tx, named.staff)
  return plainRule(read.rule)
}

function namedIn(rule: SegmentRule, within: string): Record<'store' | 'staff', Named[]> {
  const named = { store: [] as Named[], staff: [] as Named[] }
  for (const { pointer, condition } of conditionsOf(rule, within)) {
    if ('aggregate' in condition) {
      const { storeId } = condition.aggregate
      if (storeId) named.store.push({ id: storeId.toLowerCase(), pointer: `${pointer}/aggregate/storeId` })
      continue
    }
    const kind = KIND_OF[condition.field]
    if (kind === undefined || condition.operator === 'is_null') continue
    const ids = typeof condition.value === 'object' ? condition.value : [condition.value]
    for (const [index, id] of ids.entries()) {
      const at = typeof condition.value === 'object' ? `/value/${index}` : '/value'
      named[kind].push({ id: String(id).toLowerCase(), pointer: pointer + at })
    }
  }
  return named
}

/** The fields that hold ids. */
const KIND_OF: Readonly<Record<string, 'store' | 'staff'>> = { homeStoreId: 'store', relationshipManagerId: 'staff' }

async function expectRoom(tx: Tx): Promise<void> {
  const segments = segmentsRepository(tx)
  await segments.lockActive()
  if ((await segments.countActive()) < ACTIVE_AT_MOST) return
  throw conflict('segment.too_many_active', 'As many segments are active as are computed together.', {
    atMost: ACTIVE_AT_MOST
  })
}

const announce = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  type: string,
  segment: RuledSegment,
  data: Record<string, unknown>
): Promise<void> =>
  eventsRepository(tx).append(eventsOf(deps, actor, [{ type, subjectType: 'segment', subjectId: segment.id, data }]))
