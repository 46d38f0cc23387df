import { uuidv7 } from 'uuidv7'
import { inTenant } from '../../src/db/tenancy.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { findOutcomes, type OutcomesReport, openAdvices } from '../../src/services/defection-run.ts'
import { assignmentFixtures } from './assignments.ts'
import type { TestService } from './service.ts'

export type Decisions = Awaited<ReturnType<typeof decisionFixtures>>

/** A customer at risk; what is not named is as of an ordinary one. */
export interface AtRisk {
  state?: string
  basis?: string
  partial?: boolean
  since?: string
  pAlive?: number | null
  valueAtStakeMinor?: number
  cause?: string
  recommendation?: string
  costMinor?: number
  netBenefitMinor?: number | null
  abcClass?: string
  facts?: object
}

/** What tests of advice set up directly, as the owner of the tables: what no run has found. */
export async function decisionFixtures(service: TestService) {
  const assignments = await assignmentFixtures(service)
  const { query } = assignments

  return {
    ...assignments,

    /** Makes a customer one at risk, or changes what was found of him. */
    atRisk: (tenantId: string, customerId: string, found: AtRisk = {}) =>
      query(
        `insert into defections (tenant_id, customer_id, abc_class, state, basis, partial, since, p_alive, value_at_stake_minor, cause,
           recommendation, cost_minor, net_benefit_minor, facts, home_store_id)
         select $1, $2, $3, $4, $14, $5, $6, $7, $8, $9, $10, $11, $12, $13, home_store_id
         from customers where tenant_id = $1 and id = $2
         on conflict (tenant_id, customer_id) do update set
           abc_class = excluded.abc_class, state = excluded.state, since = excluded.since,
           recommendation = excluded.recommendation, cause = excluded.cause,
           value_at_stake_minor = excluded.value_at_stake_minor`,
        [
          tenantId,
          customerId,
          found.abcClass ?? 'B',
          found.state ?? 'overdue',
          found.partial ?? false,
          found.since ?? '2026-03-01T00:00:00Z',
          found.pAlive === undefined ? 60 : found.pAlive,
          found.valueAtStakeMinor ?? 10_000,
          found.cause ?? 'unknown',
          found.recommendation ?? 'win_back',
          found.costMinor ?? 500,
          found.netBenefitMinor === undefined ? 300 : found.netBenefitMinor,
          JSON.stringify(found.facts ?? { pDefect: 0.4, valueKnown: true, saveProbability: 0.2 }),
          found.basis ?? 'cadence'
        ]
      ),

    notAtRisk: (tenantId: string, customerId: string) =>
      query('delete from defections where tenant_id = $1 and customer_id = $2', [tenantId, customerId]),

    /** What a run does that finds the customers at risk as they stand now: outcomes first, then advice. */
    async run(tenantId: string, asOfDay: string, runId = uuidv7()): Promise<OutcomesReport & { opened: number }> {
      const now = service.clock.now.toISOString()
      await query(
        `insert into jobs (tenant_id, id, kind, status, created_at) values ($1, $2, 'classification_run', 'succeeded', $3)`,
        [tenantId, runId, now]
      )
      await query(
        `insert into classification_runs
           (tenant_id, id, as_of, as_of_day, policy_version, dry_run, trigger, created_at, applied_at)
         values ($1, $2, $3, $4, 1, false, 'request', $5, null)`,
        [tenantId, runId, `${asOfDay}T00:00:00Z`, asOfDay, now]
      )
      const report = await inTenant(service.database.work, tenantId, async tx => {
        const run = { runId, asOfDay, now }
        const outcomes = await findOutcomes({ newId: uuidv7 }, tx, run)
        return { ...outcomes, opened: await openAdvices(tx, run, DEFAULT_POLICY.defection, null) }
      })
      await query('update classification_runs set applied_at = $3 where tenant_id = $1 and id = $2', [
        tenantId,
        runId,
        now
      ])
      return report
    },

    /** Every advice of a customer, in the order in which they were given. */
    advices: (tenantId: string, customerId: string) =>
      query(
        `select to_char(advised_on, 'YYYY-MM-DD') as advised, to_char(due_on, 'YYYY-MM-DD') as due, recommendation, acted,
                price_driven, outcome, to_char(outcome_on, 'YYYY-MM-DD') as bought
         from defection_advices where tenant_id = $1 and customer_id = $2 order by advised_on, run_id`,
        [tenantId, customerId]
      ),

    /** Events of some kinds, in the order of writing. */
    eventsLike: (tenantId: string, pattern: string) =>
      query(
        `select type, subject_id, actor_id, data from events where tenant_id = $1 and type like $2 order by write_order`,
        [tenantId, pattern]
      )
  }
}
