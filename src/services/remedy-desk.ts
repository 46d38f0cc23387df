import type { Tx } from '../db/client.ts'
import type { DecidingRole, HeldRole, RemedyStatus } from '../domain/authority.ts'
import { conflict, forbidden, notFound } from '../domain/errors.ts'
import { complaintRemediesRepository, type RemedyRow } from '../repositories/complaint-remedies.ts'
import type { ComplaintRow } from '../repositories/complaints.ts'
import type { StaffRow } from '../repositories/staff.ts'
import { caseForUpdate, decidingPerson, takeStep } from './complaint-desk.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { storeKeyOf, storesConcerned } from './remedy-authority.ts'

/** A remedy that the caller may see. Refuses `remedy.not_found`. */
export async function remedyFor(tx: Tx, actor: Actor, id: string): Promise<RemedyRow> {
  const remedy = await complaintRemediesRepository(tx).find(id)
  if (!remedy || (actor.storeId !== null && remedy.storeId !== actor.storeId)) throw notFound('remedy')
  return remedy
}

/** A remedy in hand: its case is locked, it was read again under the lock, and somebody stands for what is done with it. */
export interface RemedyInHand {
  readonly row: ComplaintRow
  readonly remedy: RemedyRow
  readonly person: StaffRow
}

export async function takeUp(
  tx: Tx,
  actor: Actor,
  id: string,
  staffId: string | null | undefined,
  expectedVersion: number | null
): Promise<RemedyInHand> {
  const { complaintId } = await remedyFor(tx, actor, id)
  const { row } = await caseForUpdate(tx, actor, complaintId, null)
  const remedy = await remedyFor(tx, actor, id)
  expectVersion(expectedVersion, remedy.version)
  return { row, remedy, person: await decidingPerson(tx, actor, staffId) }
}

/** Refuses what does not wait any more: `remedy.decided`. */
export function expectWaiting({ status }: RemedyRow): void {
  if (status === 'waiting') return
  throw conflict('remedy.decided', 'This remedy was decided already.', { status })
}

/** What somebody holds to decide on what another asked for: not what he holds in the name of the other. */
export const othersThan = async ({ requestedById }: RemedyRow, held: Promise<HeldRole[]>): Promise<HeldRole[]> =>
  (await held).filter(({ forStaffId }) => forStaffId !== requestedById)

/** Whom somebody has to serve who decides on a remedy. */
export async function storesOf(tx: Tx, row: ComplaintRow, { decision, purchaseId }: RemedyRow): Promise<string[]> {
  const isRefund = decision === 'refund' && purchaseId !== null
  const purchase = isRefund ? await complaintRemediesRepository(tx).purchasePlace(purchaseId, null) : undefined
  return storesConcerned({ row, purchase: purchase ?? null })
}

/** Counts what goes back of a purchase, which is held. */
export async function countRefund(tx: Tx, { decision, purchaseId, amountMinor }: RemedyRow): Promise<void> {
  if (decision === 'refund' && purchaseId !== null) {
    await complaintRemediesRepository(tx).addRefund(purchaseId, amountMinor)
  }
}

/** Gives what a remedy cost back to what it came out of: first to the purchase, then to the budget, as they are locked. */
export async function giveBack(
  tx: Tx,
  { decision, purchaseId, amountMinor, storeId, budgetStoreKey, budgetMonth }: RemedyRow,
  role: DecidingRole
): Promise<void> {
  const repository = complaintRemediesRepository(tx)
  if (decision === 'refund' && purchaseId !== null) await repository.addRefund(purchaseId, -amountMinor)
  if (budgetMonth === null) return
  // Whatever was granted before this was written down came out of the budget of its store, or nearly all of it.
  const storeKey = budgetStoreKey ?? storeKeyOf(storeId)
  await repository.unspend({ storeKey, role, decision, month: budgetMonth }, amountMinor)
}

/** Writes down how a remedy stands. */
export const settle = (tx: Tx, { id, version, ...remedy }: RemedyRow): Promise<void> =>
  complaintRemediesRepository(tx).save(
    id,
    {
      status: remedy.status,
      approverRole: remedy.approverRole,
      approverId: remedy.approverId,
      grantedRole: remedy.grantedRole,
      budgetMonth: remedy.budgetMonth,
      authorityVersion: remedy.authorityVersion,
      decidedById: remedy.decidedById,
      decidedAt: remedy.decidedAt,
      reason: remedy.reason,
      budgetStoreKey: remedy.budgetStoreKey,
      revokedById: remedy.revokedById,
      revokedAt: remedy.revokedAt,
      revocationReason: remedy.revocationReason
    },
    version
  )

const TOLD: Readonly<Record<RemedyStatus, string>> = {
  granted: 'complaint.remedy_granted',
  waiting: 'complaint.remedy_requested',
  refused: 'complaint.remedy_refused',
  dropped: 'complaint.remedy_dropped',
  withdrawn: 'complaint.remedy_withdrawn',
  revoked: 'complaint.remedy_revoked'
}

/** Notes and reasons are words of people and stay out of the events. */
export async function record(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  remedy: RemedyRow,
  staffId: string,
  deputyForStaffId: string | null
): Promise<void> {
  const { id, decision, status, amountMinor, purchaseId, because, approverRole, approverId, grantedRole } = remedy
  const { currency } = actor.tenant
  const facts = { remedyId: id, decision, status, amountMinor, currency, purchaseId, deputyForStaffId }
  await takeStep(deps, tx, actor, row, {
    step: status === 'revoked' ? 'revoke' : 'remedy',
    staffId,
    facts,
    told: {
      type: TOLD[status],
      data: { ...facts, because, approverRole, approverId, grantedRole, requestedById: remedy.requestedById }
    }
  })
}

export const beyondAuthority = (facts: Record<string, string>) =>
  forbidden('remedy.beyond_authority', 'The person who is named may not decide on this remedy.', facts)
