import type { Tx } from '../db/client.ts'
import type { AnswerCounts } from '../domain/answered-in-time.ts'
import type { InstantWindow } from './reports-listening.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

export const CARE_GROUPS = ['staff', 'store', 'kind'] as const

export type CareGroup = (typeof CARE_GROUPS)[number]

export interface CareCounts extends AnswerCounts {
  /** All groups together, where it is true. */
  readonly isTotal: boolean
  /** A person's or store's id, or a kind; null: of no store. */
  readonly key: string | null
  readonly tasks: number
  /** Their term was over before they were made. */
  readonly dueBeforeMade: number
  readonly cancelled: number
  readonly withdrawn: number
}

const COLUMN: Readonly<Record<CareGroup, string>> = { staff: 'staff_id', store: 'store_id', kind: 'kind' }

export const reportsCareRepository = (tx: Tx) => ({
  /** Tasks by what became of them up to `now`, of those due in the window. `care_tasks_due_at_idx` carries it, state by state. */
  async onTime(by: CareGroup, { from, to, storeId }: InstantWindow, now: string): Promise<CareCounts[]> {
    const column = COLUMN[by]
    return tx.rows<CareCounts & { [column: string]: unknown }>(
      {
        name: `reports_care_on_time_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select grouping(${column}) = 1 as "isTotal", ${column}::text as key, count(*)::int as tasks,
                 count(*) filter (where could and on_time)::int as "inTime",
                 count(*) filter (where could and not on_time)::int as late,
                 count(*) filter (where could and state = 'open' and due_at < $5)::int as overdue,
                 count(*) filter (where could and state = 'open' and due_at >= $5)::int as "notDue",
                 count(*) filter (where not could and state in ('open', 'done'))::int as "dueBeforeMade",
                 count(*) filter (where state = 'cancelled')::int as cancelled,
                 count(*) filter (where state = 'withdrawn')::int as withdrawn
               from (
                 select staff_id, store_id, kind, state, due_at, on_time, due_at >= created_at as could from care_tasks
                 where tenant_id = $1 and state in ('open', 'done', 'cancelled', 'withdrawn') and due_at >= $2
                   and due_at < $3 and ($4::uuid is null or store_id = $4)) tasks
               group by grouping sets ((${column}), ())
               order by 1, 3 desc, 2`
      },
      [tx.tenantId, from, to, storeId, now]
    )
  }
})
