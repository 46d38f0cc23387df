import type { Tx } from '../db/client.ts'
import {
  type AuthorityMatrix,
  type AuthorityVerdict,
  DECIDING_ROLES,
  type DecidingRole,
  type HeldRole,
  judge,
  mayGrantWithoutStore,
  payingStore,
  ruleOf
} from '../domain/authority.ts'
import { complaintRemediesRepository, type PaidPurchase, type RemedyRow } from '../repositories/complaint-remedies.ts'
import type { ComplaintRow } from '../repositories/complaints.ts'
import type { StaffRow } from '../repositories/staff.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** A remedy to decide on, with what holds while its case, and of a refund the purchase, are held. */
export interface Occasion {
  readonly row: ComplaintRow
  readonly remedy: RemedyRow
  /** Of a refund alone. */
  readonly purchase: PaidPurchase | null
  readonly authority: AuthorityMatrix
  /** Granted of the kind on the case so far; of a refund also what went back of the same purchase on other cases. */
  readonly givenMinor: number
  /** Where what it is about was bought, as far as that decides who pays. */
  readonly purchaseStoreId: string | null
}

/** Who grants what out of which budget, or why nobody does. */
export interface Grant {
  readonly role: DecidingRole | null
  /** Who is absent, where it is granted by his role. */
  readonly forStaffId: string | null
  readonly because: AuthorityVerdict
  readonly month: string
  /** The store out of whose budget it is paid; null: that of no store. */
  readonly storeId: string | null
}

/** The budget of cases that no store is known of. */
const NO_STORE = 'none'

export const storeKeyOf = (storeId: string | null): string => storeId ?? NO_STORE

/** Reads what a remedy is held against. */
export async function occasionOf(
  tx: Tx,
  row: ComplaintRow,
  remedy: RemedyRow,
  purchase: PaidPurchase | null,
  authority: AuthorityMatrix
): Promise<Occasion> {
  const repository = complaintRemediesRepository(tx)
  const onCase = await repository.grantedOnCase(row.id, remedy.decision, purchase === null ? null : remedy.purchaseId)
  const about = remedy.purchaseId ?? row.purchaseId
  const isAsked = row.storeId === null && purchase === null && about !== null
  const place = isAsked ? await repository.purchasePlace(about, null) : purchase
  return {
    row,
    remedy,
    purchase,
    authority,
    givenMinor: onCase + (purchase?.refundedMinor ?? 0),
    purchaseStoreId: place?.storeId ?? null
  }
}

/** Every store that somebody who decides has to serve: the case's, and that in which a refunded purchase was paid. */
export const storesConcerned = ({
  row,
  purchase
}: {
  readonly row: ComplaintRow
  readonly purchase: Pick<PaidPurchase, 'storeId'> | null
}): string[] => [...new Set([row.storeId, purchase?.storeId ?? null].filter(id => id !== null))]

/** Takes the amount out of the budget of the lowest of the roles that a person holds there, and that covers it. */
export async function tryToGrant(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  occasion: Occasion,
  person: StaffRow,
  holding: readonly HeldRole[]
): Promise<Grant> {
  const { row, remedy, authority, givenMinor: caseMinor, purchaseStoreId } = occasion
  const { decision, amountMinor } = remedy
  const month = monthOf(deps, actor)
  const storeOf = (staffStoreIds: readonly string[]) =>
    payingStore({ caseStoreId: row.storeId, purchaseStoreId, staffStoreIds })
  let because: AuthorityVerdict = 'not_delegated'
  for (const { role, holder, forStaffId } of holding) {
    const storeId = storeOf(holder.storeIds)
    if (!(await mayPay(tx, role, storeId))) continue
    const rule = ruleOf(authority, role, decision, storeId)
    // The month is judged by the budget itself, where nobody can come in between.
    const verdict = judge(rule, { amountMinor, caseMinor, monthMinor: 0 })
    if (verdict === 'within') {
      const budget = { storeKey: storeKeyOf(storeId), role, decision, month }
      if (await complaintRemediesRepository(tx).spend(budget, amountMinor, rule?.perMonthMinor ?? null)) {
        return { role, forStaffId, because: verdict, month, storeId }
      }
      because = 'above_month_limit'
    } else if (verdict !== 'not_delegated') because = verdict
  }
  return { role: null, forStaffId: null, because, month, storeId: storeOf(person.storeIds) }
}

/** The roles that could grant a remedy as it stands, from the front line up; another transaction may be spending. */
export async function rolesThatCover(
  tx: Tx,
  occasion: Occasion,
  { storeId, month }: Pick<Grant, 'storeId' | 'month'>
): Promise<DecidingRole[]> {
  const { remedy, authority, givenMinor: caseMinor } = occasion
  const { decision, amountMinor } = remedy
  const spent = await complaintRemediesRepository(tx).spent({ storeKey: storeKeyOf(storeId), decision, month })
  const covering: DecidingRole[] = []
  for (const role of DECIDING_ROLES) {
    const rule = ruleOf(authority, role, decision, storeId)
    const spending = { amountMinor, caseMinor, monthMinor: spent.get(role) ?? 0 }
    if (judge(rule, spending) === 'within' && (await mayPay(tx, role, storeId))) covering.push(role)
  }
  return covering
}

/** The first day of the tenant's month. */
export const monthOf = (deps: ServiceDeps, actor: Actor): string =>
  `${dayIn(actor.tenant.timeZone, deps.clock().toISOString()).slice(0, 7)}-01`

const mayPay = async (tx: Tx, role: DecidingRole, storeId: string | null): Promise<boolean> =>
  storeId !== null || mayGrantWithoutStore(role, await complaintRemediesRepository(tx).hasStores())
