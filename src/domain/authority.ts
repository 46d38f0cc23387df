import { type FieldFault, unprocessable } from './errors.ts'

/** What may be done to make a complaint good. */
export const REMEDY_DECISIONS = ['refund', 'replacement', 'voucher', 'discount', 'repair', 'apology'] as const
export type RemedyDecision = (typeof REMEDY_DECISIONS)[number]

/**
 * How a remedy stands: given, waiting for an approver, refused by one, dropped because the customer withdrew, withdrawn by who
 * asked for it, or given and taken back.
 */
export const REMEDY_STATUSES = ['granted', 'waiting', 'refused', 'dropped', 'withdrawn', 'revoked'] as const
export type RemedyStatus = (typeof REMEDY_STATUSES)[number]

/** Who may decide, from the front line up: the order in which authority is looked for. Analysts count and decide nothing. */
export const DECIDING_ROLES = ['front_line', 'relationship_manager', 'store_manager', 'owner'] as const
export type DecidingRole = (typeof DECIDING_ROLES)[number]

/** What a role may decide alone. Limits are in minor units of the tenant's currency, included; null is no limit. */
export interface AuthorityRule {
  readonly role: DecidingRole
  readonly decision: RemedyDecision
  /** Only in this store; null: in every store that has no rule of its own. */
  readonly storeId: string | null
  /** All remedies of this kind on one case together. */
  readonly perCaseMinor: number | null
  /** All remedies of this kind that the role grants in a store and month together. */
  readonly perMonthMinor: number | null
}

export interface AuthorityMatrix {
  readonly rules: readonly AuthorityRule[]
}

const UNLIMITED = { perCaseMinor: null, perMonthMinor: null }
const NOTHING_SPENT = { perCaseMinor: 0, perMonthMinor: 0 }

const ruleFor = (
  role: DecidingRole,
  decision: RemedyDecision,
  limits: Pick<AuthorityRule, 'perCaseMinor' | 'perMonthMinor'>
): AuthorityRule => ({ role, decision, storeId: null, ...limits })

/** With which a tenant begins: small amendments at the counter, larger ones by the store's manager, everything by the owner. */
export const DEFAULT_AUTHORITY: AuthorityMatrix = {
  rules: REMEDY_DECISIONS.flatMap(decision => [
    ...(['front_line', 'relationship_manager'] as const).map(role =>
      ruleFor(role, decision, decision === 'apology' ? NOTHING_SPENT : { perCaseMinor: 5_000, perMonthMinor: 50_000 })
    ),
    ruleFor('store_manager', decision, { perCaseMinor: 50_000, perMonthMinor: 500_000 }),
    ruleFor('owner', decision, UNLIMITED)
  ])
}

/** The rule for a role in a store: the store's own, or else the general one; undefined where the role may not decide. */
export function ruleOf(
  { rules }: AuthorityMatrix,
  role: string,
  decision: RemedyDecision,
  storeId: string | null
): AuthorityRule | undefined {
  const fitting = rules.filter(rule => rule.role === role && rule.decision === decision)
  return (
    fitting.find(rule => rule.storeId !== null && rule.storeId === storeId) ??
    fitting.find(rule => rule.storeId === null)
  )
}

/** What says out of which store's budget a remedy is paid. */
export interface RemedyStores {
  readonly caseStoreId: string | null
  /** Of the purchase that the remedy, or else the case, is about. */
  readonly purchaseStoreId: string | null
  /** Whom the person who decides serves, in their order; none: every store. */
  readonly staffStoreIds: readonly string[]
}

/**
 * The store out of whose budget a remedy is paid: that of the case, or else of the purchase, or else the first one of who
 * decides. Null where nothing says which: that is the budget of no store, for which see `mayGrantWithoutStore`.
 */
export const payingStore = ({ caseStoreId, purchaseStoreId, staffStoreIds }: RemedyStores): string | null =>
  caseStoreId ?? purchaseStoreId ?? staffStoreIds[0] ?? null

/**
 * Whether a role may pay out of the budget of no store: in a shop that has stores only from the store's manager up, or
 * whoever has spent his store's month would go on with cases that name none.
 */
export const mayGrantWithoutStore = (role: DecidingRole, hasStores: boolean): boolean =>
  !hasStores || reaches(role, 'store_manager')

