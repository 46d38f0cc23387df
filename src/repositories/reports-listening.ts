import type { Tx } from '../db/client.ts'
import type { ListeningKind } from '../domain/listening-session.ts'

export type InquiryGroup = 'staff' | 'channel' | 'store'

/** Instants [from, to), of one store or of all. */
export interface InstantWindow {
  readonly from: string
  readonly to: string
  readonly storeId: string | null
}

export interface ConversionCounts {
  /** All groups together, where it is true. */
  readonly isTotal: boolean
  readonly key: string | null
  readonly inquiries: number
  readonly converted: number
  /** Converted to a file that was older than the inquiry. */
  readonly existing: number
  readonly lost: number
  /** Days from the inquiry to the customer file; null where nobody was converted. */
  readonly medianDays: number | null
  readonly p90Days: number | null
}

export interface SessionCounts {
  readonly storeId: string | null
  readonly kind: ListeningKind
  readonly planned: number
  readonly held: number
  readonly cancelled: number
  readonly attended: number
  readonly findings: number
}

export interface ListenedCounts {
  /** Home store; null for customers without one. */
  readonly storeId: string | null
  readonly aCustomers: number
  /** Of these, those who came to a session or were visited. */
  readonly listened: number
}

/** Whoever had a file before he asked did not become a customer by asking. */
const IS_EXISTING = `status = 'converted' and customer_file = 'found' and file_created_at <= received_at`
const BECAME_CUSTOMER = `status = 'converted' and (customer_file = 'opened' or file_created_at > received_at)`
const COLUMN: Readonly<Record<InquiryGroup, string>> = { staff: 'staff_id', channel: 'channel', store: 'store_id' }
const DAYS = 'extract(epoch from converted_at - received_at)::float8 / 86400'

export const reportsListeningRepository = (tx: Tx) => ({
  /** Inquiries received in the window, whatever has become of them since. `inquiries_received_at_idx` carries it. */
  async conversion(by: InquiryGroup, { from, to, storeId }: InstantWindow): Promise<ConversionCounts[]> {
    const column = COLUMN[by]
    return tx.rows<ConversionCounts & { [column: string]: unknown }>(
      {
        name: `reports_inquiries_by_${by}`,
        text: `select grouping(${column}) = 1 as "isTotal", ${column}::text as key, count(*)::int as inquiries,
                 count(*) filter (where ${BECAME_CUSTOMER})::int as converted,
                 count(*) filter (where ${IS_EXISTING})::int as existing,
                 count(*) filter (where status = 'lost')::int as lost,
                 percentile_cont(0.5) within group (order by ${DAYS}) filter (where ${BECAME_CUSTOMER}) as "medianDays",
                 percentile_cont(0.9) within group (order by ${DAYS}) filter (where ${BECAME_CUSTOMER}) as "p90Days"
               from (
                 select i.staff_id, i.channel, i.store_id, i.status, i.customer_file, i.received_at, i.converted_at,
                   f.created_at as file_created_at
                 from inquiries i
                 left join customers f on f.tenant_id = $1 and f.id = i.customer_id and i.customer_file = 'found'
                 where i.tenant_id = $1 and i.received_at >= $2 and i.received_at < $3
                   and ($4::uuid is null or i.store_id = $4)
               ) asked
               group by grouping sets ((${column}), ())
               order by 1, 3 desc, 2`
      },
      [tx.tenantId, from, to, storeId]
    )
  },

  /** Sessions that were planned for the window or held in it, by store and kind. Held counts by when it was held. */
  async sessions({ from, to, storeId }: InstantWindow): Promise<SessionCounts[]> {
    return tx.rows<SessionCounts & { [column: string]: unknown }>(
      {
        name: 'reports_listening_sessions',
        text: `select s.store_id as "storeId", s.kind,
                 count(*) filter (where s.planned_at >= $2 and s.planned_at < $3)::int as planned,
                 count(*) filter (where s.held_at >= $2 and s.held_at < $3)::int as held,
                 count(*) filter (where s.status = 'cancelled')::int as cancelled,
                 coalesce(sum(a.attended) filter (where s.held_at >= $2 and s.held_at < $3), 0)::int as attended,
                 coalesce(sum(s.findings) filter (where s.held_at >= $2 and s.held_at < $3), 0)::int as findings
               from listening_sessions s
               left join lateral (
                 select count(*) as attended from listening_session_customers c
                 where c.tenant_id = $1 and c.session_id = s.id and c.attended
               ) a on true
               where s.tenant_id = $1 and ($4::uuid is null or s.store_id = $4)
                 and ((s.planned_at >= $2 and s.planned_at < $3) or (s.held_at >= $2 and s.held_at < $3))
               group by 1, 2`
      },
      [tx.tenantId, from, to, storeId]
    )
  },

  /** A customers, as the last run found them, and who of them was listened to in the window; by home store. */
  async listenedTo({ from, to, storeId }: InstantWindow): Promise<ListenedCounts[]> {
    return tx.rows<ListenedCounts & { [column: string]: unknown }>(
      {
        name: 'reports_listening_a_customers',
        text: `with came as materialized (
                 select distinct c.customer_id
                 from listening_sessions s
                 join listening_session_customers c on c.tenant_id = $1 and c.session_id = s.id and c.attended
                 where s.tenant_id = $1 and s.status = 'held' and s.held_at >= $2 and s.held_at < $3
               )
               select f.home_store_id as "storeId", count(*)::int as "aCustomers",
                 count(came.customer_id)::int as listened
               from classifications l
               join customers f on f.tenant_id = $1 and f.id = l.customer_id
               left join came on came.customer_id = l.customer_id
               where l.tenant_id = $1 and l.abc_class = 'A' and ($4::uuid is null or f.home_store_id = $4)
               group by 1`
      },
      [tx.tenantId, from, to, storeId]
    )
  },

  /** Stores that are open, by code. */
  async openStores(): Promise<{ id: string; code: string; name: string }[]> {
    return tx.rows<{ id: string; code: string; name: string }>(
      {
        name: 'reports_open_stores',
        text: 'select id, code, name from stores where tenant_id = $1 and active order by code, id'
      },
      [tx.tenantId]
    )
  },

  async staffNames(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.rows<{ id: string; name: string }>(
      {
        name: 'reports_staff_names',
        text: 'select id, name from staff where tenant_id = $1 and id = any ($2::uuid[])'
      },
      [tx.tenantId, ids]
    )
    return new Map(rows.map(({ id, name }) => [id, name]))
  }
})
