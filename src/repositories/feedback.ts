import type { Tx } from '../db/client.ts'
import type { NextStep, Urgency } from '../domain/answer-clock.ts'
import type { Attachment, FeedbackChannel, FeedbackKind, FeedbackState } from '../domain/feedback.ts'

/** What a customer said, and where the clock of its answer stands. */
export interface FeedbackRow extends ClockColumns {
  readonly id: string
  readonly kind: FeedbackKind
  readonly channel: FeedbackChannel
  readonly storeId: string | null
  readonly customerId: string | null
  readonly purchaseId: string | null
  readonly sku: string | null
  readonly promotionCode: string | null
  readonly staffId: string | null
  readonly receivedByStaffId: string | null
  readonly ownerStaffId: string | null
  readonly receivedAt: string
  readonly receivedOn: string
  readonly language: string | null
  readonly text: string
  readonly attachments: Attachment[]
  readonly attitude: number | null
  readonly listeningSessionId: string | null
  readonly policyVersion: number
  readonly version: number
  readonly createdAt: string
  readonly createdBy: string | null
  readonly updatedAt: string
}

/** The clock as the table keeps it. */
export interface ClockColumns {
  readonly state: FeedbackState
  readonly countedMs: number
  readonly runningSince: string | null
  readonly atRiskAt: string
  readonly dueAt: string
  readonly pausedAt: string | null
  readonly pauseEndsAt: string | null
  readonly pausedMs: number
  readonly answeredAt: string | null
  readonly answeredInTime: boolean | null
  readonly lastAnsweredAt: string | null
  readonly breachedAt: string | null
  readonly reopenings: number
  readonly reopenedAt: string | null
  readonly withdrawnAt: string | null
  readonly stepsRaised: number
  readonly nextStep: NextStep | null
  readonly nextStepAt: string | null
}

export interface FeedbackFilter {
  readonly kind?: FeedbackKind | undefined
  readonly channel?: FeedbackChannel | undefined
  readonly state?: FeedbackState | undefined
  readonly storeId?: string | undefined
  readonly customerId?: string | undefined
  readonly staffId?: string | undefined
  readonly ownerStaffId?: string | undefined
  readonly sku?: string | undefined
  readonly listeningSessionId?: string | undefined
  readonly receivedFrom?: string | undefined
  readonly receivedTo?: string | undefined
}

/** Which of the open ones a queue holds. */
export interface QueueFilter {
  readonly kind?: FeedbackKind | undefined
  readonly storeId?: string | undefined
  readonly ownerStaffId?: string | undefined
  readonly urgency?: Urgency | undefined
}

/** What of a feedback may be changed after it was recorded. */
export const CHANGEABLE = [
  'kind',
  'storeId',
  'receivedOn',
  'customerId',
  'purchaseId',
  'sku',
  'promotionCode',
  'staffId',
  'ownerStaffId',
  'language',
  'attitude'
] as const

/** The day follows from the store. */
export type FeedbackChange = Partial<Pick<FeedbackRow, Exclude<(typeof CHANGEABLE)[number], 'receivedOn'>>>

const COLUMNS = `
  id, kind, channel, state, store_id as "storeId", customer_id as "customerId", purchase_id as "purchaseId", sku,
  promotion_code as "promotionCode", staff_id as "staffId", received_by_staff_id as "receivedByStaffId",
  owner_staff_id as "ownerStaffId", received_at as "receivedAt", received_on as "receivedOn", language, text, attachments,
  attitude, listening_session_id as "listeningSessionId", policy_version as "policyVersion", counted_ms as "countedMs",
  running_since as "runningSince", at_risk_at as "atRiskAt", due_at as "dueAt", paused_at as "pausedAt",
  pause_ends_at as "pauseEndsAt", paused_ms as "pausedMs", answered_at as "answeredAt",
  answered_in_time as "answeredInTime", last_answered_at as "lastAnsweredAt", breached_at as "breachedAt", reopenings,
  reopened_at as "reopenedAt", withdrawn_at as "withdrawnAt", steps_raised as "stepsRaised", next_step as "nextStep",
  next_step_at as "nextStepAt", version, created_at as "createdAt", created_by as "createdBy", updated_at as "updatedAt"`

