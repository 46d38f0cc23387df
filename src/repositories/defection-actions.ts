import type { Tx } from '../db/client.ts'
import type { AdviceOutcome } from '../domain/advice-outcome.ts'
import type { DefectionState } from '../domain/cadence.ts'
import type { Recommendation } from '../domain/defection-advice.ts'

/** What was advised about a customer at some day. */
export interface AdvisedRow {
  readonly state: DefectionState
  readonly recommendation: Recommendation
  /** In hundredths. */
  readonly pAlive: number | null
  readonly valueAtStakeMinor: number
}

/** Since when somebody is known: from his file, and from what he bought. */
export interface KnownCustomer {
  readonly createdAt: string
  readonly firstSaleOn: string | null
}

/** What somebody did about a customer, beside what was advised then and what came of it. */
export interface DefectionActionRow {
  readonly id: string
  readonly customerId: string
  readonly action: Recommendation
  readonly note: string | null
  readonly costMinor: number
  readonly staffId: string | null
  readonly actedAt: string
  readonly actedOn: string
  readonly dueOn: string
  readonly state: DefectionState | null
  readonly recommendation: Recommendation | null
  readonly pAlive: number | null
  readonly valueAtStakeMinor: number | null
  readonly outcome: AdviceOutcome | null
  readonly outcomeOn: string | null
  readonly outcomeMinor: number | null
  readonly overrideReason: string | null
  readonly createdAt: string
  readonly createdBy: string | null
}

export interface DefectionActionFilter {
  readonly customerId?: string | undefined
  readonly staffId?: string | undefined
  readonly action?: Recommendation | undefined
  /** `open`: not yet found. */
  readonly outcome?: AdviceOutcome | 'open' | undefined
}

const COLUMNS = `
  id, customer_id as "customerId", action, note, cost_minor as "costMinor", staff_id as "staffId", acted_at as "actedAt",
  acted_on as "actedOn", due_on as "dueOn", state, recommendation, p_alive as "pAlive",
  value_at_stake_minor as "valueAtStakeMinor", outcome, outcome_on as "outcomeOn", outcome_minor as "outcomeMinor",
  override_reason as "overrideReason", created_at as "createdAt", created_by as "createdBy"`

export const defectionActionsRepository = (tx: Tx) => ({
  /**
   * Since when the customer is known; undefined when there is no such customer. Holds him, so that two who record something about him come one after the other;
   * foreign keys ask for a weaker lock.
   */
  async lockCustomer(customerId: string): Promise<KnownCustomer | undefined> {
    const [row] = await tx.rows<KnownCustomer>(
      {
        name: 'defection_actions_lock_customer',
        text: `select created_at as "createdAt", (
                 select first_sale_on from customer_totals t where t.tenant_id = $1 and t.customer_id = $2) as "firstSaleOn"
               from customers where tenant_id = $1 and id = $2 for no key update`
      },
      [tx.tenantId, customerId]
    )
    return row
  },

  async customerExists(customerId: string): Promise<boolean> {
    const rows = await tx.rows(
      { name: 'defection_actions_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2' },
      [tx.tenantId, customerId]
    )
    return rows.length > 0
  },

  /** The advice that was in force on a day: the last one given up to then whose horizon holds it. */
  async advisedOn(customerId: string, day: string): Promise<AdvisedRow | undefined> {
    const [row] = await tx.rows<AdvisedRow>(
      {
        name: 'defection_actions_advised',
        text: `select state, recommendation, p_alive as "pAlive", value_at_stake_minor as "valueAtStakeMinor"
               from defection_advices
               where tenant_id = $1 and customer_id = $2 and advised_on <= $3 and due_on > $3
                 and (outcome_on is null or outcome_on >= $3)
               order by advised_on desc, run_id desc limit 1`
      },
      [tx.tenantId, customerId, day]
    )
    return row
  },

  /**
   * Notes on each advice of a customer that an attempt was made within its horizon. Once he has bought, an attempt is none
   * on that advice any more.
   */
  async noteAttempt(customerId: string, day: string): Promise<void> {
    await tx.rows(
      {
        name: 'defection_actions_note_attempt',
        text: `update defection_advices set acted = true
               where tenant_id = $1 and customer_id = $2 and advised_on <= $3 and due_on > $3
                 and (outcome_on is null or outcome_on > $3) and not acted`
      },
      [tx.tenantId, customerId, day]
    )
  },

  /** `defection_actions_staff_id_fkey` speaks where the person is not one of the tenant. */
  async insert(row: DefectionActionRow): Promise<void> {
    await tx.rows(
      {
        name: 'defection_actions_insert',
        text: `insert into defection_actions (tenant_id, id, customer_id, action, note, cost_minor, staff_id, acted_at, acted_on,
                 due_on, state, recommendation, p_alive, value_at_stake_minor, override_reason, created_at, created_by)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`
      },
      [
        tx.tenantId,
        row.id,
        row.customerId,
        row.action,
        row.note,
        row.costMinor,
        row.staffId,
        row.actedAt,
        row.actedOn,
        row.dueOn,
        row.state,
        row.recommendation,
        row.pAlive,
        row.valueAtStakeMinor,
        row.overrideReason,
        row.createdAt,
        row.createdBy
      ]
    )
  },

  async find(id: string): Promise<DefectionActionRow | undefined> {
    const [row] = await tx.rows<DefectionActionRow>(
      {
        name: 'defection_actions_find',
        text: `select ${COLUMNS} from defection_actions where tenant_id = $1 and id = $2`
      },
      [tx.tenantId, id]
    )
    return row
  },

  /**
   * What was done last comes first. One customer's come from `defection_actions_customer_id_idx`, all others in the order of
   * `defection_actions_acted_at_idx`. The text depends on the filters, hence no name.
   */
  async list(
    { customerId, staffId, action, outcome }: DefectionActionFilter,
    after: { actedAt: string; id: string } | null,
    limit: number
  ): Promise<DefectionActionRow[]> {
    const values: unknown[] = [tx.tenantId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const conditions = ['tenant_id = $1']
    if (customerId !== undefined) conditions.push(`customer_id = ${bind(customerId)}`)
    if (staffId !== undefined) conditions.push(`staff_id = ${bind(staffId)}`)
    if (action !== undefined) conditions.push(`action = ${bind(action)}`)
    if (outcome !== undefined) {
      conditions.push(outcome === 'open' ? 'outcome is null' : `outcome = ${bind(outcome)}`)
    }
    if (after !== null)
      conditions.push(`(acted_at, id) < (${bind(after.actedAt)}::timestamptz, ${bind(after.id)}::uuid)`)
    const { rows } = await tx.client.query<DefectionActionRow>(
      `select ${COLUMNS} from defection_actions where ${conditions.join(' and ')}
       order by acted_at desc, id desc limit $2`,
      values
    )
    return rows
  }
})
