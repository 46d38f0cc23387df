import type { Tx } from '../db/client.ts'
import type { AdviceGroup } from '../domain/advice-outcome.ts'
import type { Recommendation } from '../domain/defection-advice.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** Advices whose horizon still runs. */
export interface OpenAdvices {
  readonly recommendation: Recommendation
  readonly count: number
}

/** What became of advice, as far as it is known. */
export const reportsAdviceRepository = (tx: Tx) => ({
  /**
   * Advices given on `fromDay` or later whose whole horizon lies before `asOfDay`, by what their judgement depends on. Those
   * of whom a purchase is known early wait for the others of their day: counting them at once would flatter every advice.
   */
  async groups(fromDay: string, asOfDay: string, timeoutMs = REPORT_STATEMENT_MS): Promise<AdviceGroup[]> {
    return tx.rows<AdviceGroup>(
      {
        name: 'advice_groups',
        timeoutMs,
        text: `select recommendation, acted, price_driven as "priceDriven", outcome, count(*)::int as count
               from defection_advices
               where tenant_id = $1 and advised_on >= $2 and due_on <= $3 and outcome is not null
               group by recommendation, acted, price_driven, outcome`
      },
      [tx.tenantId, fromDay, asOfDay]
    )
  },

  /** Of the same advices, those whose horizon has not passed. */
  async open(fromDay: string, asOfDay: string): Promise<OpenAdvices[]> {
    return tx.rows<OpenAdvices>(
      {
        name: 'advice_open',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select recommendation, count(*)::int as count from defection_advices
               where tenant_id = $1 and advised_on >= $2 and due_on > $3 group by recommendation`
      },
      [tx.tenantId, fromDay, asOfDay]
    )
  }
})
