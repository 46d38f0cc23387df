import type { Tx } from '../db/client.ts'
import { DomainError, notFound } from '../domain/errors.ts'
import {
  expectComplete,
  expectHeldBehind,
  expectNothingHeard,
  type ListeningKind,
  type ListeningStep,
  refusalOf
} from '../domain/listening-session.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { eventsRepository } from '../repositories/events.ts'
import {
  type ListeningSessionFilter,
  type ListeningSessionRow,
  listeningSessionsRepository,
  type Participant
} from '../repositories/listening-sessions.ts'
import { openCase } from './complaint-intake.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { type NewFeedback, recordFeedback } from './feedback-intake.ts'
import { expectPresentStaff, expectStaff, expectStores, type Named } from './references.ts'

export type { ListeningSessionFilter, ListeningSessionRow }

/** A session as it is planned. */
export interface ListeningPlan {
  readonly kind: ListeningKind
  readonly plannedAt: string
  readonly storeId?: string | null | undefined
  readonly topic?: string | null | undefined
  /** Who listens. */
  readonly staffIds: readonly string[]
  /** Whom it is meant for. */
  readonly customerIds?: readonly string[] | undefined
}

/** A merge patch of a plan; lists are replaced. */
export type ListeningPlanChange = Partial<Omit<ListeningPlan, 'kind'>>

/** What became of a plan. */
export interface Attendance {
  /** The planned time when absent. */
  readonly heldAt?: string | undefined
  /** Those who listened, where they are others than planned. */
  readonly staffIds?: readonly string[] | undefined
  /** Who came, asked or not. */
  readonly attendedCustomerIds: readonly string[]
  readonly summary?: string | null | undefined
}

/** What was heard: it becomes feedback of the session, with somebody who answers for it. Store and time are the session's when absent. */
export interface Finding extends Omit<NewFeedback, 'channel' | 'listeningSessionId' | 'ownerStaffId'> {
  readonly ownerStaffId: string
}

export interface FindingRecorded {
  readonly sessionId: string
  readonly feedbackId: string
  readonly ownerStaffId: string
  /** By when it is to be answered. */
  readonly dueAt: string
}

