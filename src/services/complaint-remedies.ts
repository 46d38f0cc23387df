import type { Tx } from '../db/client.ts'
import { decidingRoles, type RemedyDecision, reaches } from '../domain/authority.ts'
import { expectRoom, nextState } from '../domain/complaint.ts'
import { conflict, forbidden, unprocessable } from '../domain/errors.ts'
import { expectRefundable } from '../domain/refund.ts'
import {
  complaintRemediesRepository,
  type PaidPurchase,
  type RemedyApprover,
  type RemedyFilter,
  type RemedyPlace,
  type RemedyRow
} from '../repositories/complaint-remedies.ts'
import type { ComplaintRow } from '../repositories/complaints.ts'
import { type StaffRow, staffRepository } from '../repositories/staff.ts'
import { currentAuthority, type StoredAuthority } from './authority-matrix.ts'
import { approverFor } from './complaint-approvers.ts'
import { authorityOf } from './complaint-authority.ts'
import { caseForUpdate, decidingPerson } from './complaint-desk.ts'
import type { Actor, ServiceDeps } from './context.ts'
import {
  type Grant,
  type Occasion,
  occasionOf,
  rolesThatCover,
  storeKeyOf,
  storesConcerned,
  tryToGrant
} from './remedy-authority.ts'
import {
  beyondAuthority,
  countRefund,
  expectWaiting,
  giveBack,
  othersThan,
  type RemedyInHand,
  record,
  remedyFor,
  settle,
  storesOf,
  takeUp
} from './remedy-desk.ts'
import { type Remedy, remedyView, remedyViews } from './remedy-view.ts'
import { LISTED_AT_MOST } from './shown-words.ts'

export type { Remedy, RemedyPlace }

export interface RemedyQuery extends Omit<RemedyFilter, 'approver'> {
  /** Whom it waits for, or would wait for if he had been there when it was asked for. */
  readonly approverId?: string | undefined
}

/** What somebody wants to do to make a complaint good. */
export interface NewRemedy {
  readonly decision: RemedyDecision
  /** What it costs the shop, in the tenant's currency; nothing when absent. */
  readonly amountMinor?: number | undefined
  readonly currency?: string | undefined
  /** What a refund gives money back for; the purchase of the case when absent. */
  readonly purchaseId?: string | null | undefined
  readonly note?: string | null | undefined
  /** Who wants it; a user speaks for himself. */
  readonly staffId?: string | null | undefined
}

export interface Approval {
  readonly staffId?: string | null | undefined
  readonly note?: string | null | undefined
}

/** A word against a remedy. */
export interface RemedyObjection {
  readonly staffId?: string | null | undefined
  readonly reason: string
}