/** What an amount is held against. */
export interface Spending {
  readonly amountMinor: number
  /** Granted remedies of this kind on the case so far, by whomever; of refunds also those of the same purchase on others. */
  readonly caseMinor: number
  /** Granted by the role in the store and month so far. */
  readonly monthMinor: number
}

export const AUTHORITY_VERDICTS = ['within', 'not_delegated', 'above_case_limit', 'above_month_limit'] as const
export type AuthorityVerdict = (typeof AUTHORITY_VERDICTS)[number]

/** Whether a rule covers an amount. A limit is included: exactly the limit is within it. */
export function judge(
  rule: AuthorityRule | undefined,
  { amountMinor, caseMinor, monthMinor }: Spending
): AuthorityVerdict {
  if (rule === undefined) return 'not_delegated'
  if (rule.perCaseMinor !== null && caseMinor + amountMinor > rule.perCaseMinor) return 'above_case_limit'
  if (rule.perMonthMinor !== null && monthMinor + amountMinor > rule.perMonthMinor) return 'above_month_limit'
  return 'within'
}

/** Roles of a person that may decide something, from the front line up. */
export const decidingRoles = (roles: readonly string[]): DecidingRole[] =>
  DECIDING_ROLES.filter(role => roles.includes(role))

/** Whether a role stands as high as another, or higher. */
export const reaches = (role: DecidingRole, other: DecidingRole): boolean =>
  DECIDING_ROLES.indexOf(role) >= DECIDING_ROLES.indexOf(other)

/** Whether somebody who is bound to some stores, or to none and so to all, serves every one of these. */
export const servesAll = ({ storeIds }: { readonly storeIds: readonly string[] }, wanted: readonly string[]): boolean =>
  storeIds.length === 0 || wanted.every(id => storeIds.includes(id))

/** Somebody with roles, and the stores that he serves; none: every store. */
export interface RoleHolder {
  readonly id: string
  readonly roles: readonly string[]
  readonly storeIds: readonly string[]
}

/** A role by which somebody decides, whose it is, and for whom he stands in where it is not his own. */
export interface HeldRole {
  readonly role: DecidingRole
  readonly holder: RoleHolder
  readonly forStaffId: string | null
}

/**
 * The roles by which a person decides in some stores while he stands in for these absent people: his own and theirs, from
 * the front line up, of equal ones his own first. Each counts only where its holder serves all of the stores.
 */
export function heldRoles(person: RoleHolder, absent: readonly RoleHolder[], stores: readonly string[]): HeldRole[] {
  const held = [person, ...absent].flatMap(holder =>
    servesAll(holder, stores)
      ? decidingRoles(holder.roles).map(role => ({ role, holder, forStaffId: holder === person ? null : holder.id }))
      : []
  )
  return held.sort((a, b) => DECIDING_ROLES.indexOf(a.role) - DECIDING_ROLES.indexOf(b.role))
}

/** Refuses an escalation to who stands no higher than whoever has the case (`complaint.not_higher`); null: nobody has it. */
export function expectHigher(to: DecidingRole | null, from: DecidingRole | null): void {
  if (to !== null && !reaches(from ?? 'front_line', to)) return
  throw unprocessable('complaint.not_higher', 'A case is escalated to a higher authority than that of whoever has it.')
}

/** Faults of a matrix: a month's limit lies below that of a case, and the same is said twice. */
export function authorityFaults({ rules }: AuthorityMatrix): FieldFault[] {
  const faults: FieldFault[] = []
  const seen = new Set<string>()
  rules.forEach(({ role, decision, storeId, perCaseMinor, perMonthMinor }, n) => {
    const key = JSON.stringify([role, decision, storeId])
    if (seen.has(key)) {
      faults.push({ pointer: `/rules/${n}`, code: 'authority.twice', message: 'says the same role and decision again' })
    }
    seen.add(key)
    if (perMonthMinor !== null && perCaseMinor !== null && perMonthMinor < perCaseMinor) {
      faults.push({
        pointer: `/rules/${n}/perMonthMinor`,
        code: 'authority.month_below_case',
        message: 'must not lie below the limit per case'
      })
    }
  })
  return faults
}
