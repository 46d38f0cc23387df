import type { Tx } from '../db/client.ts'
import type { AuthorityVerdict, DecidingRole, RemedyDecision, RemedyStatus } from '../domain/authority.ts'
import type { RemedyRow } from '../repositories/complaint-remedies.ts'
import { knownDataRepository } from '../repositories/known-data.ts'
import type { Actor } from './context.ts'
import { seesPersons, shownWords } from './shown-words.ts'

/** A remedy: allowed, or whose approval it needs and why. */
export interface Remedy {
  readonly id: string
  readonly complaintId: string
  readonly decision: RemedyDecision
  readonly status: RemedyStatus
  readonly amountMinor: number
  readonly currency: string
  readonly purchaseId: string | null
  readonly note: string | null
  readonly requestedById: string
  readonly requestedAt: string
  /** Why it was not granted at once. */
  readonly because: AuthorityVerdict | null
  /** Who was asked; `staffId` null where nobody of the role is there now. */
  readonly approver: { readonly role: DecidingRole; readonly staffId: string | null } | null
  /** By whose authority it was granted, and out of the budget of which month. */
  readonly grantedRole: DecidingRole | null
  readonly budgetMonth: string | null
  readonly authorityVersion: number
  readonly decidedById: string | null
  readonly decidedAt: string | null
  readonly reason: string | null
  /** Who took back what was granted, when and why; null where nobody did. */
  readonly revocation: {
    readonly revokedById: string
    readonly revokedAt: string
    readonly reason: string | null
  } | null
  readonly version: number
}

/** One as `remedyViews` shows many. */
export async function remedyView(tx: Tx, actor: Actor, row: RemedyRow): Promise<Remedy> {
  const [view] = await remedyViews(tx, actor, [row])
  return view as Remedy
}

/** Remedies as a caller may see them: notes and reasons may say who the customer is. */
export async function remedyViews(
  tx: Tx,
  actor: Actor,
  rows: readonly RemedyRow[],
  most: number | null = null
): Promise<Remedy[]> {
  const ids = seesPersons(actor) ? [] : [...new Set(rows.map(({ complaintId }) => complaintId))]
  const speakers = await knownDataRepository(tx).speakersOf(ids)
  const speakerOf = new Map(speakers.map(({ feedbackId, ...speaker }) => [feedbackId, speaker]))
  const nobody = { customerId: null, purchaseId: null }
  const said = rows.map(({ complaintId, note, reason, revocationReason }) => ({
    ...(speakerOf.get(complaintId) ?? nobody),
    texts: [note, reason, revocationReason]
  }))
  const words = await shownWords(tx, actor, said, most)
  return rows.map((row, place) => {
    const [note = null, reason = null, revocationReason = null] = words[place] ?? []
    return remedyOf({ ...row, note, reason, revocationReason }, actor)
  })
}

function remedyOf(row: RemedyRow, actor: Actor): Remedy {
  const { approverRole, approverId, revokedById, revokedAt, revocationReason, ...rest } = row
  const { storeId: _, createdBy: _by, budgetStoreKey: _key, ...shown } = rest
  return {
    ...shown,
    currency: actor.tenant.currency,
    approver: approverRole === null ? null : { role: approverRole, staffId: approverId },
    revocation: revokedById === null || revokedAt === null ? null : { revokedById, revokedAt, reason: revocationReason }
  }
}