/** Remedies within delegated authority: at once where it covers them, after somebody's approval where it does not. */
export const complaintRemediesService = (deps: ServiceDeps) => ({
  /**
   * Grants a remedy if the person's roles cover it, on the case and in the month, or asks the nearest authority that does.
   * Who stands in for somebody absent decides by his roles and out of his budget, too.
   * A refund names its purchase and is never more than was paid, less returns and refunds (`refund.exceeds_paid`). Refuses
   * also `remedy.nobody_may_grant`, `remedy.currency_differs`, `complaint.too_many_remedies`, `refund.purchase_missing`, `refund.purchase_of_another`.
   */
  request: (actor: Actor, complaintId: string, input: NewRemedy, expectedVersion: number | null): Promise<Remedy> =>
    deps.inTenant(actor, async tx => {
      const { row } = await caseForUpdate(tx, actor, complaintId, expectedVersion)
      nextState(row.state, 'remedy')
      expectRoom('remedies', await complaintRemediesRepository(tx).countOf(complaintId))
      const person = await decidingPerson(tx, actor, input.staffId)
      const authority = await currentAuthority(tx)
      const drafted = draft(deps, actor, row, person, authority, input)
      const purchase = await expectPaid(tx, actor, row, drafted)
      const occasion = await occasionOf(tx, row, drafted, purchase, authority)
      const held = await authorityOf(deps, tx, actor, person, storesConcerned(occasion))
      const grant = await tryToGrant(deps, tx, actor, occasion, person, held)
      const remedy =
        grant.role === null
          ? await waiting(deps, tx, actor, occasion, person, grant)
          : granted(drafted, grant, person.id, drafted.requestedAt)
      await complaintRemediesRepository(tx).insert(remedy)
      if (remedy.status === 'granted') await countRefund(tx, remedy)
      await record(deps, tx, actor, row, remedy, person.id, grant.forStaffId)
      return remedyView(tx, actor, remedy)
    }),

  /**
   * Grants a remedy that waits, by the authority of whoever approves as it is now. Refuses `remedy.decided`,
   * `remedy.own_request` to who asked for it, and `remedy.beyond_authority` to whose roles do not cover it, in whose name it
   * was not asked for; a refund that exceeds by now what was paid stays waiting.
   */
  approve: (actor: Actor, id: string, input: Approval, expectedVersion: number | null): Promise<Remedy> =>
    deps.inTenant(actor, async tx => {
      const { row, remedy, person } = await toDecide(tx, actor, id, input.staffId, expectedVersion)
      const authority = await currentAuthority(tx)
      const purchase = await expectPaid(tx, actor, row, remedy)
      const occasion = await occasionOf(tx, row, remedy, purchase, authority)
      const held = await othersThan(remedy, authorityOf(deps, tx, actor, person, storesConcerned(occasion)))
      const grant = await tryToGrant(deps, tx, actor, occasion, person, held)
      if (grant.role === null) throw beyondAuthority({ because: grant.because })
      const decidedAt = deps.clock().toISOString()
      const decided = {
        ...granted({ ...remedy, authorityVersion: authority.version }, grant, person.id, decidedAt),
        reason: input.note ?? null,
        version: remedy.version + 1
      }
      await settle(tx, decided)
      await countRefund(tx, decided)
      await record(deps, tx, actor, row, decided, person.id, grant.forStaffId)
      return remedyView(tx, actor, decided)
    }),

  /** Refuses a remedy that waits, with a reason: who was asked may, and everybody of his authority or a higher one. */
  refuse: (actor: Actor, id: string, input: RemedyObjection, expectedVersion: number | null): Promise<Remedy> =>
    deps.inTenant(actor, async tx => {
      const { row, remedy, person } = await toDecide(tx, actor, id, input.staffId, expectedVersion)
      const asked = remedy.approverRole
      const stores = await storesOf(tx, row, remedy)
      const held = await othersThan(remedy, authorityOf(deps, tx, actor, person, stores))
      const by = asked === null ? undefined : held.find(({ role }) => reaches(role, asked))
      if (by === undefined && person.id !== remedy.approverId) throw beyondAuthority({})
      const decided = {
        ...remedy,
        status: 'refused' as const,
        decidedById: person.id,
        decidedAt: deps.clock().toISOString(),
        reason: input.reason,
        version: remedy.version + 1
      }
      await settle(tx, decided)
      await record(deps, tx, actor, row, decided, person.id, by?.forStaffId ?? null)
      return remedyView(tx, actor, decided)
    }),

  /** Takes back what was asked for while it waits: who asked for it may (`remedy.request_of_another`), and no reason is due. */
  withdraw: (actor: Actor, id: string, input: Approval, expectedVersion: number | null): Promise<Remedy> =>
    deps.inTenant(actor, async tx => {
      const { row, remedy, person } = await takeUp(tx, actor, id, input.staffId, expectedVersion)
      expectWaiting(remedy)
      if (person.id !== remedy.requestedById) {
        throw forbidden('remedy.request_of_another', 'Who asked for a remedy takes the request back; others refuse it.')
      }
      const withdrawn = {
        ...remedy,
        status: 'withdrawn' as const,
        decidedById: person.id,
        decidedAt: deps.clock().toISOString(),
        reason: input.note ?? null,
        version: remedy.version + 1
      }
      await settle(tx, withdrawn)
      await record(deps, tx, actor, row, withdrawn, person.id, null)
      return remedyView(tx, actor, withdrawn)
    }),

  /**
   * Takes back what was granted, with a reason, however the case stands by now: who granted it may, and everybody who holds
   * the role by which it was granted or a higher one. It costs nothing any more: the budget of its month and what may be
   * refunded of the purchase are as before. Refuses `remedy.not_granted` and `remedy.beyond_authority`.
   */
  revoke: (actor: Actor, id: string, input: RemedyObjection, expectedVersion: number | null): Promise<Remedy> =>
    deps.inTenant(actor, async tx => {
      const { row, remedy, person } = await takeUp(tx, actor, id, input.staffId, expectedVersion)
      const { status, grantedRole } = remedy
      if (status !== 'granted' || grantedRole === null) {
        throw conflict('remedy.not_granted', 'Only what was granted can be taken back.', { status })
      }
      const held = await authorityOf(deps, tx, actor, person, await storesOf(tx, row, remedy))
      const by = held.find(({ role }) => reaches(role, grantedRole))
      if (by === undefined && person.id !== remedy.decidedById) throw beyondAuthority({})
      const revoked = {
        ...remedy,
        status: 'revoked' as const,
        revokedById: person.id,
        revokedAt: deps.clock().toISOString(),
        revocationReason: input.reason,
        version: remedy.version + 1
      }
      await settle(tx, revoked)
      await giveBack(tx, remedy, grantedRole)
      await record(deps, tx, actor, row, revoked, person.id, by?.forStaffId ?? null)
      return remedyView(tx, actor, revoked)
    }),

  get: (actor: Actor, id: string): Promise<Remedy> =>
    deps.reading(actor, async tx => remedyView(tx, actor, await remedyFor(tx, actor, id))),

  /** What was asked for last comes first. */
  list: (
    actor: Actor,
    { approverId, ...filter }: RemedyQuery,
    after: RemedyPlace | null,
    limit: number
  ): Promise<Remedy[]> =>
    deps.reading(actor, async tx => {
      if (actor.storeId !== null && filter.storeId !== undefined && filter.storeId !== actor.storeId) return []
      const approver = approverId === undefined ? undefined : await approverOf(tx, approverId)
      const own = { ...filter, approver, storeId: filter.storeId ?? actor.storeId ?? undefined }
      return remedyViews(tx, actor, await complaintRemediesRepository(tx).list(own, after, limit), LISTED_AT_MOST)
    })
})