export const listeningSessionsService = (deps: ServiceDeps) => {
  const announce = (
    tx: Tx,
    actor: Actor,
    type: string,
    row: ListeningSessionRow,
    data: Record<string, unknown> = {}
  ): Promise<void> =>
    eventsRepository(tx).append(
      eventsOf(deps, actor, [
        {
          type: `listening_session.${type}`,
          subjectType: 'listening_session',
          subjectId: row.id,
          data: { kind: row.kind, storeId: row.storeId, ...data }
        }
      ])
    )

  const beforeStep = async (
    tx: Tx,
    id: string,
    step: ListeningStep,
    version: number | null
  ): Promise<ListeningSessionRow> => {
    const row = known(await listeningSessionsRepository(tx).forUpdate(id))
    expectVersion(version, row.version)
    const refusal = refusalOf(row.status, step)
    if (refusal) throw refusal
    return row
  }

  const changed = (row: ListeningSessionRow, change: Partial<ListeningSessionRow>): ListeningSessionRow => ({
    ...row,
    ...change,
    version: row.version + 1,
    updatedAt: deps.clock().toISOString()
  })

  return {
    /**
     * Plans a session. Refuses `listening_session.nobody_listens`, a round without a store, a visit without a customer,
     * `store.unknown`, `staff.unknown`, `customer.unknown`, and who has left as a listener (`staff.left`).
     */
    plan: (actor: Actor, input: ListeningPlan): Promise<ListeningSessionRow> =>
      deps.inTenant(actor, async tx => {
        const now = deps.clock().toISOString()
        const row: ListeningSessionRow = {
          id: deps.newId(),
          kind: input.kind,
          status: 'planned',
          storeId: input.storeId ?? null,
          topic: input.topic ?? null,
          plannedAt: new Date(input.plannedAt).toISOString(),
          heldAt: null,
          summary: null,
          cancelReason: null,
          findings: 0,
          version: 1,
          createdAt: now,
          createdBy: actor.id,
          updatedAt: now,
          staffIds: inOrder(input.staffIds),
          customers: invited(input.customerIds ?? [])
        }
        expectComplete({ ...row, customerIds: row.customers.map(({ customerId }) => customerId) })
        await expectNamed(tx, input)
        await expectPresentStaff(tx, each(input.staffIds, '/staffIds'))
        await listeningSessionsRepository(tx).insert(row)
        await announce(tx, actor, 'planned', row, { plannedAt: row.plannedAt, staffIds: row.staffIds })
        return row
      }),

    get: (actor: Actor, id: string): Promise<ListeningSessionRow> =>
      deps.reading(actor, async tx => known(await listeningSessionsRepository(tx).find(id))),

    list: (
      actor: Actor,
      filter: ListeningSessionFilter,
      after: { plannedAt: string; id: string } | null,
      limit: number
    ): Promise<ListeningSessionRow[]> =>
      deps.reading(actor, tx => listeningSessionsRepository(tx).list(filter, after, limit)),

    /** Changes a plan. Refuses `listening_session.invalid_state` once it was held or cancelled. */
    change: (
      actor: Actor,
      id: string,
      patch: ListeningPlanChange,
      version: number | null
    ): Promise<ListeningSessionRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'change', version)
        const { staffIds, customerIds, plannedAt, ...rest } = patch
        const change: Partial<ListeningSessionRow> = {
          ...(rest as Partial<ListeningSessionRow>),
          ...(plannedAt === undefined ? {} : { plannedAt: new Date(plannedAt).toISOString() }),
          ...(staffIds === undefined ? {} : { staffIds: inOrder(staffIds) }),
          ...(customerIds === undefined ? {} : { customers: invited(customerIds) })
        }
        const fields = changedFields<ListeningSessionRow>(before, change)
        if (fields.length === 0) return before
        const after = changed(before, change)
        expectComplete({ ...after, customerIds: after.customers.map(({ customerId }) => customerId) })
        await expectNamed(tx, patch)
        const added = each(staffIds ?? [], '/staffIds').filter(({ id }) => !before.staffIds.includes(id))
        await expectPresentStaff(tx, added)
        await listeningSessionsRepository(tx).save(after)
        await listeningSessionsRepository(tx).rebind(after)
        await announce(tx, actor, 'changed', after, { changed: fields })
        return after
      }),

    /**
     * Notes that a session was held, who listened and who came; again, to correct it. Who was asked and did not come stays
     * on the list. Refuses `listening_session.in_future` and `listening_session.invalid_state`.
     */
    hold: (actor: Actor, id: string, input: Attendance, version: number | null): Promise<ListeningSessionRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'hold', version)
        const heldAt =
          input.heldAt === undefined ? (before.heldAt ?? before.plannedAt) : new Date(input.heldAt).toISOString()
        expectHeldBehind(heldAt, deps.clock())
        await expectNamed(
          tx,
          { staffIds: input.staffIds, customerIds: input.attendedCustomerIds },
          '/attendedCustomerIds'
        )
        const after = changed(before, {
          status: 'held',
          heldAt,
          summary: input.summary === undefined ? before.summary : input.summary,
          staffIds: input.staffIds === undefined ? before.staffIds : inOrder(input.staffIds),
          customers: withAttendance(before.customers, input.attendedCustomerIds)
        })
        expectComplete({ ...after, customerIds: after.customers.map(({ customerId }) => customerId) })
        await listeningSessionsRepository(tx).save(after)
        await listeningSessionsRepository(tx).rebind(after)
        const type = before.status === 'held' ? 'attendance_corrected' : 'held'
        await announce(tx, actor, type, after, {
          heldAt,
          staffIds: after.staffIds,
          attended: after.customers.filter(({ attended }) => attended).length
        })
        return after
      }),

    /**
     * Calls a plan off. Refuses `listening_session.invalid_state` once it was held or cancelled, and
     * `listening_session.has_findings` once something was heard.
     */
    cancel: (actor: Actor, id: string, reason: string, version: number | null): Promise<ListeningSessionRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'cancel', version)
        expectNothingHeard(before.findings)
        const after = changed(before, { status: 'cancelled', cancelReason: reason })
        await listeningSessionsRepository(tx).save(after)
        await announce(tx, actor, 'cancelled', after)
        return after
      }),

    /**
     * Records what was heard as feedback of the session, received when the session was held, with an owner and the clock
     * of its answer; see `recordFeedback` for what is refused beside `listening_session.invalid_state`, for a session that
     * was cancelled.
     */
    recordFinding: (actor: Actor, id: string, input: Finding, version: number | null): Promise<FindingRecorded> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'find', version)
        const feedback = await recordFeedback(deps, tx, actor, {
          ...input,
          channel: before.kind,
          storeId: input.storeId ?? before.storeId,
          listeningSessionId: id,
          receivedAt: input.receivedAt ?? before.heldAt ?? undefined,
          receivedByStaffId: input.receivedByStaffId ?? before.staffIds[0] ?? null
        })
        if (feedback.kind === 'complaint') await openCase(deps, tx, actor, feedback)
        const after = changed(before, { findings: before.findings + 1 })
        await listeningSessionsRepository(tx).save(after)
        await announce(tx, actor, 'finding_recorded', after, {
          feedbackId: feedback.id,
          feedbackKind: input.kind,
          ownerStaffId: input.ownerStaffId
        })
        return { sessionId: id, feedbackId: feedback.id, ownerStaffId: input.ownerStaffId, dueAt: feedback.dueAt }
      })
  }
}

function known(row: ListeningSessionRow | undefined): ListeningSessionRow {
  if (!row) throw notFound('listening_session')
  return row
}

/** Ids once each, ascending. */
const inOrder = (ids: readonly string[]): string[] => [...new Set(ids)].sort()

const invited = (ids: readonly string[]): Participant[] =>
  inOrder(ids).map(customerId => ({ customerId, invited: true, attended: null }))

function withAttendance(before: readonly Participant[], attendedIds: readonly string[]): Participant[] {
  const came = new Set(attendedIds)
  const asked = before.filter(one => one.invited).map(({ customerId }) => customerId)
  return inOrder([...asked, ...came]).map(customerId => ({
    customerId,
    invited: asked.includes(customerId),
    attended: came.has(customerId)
  }))
}

const each = (ids: readonly string[], list: string): Named[] =>
  ids.map((id, place) => ({ id, pointer: `${list}/${place}` }))

async function expectNamed(
  tx: Tx,
  named: {
    readonly storeId?: string | null | undefined
    readonly staffIds?: readonly string[] | undefined
    readonly customerIds?: readonly string[] | undefined
  },
  customersAt = '/customerIds'
): Promise<void> {
  const { storeId, staffIds = [], customerIds = [] } = named
  await expectStores(tx, storeId == null ? [] : [{ id: storeId, pointer: '/storeId' }])
  await expectStaff(tx, each(staffIds, '/staffIds'))
  const existing = new Set(await listeningSessionsRepository(tx).existingCustomers(customerIds))
  const unknown = each(customerIds, customersAt).filter(({ id }) => !existing.has(id))
  if (unknown.length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'customer.unknown',
    detail: 'A customer who is named does not exist.',
    errors: unknown.map(({ pointer }) => ({
      pointer,
      code: 'customer.unknown',
      message: 'is not one of your customers'
    }))
  })
}
