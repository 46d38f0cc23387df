import type { Tx } from '../db/client.ts'
import type { AnswerCounts } from '../domain/answered-in-time.ts'
import { IN_WINDOW, REPORT_STATEMENT_MS, type ReceiptWindow, windowValues } from './reports-session.ts'

export const ANSWER_GROUPS = ['store', 'channel', 'week'] as const

export type AnswerGroup = (typeof ANSWER_GROUPS)[number]

export interface GroupedAnswers extends AnswerCounts {
  /** A store's id, a channel, the Monday of a week; null: of no store. */
  readonly key: string | null
  readonly received: number
  readonly withdrawn: number
}

const KEY: Readonly<Record<AnswerGroup, string>> = {
  store: 'p.store_id::text',
  channel: 'p.channel',
  week: `date_trunc('week', p.received_on)::date::text`
}

export const reportsAnswersRepository = (tx: Tx) => ({
  /**
   * Feedback received on store days of the window, by what became of its first answer at an instant.
   * `feedback_received_at_idx` carries it. What was taken back before its term was owed nothing.
   */
  async answered(by: AnswerGroup, window: ReceiptWindow, now: string): Promise<GroupedAnswers[]> {
    return tx.rows<GroupedAnswers & { [name: string]: unknown }>(
      {
        name: `reports_answered_in_time_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select ${KEY[by]} as key, count(*) as received,
                      count(*) filter (where answered_in_time) as "inTime",
                      count(*) filter (where not answered_in_time) as late,
                      count(*) filter (where answered_in_time is null and due_at < $7
                        and (state = 'open' or breached_at is not null)) as overdue,
                      count(*) filter (where answered_in_time is null and due_at >= $7 and state = 'open') as "notDue",
                      count(*) filter (where answered_in_time is null and state = 'withdrawn' and breached_at is null)
                        as withdrawn
               from feedback p where ${IN_FEEDBACK_WINDOW} group by 1 order by 1`
      },
      [...windowValues(tx, window), now]
    )
  }
})

/** The same window, over the days and instants at which feedback was received. */
const IN_FEEDBACK_WINDOW = IN_WINDOW.replaceAll('purchased_on', 'received_on').replaceAll('purchased_at', 'received_at')