/** Nobody who has left is looked up for what waits for his role. */
async function approverOf(tx: Tx, id: string): Promise<RemedyApprover> {
  const person = await staffRepository(tx).find(id)
  const roles = person?.active ? decidingRoles(person.roles) : []
  return { id, roles, storeIds: person?.storeIds ?? [] }
}

/** A remedy that waits, and somebody else than who asked for it. */
async function toDecide(
  tx: Tx,
  actor: Actor,
  id: string,
  staffId: string | null | undefined,
  expectedVersion: number | null
): Promise<RemedyInHand> {
  const inHand = await takeUp(tx, actor, id, staffId, expectedVersion)
  expectWaiting(inHand.remedy)
  if (inHand.person.id === inHand.remedy.requestedById) {
    throw forbidden('remedy.own_request', 'Who asked for a remedy does not decide on it.')
  }
  return inHand
}

function draft(
  deps: ServiceDeps,
  actor: Actor,
  row: ComplaintRow,
  person: StaffRow,
  authority: StoredAuthority,
  { decision, amountMinor = 0, currency, purchaseId, note = null }: NewRemedy
): RemedyRow {
  if (currency !== undefined && currency !== actor.tenant.currency) {
    throw unprocessable('remedy.currency_differs', 'A remedy is counted in the currency of the tenant.')
  }
  return {
    id: deps.newId(),
    complaintId: row.id,
    storeId: row.storeId,
    decision,
    status: 'granted',
    amountMinor,
    purchaseId: purchaseId ?? (decision === 'refund' ? row.purchaseId : null),
    note,
    requestedById: person.id,
    requestedAt: deps.clock().toISOString(),
    because: null,
    approverRole: null,
    approverId: null,
    grantedRole: null,
    budgetMonth: null,
    authorityVersion: authority.version,
    decidedById: null,
    decidedAt: null,
    reason: null,
    budgetStoreKey: null,
    revokedById: null,
    revokedAt: null,
    revocationReason: null,
    version: 1,
    createdBy: actor.id
  }
}

/**
 * Holds the purchase of a refund, and refuses more than may still be refunded of it. Receipts are their store's alone: to
 * who is bound to another store there is no such purchase. Null where no money goes back.
 */
async function expectPaid(
  tx: Tx,
  { storeId }: Actor,
  row: ComplaintRow,
  { decision, purchaseId, amountMinor }: RemedyRow
): Promise<PaidPurchase | null> {
  const repository = complaintRemediesRepository(tx)
  if (decision !== 'refund') {
    if (purchaseId !== null && !(await repository.purchasePlace(purchaseId, storeId))) throw noPurchase()
    return null
  }
  if (amountMinor === 0) throw unprocessable('refund.amount_missing', 'A refund names how much money goes back.')
  if (purchaseId === null) {
    throw unprocessable('refund.purchase_missing', 'A refund names the purchase that the money was paid for.')
  }
  const purchase = await repository.holdPurchase(purchaseId, storeId)
  if (!purchase) throw noPurchase()
  if (row.customerId !== null && purchase.customerId !== null && purchase.customerId !== row.customerId) {
    throw unprocessable('refund.purchase_of_another', 'The purchase is that of another customer.')
  }
  expectRefundable(purchase, amountMinor)
  return purchase
}

const noPurchase = () => unprocessable('purchase.unknown', 'The purchase that is named does not exist.')

const granted = (
  remedy: RemedyRow,
  { role, month, storeId }: Grant,
  decidedById: string,
  decidedAt: string
): RemedyRow => ({
  ...remedy,
  status: 'granted',
  grantedRole: role,
  budgetMonth: month,
  budgetStoreKey: storeKeyOf(storeId),
  decidedById,
  decidedAt
})

/** Names whom to ask: somebody of the lowest role that covers the amount and has somebody here. */
async function waiting(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  occasion: Occasion,
  person: StaffRow,
  grant: Grant
): Promise<RemedyRow> {
  const { because } = grant
  const covering = await rolesThatCover(tx, occasion, grant)
  const [lowest] = covering
  if (lowest === undefined) {
    throw unprocessable('remedy.nobody_may_grant', 'Nobody may grant as much as this, by the matrix as it is.', {
      because
    })
  }
  const storeIds = storesConcerned(occasion)
  const found = await approverFor(deps, tx, actor, { roles: covering, storeIds, besides: person.id })
  return {
    ...occasion.remedy,
    status: 'waiting',
    because,
    approverRole: found?.role ?? lowest,
    approverId: found?.staffId ?? null
  }
}