export const feedbackRepository = (tx: Tx) => ({
  /** `feedback_sku_fkey`, `feedback_customer_id_fkey` and their like speak where something named is not the tenant's. */
  async insert(row: FeedbackRow): Promise<void> {
    await tx.rows(
      {
        name: 'feedback_insert',
        text: `insert into feedback (tenant_id, id, kind, channel, state, store_id, customer_id, purchase_id, sku,
                 promotion_code, staff_id, received_by_staff_id, owner_staff_id, received_at, received_on, language, text,
                 attachments, attitude, listening_session_id, policy_version, counted_ms, running_since, at_risk_at, due_at,
                 paused_ms, reopenings, steps_raised, next_step, next_step_at, version, created_at, created_by, updated_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                 $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)`
      },
      [
        tx.tenantId,
        row.id,
        row.kind,
        row.channel,
        row.state,
        row.storeId,
        row.customerId,
        row.purchaseId,
        row.sku,
        row.promotionCode,
        row.staffId,
        row.receivedByStaffId,
        row.ownerStaffId,
        row.receivedAt,
        row.receivedOn,
        row.language,
        row.text,
        JSON.stringify(row.attachments),
        row.attitude,
        row.listeningSessionId,
        row.policyVersion,
        row.countedMs,
        row.runningSince,
        row.atRiskAt,
        row.dueAt,
        row.pausedMs,
        row.reopenings,
        row.stepsRaised,
        row.nextStep,
        row.nextStepAt,
        row.version,
        row.createdAt,
        row.createdBy,
        row.updatedAt
      ]
    )
  },

  /** `storeId`: the one store that the caller may see; null for all. */
  async find(id: string, storeId: string | null): Promise<FeedbackRow | undefined> {
    const [row] = await tx.rows<FeedbackRow>(
      {
        name: 'feedback_find',
        text: `select ${COLUMNS} from feedback
               where tenant_id = $1 and id = $2 and ($3::uuid is null or store_id = $3)`
      },
      [tx.tenantId, id, storeId]
    )
    return row
  },

  /** Locks the feedback until the transaction ends: an answer and the timer cannot both decide on one state. */
  async forUpdate(id: string, storeId: string | null): Promise<FeedbackRow | undefined> {
    const [row] = await tx.rows<FeedbackRow>(
      {
        name: 'feedback_for_update',
        text: `select ${COLUMNS} from feedback
               where tenant_id = $1 and id = $2 and ($3::uuid is null or store_id = $3) for update`
      },
      [tx.tenantId, id, storeId]
    )
    return row
  },

  /**
   * Locks those whose next step has come, the earliest first, and passes over what somebody else has in hand.
   * `feedback_next_step_at_idx` carries it.
   */
  async takeDue(now: string, limit: number): Promise<FeedbackRow[]> {
    return tx.rows<FeedbackRow>(
      {
        name: 'feedback_take_due',
        text: `select ${COLUMNS} from feedback
               where tenant_id = $1 and next_step_at is not null and next_step_at <= $2
               order by next_step_at, id limit $3 for update skip locked`
      },
      [tx.tenantId, now, limit]
    )
  },

  /** When the timer has something to do next; null when nothing waits. */
  async nextStepAt(): Promise<string | null> {
    const [row] = await tx.rows<{ next_step_at: string }>(
      {
        name: 'feedback_next_step_at',
        text: `select next_step_at from feedback where tenant_id = $1 and next_step_at is not null
               order by next_step_at limit 1`
      },
      [tx.tenantId]
    )
    return row?.next_step_at ?? null
  },

  /** Writes the clocks of feedback that this transaction has locked; each is a change with a version of its own. */
  async saveClocks(rows: readonly (ClockColumns & Pick<FeedbackRow, 'id' | 'version' | 'updatedAt'>)[]): Promise<void> {
    if (rows.length === 0) return
    const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map(row => row[name])
    await tx.rows(
      {
        name: 'feedback_save_clocks',
        text: `update feedback f set
                 state = c.state, counted_ms = c.counted_ms, running_since = c.running_since, at_risk_at = c.at_risk_at,
                 due_at = c.due_at, paused_at = c.paused_at, pause_ends_at = c.pause_ends_at, paused_ms = c.paused_ms,
                 answered_at = c.answered_at, answered_in_time = c.answered_in_time, last_answered_at = c.last_answered_at,
                 breached_at = c.breached_at, reopenings = c.reopenings, reopened_at = c.reopened_at,
                 withdrawn_at = c.withdrawn_at, steps_raised = c.steps_raised, next_step = c.next_step,
                 next_step_at = c.next_step_at, version = c.version, updated_at = c.updated_at
               from unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
                 $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::timestamptz[], $12::boolean[],
                 $13::timestamptz[], $14::timestamptz[], $15::smallint[], $16::timestamptz[], $17::timestamptz[],
                 $18::smallint[], $19::text[], $20::timestamptz[], $21::integer[], $22::timestamptz[]) as c (id, state,
                 counted_ms, running_since, at_risk_at, due_at, paused_at, pause_ends_at, paused_ms, answered_at,
                 answered_in_time, last_answered_at, breached_at, reopenings, reopened_at, withdrawn_at, steps_raised,
                 next_step, next_step_at, version, updated_at)
               where f.tenant_id = $1 and f.id = c.id`
      },
      [
        tx.tenantId,
        column('id'),
        column('state'),
        column('countedMs'),
        column('runningSince'),
        column('atRiskAt'),
        column('dueAt'),
        column('pausedAt'),
        column('pauseEndsAt'),
        column('pausedMs'),
        column('answeredAt'),
        column('answeredInTime'),
        column('lastAnsweredAt'),
        column('breachedAt'),
        column('reopenings'),
        column('reopenedAt'),
        column('withdrawnAt'),
        column('stepsRaised'),
        column('nextStep'),
        column('nextStepAt'),
        column('version'),
        column('updatedAt')
      ]
    )
  },

  /** Writes what may be changed by hand; see `insert` for what its keys refuse. */
  async save(row: FeedbackRow): Promise<void> {
    await tx.rows(
      {
        name: 'feedback_save',
        text: `update feedback set kind = $3, store_id = $4, received_on = $5, customer_id = $6, purchase_id = $7, sku = $8,
                 promotion_code = $9, staff_id = $10, owner_staff_id = $11, language = $12, attitude = $13, version = $14,
                 updated_at = $15
               where tenant_id = $1 and id = $2`
      },
      [tx.tenantId, row.id, ...CHANGEABLE.map(name => row[name]), row.version, row.updatedAt]
    )
  },

  /**
   * The latest received first. One store's, customer's, person's or product's come from the index that is named after it. The
   * text depends on the filters, hence no name.
   */
  async list(
    filter: FeedbackFilter,
    after: { receivedAt: string; id: string } | null,
    limit: number
  ): Promise<FeedbackRow[]> {
    const values: unknown[] = [tx.tenantId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const conditions = ['tenant_id = $1']
    for (const [name, column] of Object.entries(EQUAL)) {
      const value = filter[name as keyof typeof EQUAL]
      if (value !== undefined) conditions.push(`${column} = ${bind(value)}`)
    }
    if (filter.receivedFrom !== undefined) conditions.push(`received_at >= ${bind(filter.receivedFrom)}::timestamptz`)
    if (filter.receivedTo !== undefined) conditions.push(`received_at < ${bind(filter.receivedTo)}::timestamptz`)
    if (after !== null) {
      conditions.push(`(received_at, id) < (${bind(after.receivedAt)}::timestamptz, ${bind(after.id)}::uuid)`)
    }
    const { rows } = await tx.client.query<FeedbackRow>(
      `select ${COLUMNS} from feedback where ${conditions.join(' and ')}
       order by received_at desc, id desc limit $2`,
      values
    )
    return rows
  },

  /**
   * What is open, the first to fall due first. `feedback_open_idx` and its like for a store and an owner hold only what is
   * open, in this order, with what urgency is told by.
   */
  async queue(
    filter: QueueFilter,
    now: string,
    after: { dueAt: string; id: string } | null,
    limit: number
  ): Promise<FeedbackRow[]> {
    const values: unknown[] = [tx.tenantId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const conditions = ['tenant_id = $1', `state = 'open'`]
    if (filter.kind !== undefined) conditions.push(`kind = ${bind(filter.kind)}`)
    if (filter.storeId !== undefined) conditions.push(`store_id = ${bind(filter.storeId)}`)
    if (filter.ownerStaffId !== undefined) conditions.push(`owner_staff_id = ${bind(filter.ownerStaffId)}`)
    if (filter.urgency === 'overdue') conditions.push(`due_at < ${bind(now)}::timestamptz`)
    else if (filter.urgency !== undefined) {
      const at = bind(now)
      const sign = filter.urgency === 'at_risk' ? '<=' : '>'
      conditions.push(`due_at >= ${at}::timestamptz and at_risk_at ${sign} ${at}::timestamptz`)
    }
    if (after !== null) conditions.push(`(due_at, id) > (${bind(after.dueAt)}::timestamptz, ${bind(after.id)}::uuid)`)
    const { rows } = await tx.client.query<FeedbackRow>(
      `select ${COLUMNS} from feedback where ${conditions.join(' and ')} order by due_at, id limit $2`,
      values
    )
    return rows
  }
})

const EQUAL = {
  kind: 'kind',
  channel: 'channel',
  state: 'state',
  storeId: 'store_id',
  customerId: 'customer_id',
  staffId: 'staff_id',
  ownerStaffId: 'owner_staff_id',
  sku: 'sku',
  listeningSessionId: 'listening_session_id'
} as const
