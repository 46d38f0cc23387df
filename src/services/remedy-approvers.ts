import type { Tx } from '../db/client.ts'
import { payingStore } from '../domain/authority.ts'
import { complaintRemediesRepository, type RemedyPlace, type RemedyRow } from '../repositories/complaint-remedies.ts'
import { complaintsRepository } from '../repositories/complaints.ts'
import { feedbackRepository } from '../repositories/feedback.ts'
import { staffRepository } from '../repositories/staff.ts'
import { currentAuthority } from './authority-matrix.ts'
import { approverFor, type Found } from './complaint-approvers.ts'
import { takeStep } from './complaint-desk.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { monthOf, type Occasion, occasionOf, rolesThatCover, storesConcerned } from './remedy-authority.ts'
import { settle } from './remedy-desk.ts'

/** Remedies looked at between two looks at whether the process is to stop. */
const PAGE = 100

/**
 * Looks again for whom to ask where nobody was there when a remedy was asked for: somebody has come, or is back. Each in a
 * transaction of its own; says for how many somebody was found. Costs one look at an index where none waits like that.
 */
export async function findMissingApprovers(deps: ServiceDeps, actor: Actor, signal?: AbortSignal): Promise<number> {
  let found = 0
  for (let after: RemedyPlace | null = null; ; ) {
    const page: RemedyRow[] = await deps.working(actor, tx =>
      complaintRemediesRepository(tx).withoutApprover(after, PAGE)
    )
    for (const { id, complaintId } of page) {
      if (await deps.working(actor, tx => findApprover(deps, tx, actor, id, complaintId))) found += 1
      if (signal?.aborted) return found
    }
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined) return found
    after = last
  }
}

/** Looks before it locks anything, so that nobody waits for what comes to nothing; what was decided meanwhile stays so. */
async function findApprover(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  complaintId: string
): Promise<boolean> {
  const repository = complaintRemediesRepository(tx)
  const seen = await repository.find(id)
  const approver = seen && (await whoCanApprove(deps, tx, actor, seen))
  if (!approver || !(await feedbackRepository(tx).forUpdate(complaintId, null))) return false
  const row = await complaintsRepository(tx).forUpdate(complaintId)
  const remedy = await repository.find(id)
  if (row === undefined || remedy?.status !== 'waiting' || remedy.approverId !== null) return false
  const after = { ...remedy, approverRole: approver.role, approverId: approver.staffId, version: remedy.version + 1 }
  await settle(tx, after)
  const facts = { remedyId: id, decision: remedy.decision, approverRole: approver.role, approverId: approver.staffId }
  await takeStep(deps, tx, actor, row, {
    step: 'remedy',
    staffId: null,
    facts,
    told: { type: 'complaint.remedy_approver_found', data: { ...facts, requestedById: remedy.requestedById } }
  })
  return true
}

/** By the matrix, the case and the budgets as they are now. */
async function whoCanApprove(deps: ServiceDeps, tx: Tx, actor: Actor, remedy: RemedyRow): Promise<Found | null> {
  const row = await complaintsRepository(tx).find(remedy.complaintId)
  const asking = await staffRepository(tx).find(remedy.requestedById)
  if (!row || !asking) return null
  const refunded = remedy.decision === 'refund' ? remedy.purchaseId : null
  const purchase = refunded === null ? null : await complaintRemediesRepository(tx).paidPurchase(refunded)
  const occasion: Occasion = await occasionOf(tx, row, remedy, purchase ?? null, await currentAuthority(tx))
  const storeId = payingStore({
    caseStoreId: row.storeId,
    purchaseStoreId: occasion.purchaseStoreId,
    staffStoreIds: asking.storeIds
  })
  const roles = await rolesThatCover(tx, occasion, { storeId, month: monthOf(deps, actor) })
  return approverFor(deps, tx, actor, { roles, storeIds: storesConcerned(occasion), besides: asking.id })
}
