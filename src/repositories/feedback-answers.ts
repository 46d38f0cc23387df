import type { Tx } from '../db/client.ts'
import type { FeedbackChannel } from '../domain/feedback.ts'

/** What a customer was told. */
export interface FeedbackAnswerRow {
  readonly id: string
  readonly feedbackId: string
  readonly substantive: boolean
  readonly channel: FeedbackChannel
  readonly text: string
  readonly staffId: string | null
  readonly answeredAt: string
  readonly createdAt: string
  readonly createdBy: string | null
}

const COLUMNS = `id, feedback_id as "feedbackId", substantive, channel, text, staff_id as "staffId",
  answered_at as "answeredAt", created_at as "createdAt", created_by as "createdBy"`

export const feedbackAnswersRepository = (tx: Tx) => ({
  /** `feedback_answers_staff_id_fkey` speaks where the person is not one of the tenant. */
  async insert(row: FeedbackAnswerRow): Promise<void> {
    await tx.rows(
      {
        name: 'feedback_answers_insert',
        text: `insert into feedback_answers (tenant_id, id, feedback_id, substantive, channel, text, staff_id, answered_at,
                 created_at, created_by)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
      },
      [
        tx.tenantId,
        row.id,
        row.feedbackId,
        row.substantive,
        row.channel,
        row.text,
        row.staffId,
        row.answeredAt,
        row.createdAt,
        row.createdBy
      ]
    )
  },

  /** In the order in which they were given. `feedback_answers_feedback_id_idx` carries it. */
  async list(
    feedbackId: string,
    after: { answeredAt: string; id: string } | null,
    limit: number
  ): Promise<FeedbackAnswerRow[]> {
    return tx.rows<FeedbackAnswerRow>(
      {
        name: 'feedback_answers_list',
        text: `select ${COLUMNS} from feedback_answers
               where tenant_id = $1 and feedback_id = $2
                 and ($3::timestamptz is null or (answered_at, id) > ($3, $4::uuid))
               order by answered_at, id limit $5`
      },
      [tx.tenantId, feedbackId, after?.answeredAt ?? null, after?.id ?? null, limit]
    )
  },

  /** Who gave the latest substantive answer; null where nobody was named, or nobody has answered. */
  async lastAnsweredBy(feedbackId: string): Promise<string | null> {
    const [row] = await tx.rows<{ staffId: string | null }>(
      {
        name: 'feedback_answers_last_by',
        text: `select staff_id as "staffId" from feedback_answers
               where tenant_id = $1 and feedback_id = $2 and substantive
               order by answered_at desc, created_at desc, id desc limit 1`
      },
      [tx.tenantId, feedbackId]
    )
    return row?.staffId ?? null
  }
})
