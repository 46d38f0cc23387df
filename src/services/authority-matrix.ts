import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../db/client.ts'
import { violates } from '../db/errors.ts'
import {
  type AuthorityMatrix,
  type AuthorityRule,
  authorityFaults,
  DECIDING_ROLES,
  DEFAULT_AUTHORITY,
  type DecidingRole,
  REMEDY_DECISIONS,
  type RemedyDecision,
  ruleOf
} from '../domain/authority.ts'
import { DomainError, precondition } from '../domain/errors.ts'
import { type AuthorityVersion, authorityMatricesRepository } from '../repositories/authority-matrices.ts'
import { complaintRemediesRepository } from '../repositories/complaint-remedies.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { expectStores } from './references.ts'
import { monthOf, storeKeyOf } from './remedy-authority.ts'
import { type StoreQuery, storeOf } from './report-window.ts'

/** A matrix with what is known of its version; nobody made version 1, which every tenant begins with. */
export interface StoredAuthority {
  readonly rules: AuthorityRule[]
  readonly version: number
  readonly createdAt: string | null
  readonly createdBy: string | null
}

/** A rule as it is sent: what is left out is nothing in particular, so no store and no limit. */
export interface AuthorityRuleInput extends Pick<AuthorityRule, 'role' | 'decision'> {
  readonly storeId?: string | null | undefined
  readonly perCaseMinor?: number | null | undefined
  readonly perMonthMinor?: number | null | undefined
}

/** A role's budget; limits null: none. A role that may grant nothing any more has spent what it did, and has nothing left. */
export interface AuthorityBudget extends Pick<AuthorityRule, 'role' | 'decision' | 'perCaseMinor' | 'perMonthMinor'> {
  readonly spentMinor: number
  readonly leftMinor: number | null
}

export interface AuthorityBudgets {
  readonly storeId: string | null
  /** YYYY-MM. */
  readonly month: string
  readonly currency: string
  readonly data: AuthorityBudget[]
}

const budgetOf = (
  role: DecidingRole,
  decision: RemedyDecision,
  rule: AuthorityRule | undefined,
  spentMinor: number
): AuthorityBudget => {
  const { perCaseMinor, perMonthMinor } = rule ?? { perCaseMinor: 0, perMonthMinor: 0 }
  const leftMinor = perMonthMinor === null ? null : Math.max(0, perMonthMinor - spentMinor)
  return { role, decision, perCaseMinor, perMonthMinor, spentMinor, leftMinor }
}

/** What a tenant begins with. */
const FIRST: StoredAuthority = { rules: [...DEFAULT_AUTHORITY.rules], version: 1, createdAt: null, createdBy: null }

/** Who may decide what alone, up to which amount. A version is never changed: a new one takes its place. */
export const authorityMatrixService = (deps: ServiceDeps) => ({
  get: (actor: Actor): Promise<StoredAuthority> => deps.reading(actor, currentAuthority),

  /**
   * What each role may grant of each decision in a store and month, and what is left of it; without a store the budgets of
   * what belongs to none, for a credential that is bound to a store those of that one. The present month when none is named.
   */
  budgets: (actor: Actor, query: StoreQuery & { readonly month?: string | undefined }): Promise<AuthorityBudgets> =>
    deps.reading(actor, async tx => {
      const storeId = await storeOf(tx, actor, query)
      const firstDay = query.month === undefined ? monthOf(deps, actor) : `${query.month}-01`
      const authority = await currentAuthority(tx)
      const spent = await complaintRemediesRepository(tx).budgets(storeKeyOf(storeId), firstDay)
      const data = REMEDY_DECISIONS.flatMap(decision =>
        DECIDING_ROLES.flatMap(role => {
          const rule = ruleOf(authority, role, decision, storeId)
          const of = spent.find(one => one.role === role && one.decision === decision)
          return rule === undefined && of === undefined ? [] : [budgetOf(role, decision, rule, of?.spentMinor ?? 0)]
        })
      )
      return { storeId, month: firstDay.slice(0, 7), currency: actor.tenant.currency, data }
    }),

  /** All versions, newest first; the one that every tenant begins with comes last. */
  versions: (actor: Actor, before: number | null, limit: number): Promise<StoredAuthority[]> =>
    deps.reading(actor, async tx => {
      const rows = (await authorityMatricesRepository(tx).list(before, limit)).map(stored)
      return rows.length < limit && (before === null || before > FIRST.version) ? [...rows, FIRST] : rows
    }),

  /**
   * Puts a matrix in the place of the present one; remedies are decided by it from now on, and those that wait are decided
   * by the one that holds then. Refuses `authority_matrix.invalid` and `store.unknown`. An equal one changes nothing.
   */
  replace: (
    actor: Actor,
    input: { readonly rules: readonly AuthorityRuleInput[] },
    expectedVersion: number | null
  ): Promise<StoredAuthority> =>
    deps.inTenant(actor, async tx => {
      const before = await currentAuthority(tx)
      expectVersion(expectedVersion, before.version)
      const matrix = { rules: input.rules.map(complete) }
      refuseFaults(matrix)
      await expectStores(
        tx,
        matrix.rules.flatMap(({ storeId }, n) =>
          storeId === null ? [] : [{ id: storeId, pointer: `/rules/${n}/storeId` }]
        )
      )
      if (isDeepStrictEqual(before.rules, matrix.rules)) return before
      const after: AuthorityVersion = {
        version: before.version + 1,
        matrix,
        createdAt: deps.clock().toISOString(),
        createdBy: actor.id
      }
      await insert(tx, after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          {
            type: 'authority_matrix.replaced',
            subjectType: 'tenant',
            subjectId: actor.tenantId,
            data: { before: before.version, after: after.version }
          }
        ])
      )
      return stored(after)
    })
})

/** The matrix that holds in a transaction. */
export async function currentAuthority(tx: Tx): Promise<StoredAuthority> {
  const row = await authorityMatricesRepository(tx).current()
  return row ? stored(row) : FIRST
}

const stored = ({ version, matrix, createdAt, createdBy }: AuthorityVersion): StoredAuthority => ({
  rules: matrix.rules.map(complete),
  version,
  createdAt,
  createdBy
})

/** In one order of members, whatever the database made of it. */
const complete = (rule: AuthorityRuleInput): AuthorityRule => ({
  role: rule.role,
  decision: rule.decision,
  storeId: rule.storeId ?? null,
  perCaseMinor: rule.perCaseMinor ?? null,
  perMonthMinor: rule.perMonthMinor ?? null
})

function refuseFaults(matrix: AuthorityMatrix): void {
  const errors = authorityFaults(matrix)
  if (errors.length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'authority_matrix.invalid',
    detail: 'The matrix contradicts itself.',
    errors
  })
}

/** Two callers who replace the same version meet at the key: the second one decided on what is no longer there. */
async function insert(tx: Tx, version: AuthorityVersion): Promise<void> {
  try {
    await authorityMatricesRepository(tx).insert(version)
  } catch (error) {
    if (!violates(error, 'authority_matrices_pkey')) throw error
    throw precondition('version.mismatch', 'Somebody else has just replaced the matrix.')
  }
}
