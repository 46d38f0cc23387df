import { and, eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { noticeReplacements, notices } from '../db/schema/notices.ts'
import type { NoticeState, PlacedReplacement } from '../domain/notice.ts'

type Columns = Omit<typeof notices.$inferSelect, 'tenantId'>

export interface NoticeRow extends Columns {
  state: NoticeState
}

export interface ReplacementRow extends PlacedReplacement {
  readonly rejectedAt: string | null
  readonly rejectedBy: string | null
  readonly rejectedByStaffId: string | null
  readonly createdAt: string
  readonly createdBy: string | null
  readonly createdByStaffId: string | null
}

export interface NoticeFilter {
  readonly state?: NoticeState | undefined
  readonly feedbackId?: string | undefined
  /** Those that staff of this store sees. */
  readonly storeId?: string | undefined
}

/** A notice on the board, and whether one person has read it. */
export interface BoardRow extends NoticeRow {
  readonly readAt: string | null
}

export interface ReadingRow {
  readonly staffId: string
  readonly staffName: string
  /** Null for who has not read it. */
  readonly readAt: string | null
}

/** What one person has still to read. */
export interface UnreadRow {
  readonly staffId: string
  readonly staffName: string
  readonly unread: number
  readonly oldestNoticeId: string | null
  readonly oldestPublishedAt: string | null
}

const columns = {
  id: notices.id,
  feedbackId: notices.feedbackId,
  state: notices.state,
  title: notices.title,
  storeId: notices.storeId,
  authorStaffId: notices.authorStaffId,
  responsibleStaffId: notices.responsibleStaffId,
  reviewerStaffId: notices.reviewerStaffId,
  reviewedAt: notices.reviewedAt,
  reviewNote: notices.reviewNote,
  publishedText: notices.publishedText,
  publishedAt: notices.publishedAt,
  comment: notices.comment,
  commentedAt: notices.commentedAt,
  withdrawnAt: notices.withdrawnAt,
  withdrawnReason: notices.withdrawnReason,
  version: notices.version,
  createdAt: notices.createdAt,
  createdBy: notices.createdBy,
  updatedAt: notices.updatedAt
}

const SELECTED = `
  n.id, n.feedback_id as "feedbackId", n.state, n.title, n.store_id as "storeId", n.author_staff_id as "authorStaffId",
  n.responsible_staff_id as "responsibleStaffId", n.reviewer_staff_id as "reviewerStaffId", n.reviewed_at as "reviewedAt",
  n.review_note as "reviewNote", n.published_text as "publishedText", n.published_at as "publishedAt", n.comment,
  n.commented_at as "commentedAt", n.withdrawn_at as "withdrawnAt", n.withdrawn_reason as "withdrawnReason", n.version,
  n.created_at as "createdAt", n.created_by as "createdBy", n.updated_at as "updatedAt"`

/** That notice `n` is meant for person `s`, who may read it: for everybody, or for a store that he serves (bound to none: every store). */
const MEANT_FOR = `(n.store_id is null
  or exists (select from staff_stores b where b.tenant_id = $1 and b.staff_id = s.id and b.store_id = n.store_id)
  or not exists (select from staff_stores b where b.tenant_id = $1 and b.staff_id = s.id))`

/** That person `s` is to read it: what hung there before he came he may read, and owes nobody. */
const OWED_BY = `${MEANT_FOR} and n.published_at >= s.created_at`

/** That notice `n` is of something that was said to a store, or hangs on its board. */
const reachedBy = (store: string): string => `(
  exists (select from feedback f where f.tenant_id = $1 and f.id = n.feedback_id and f.store_id = ${store}::uuid)
  or (n.state = 'published' and (n.store_id is null or n.store_id = ${store}::uuid)))`

export const noticesRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(notices.tenantId, tx.tenantId), eq(notices.id, id))

  return {
    async insert(row: NoticeRow): Promise<void> {
      await tx.drizzle.insert(notices).values({ tenantId: tx.tenantId, ...row })
    },

    /** With a store only what that store heard, or reads on its board. */
    async find(id: string, storeId: string | null): Promise<NoticeRow | undefined> {
      const [row] = await tx.rows<NoticeRow & { [column: string]: unknown }>(
        {
          name: 'notice_find',
          text: `select ${SELECTED} from notices n
                 where n.tenant_id = $1 and n.id = $2 and ($3::uuid is null or ${reachedBy('$3')})`
        },
        [tx.tenantId, id, storeId]
      )
      return row
    },

    /** Locks the notice until the transaction ends: what is reviewed is what is published. */
    async forUpdate(id: string): Promise<NoticeRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(notices).where(own(id)).for('update')
      return row as NoticeRow | undefined
    },

    /** Takes every notice of a feedback off the board for good; answers those that were not withdrawn before. */
    async withdrawOf(feedbackId: string, reason: string, at: string): Promise<NoticeRow[]> {
      return tx.rows<NoticeRow & { [column: string]: unknown }>(
        {
          name: 'notices_withdraw_of',
          text: `update notices n set state = 'withdrawn', published_text = null, withdrawn_at = $4, withdrawn_reason = $3,
                   version = version + 1, updated_at = $4
                 where n.tenant_id = $1 and n.feedback_id = $2 and n.state <> 'withdrawn' returning ${SELECTED}`
        },
        [tx.tenantId, feedbackId, reason, at]
      )
    },

    async save(row: NoticeRow): Promise<void> {
      await tx.drizzle.update(notices).set(row).where(own(row.id))
    },

    /** Made last first; for who is bound to a store what that store reaches. The text depends on the filters, hence no name. */
    async list(
      { state, feedbackId, storeId }: NoticeFilter,
      callersStoreId: string | null,
      after: { createdAt: string; id: string } | null,
      limit: number
    ): Promise<NoticeRow[]> {
      const values: unknown[] = [tx.tenantId, limit]
      const bind = (value: unknown) => `$${values.push(value)}`
      const conditions = ['n.tenant_id = $1']
      if (state !== undefined) conditions.push(`n.state = ${bind(state)}`)
      if (feedbackId !== undefined) conditions.push(`n.feedback_id = ${bind(feedbackId)}`)
      if (storeId !== undefined) conditions.push(`(n.store_id is null or n.store_id = ${bind(storeId)})`)
      if (callersStoreId !== null) conditions.push(reachedBy(bind(callersStoreId)))
      if (after !== null) {
        conditions.push(`(n.created_at, n.id) < (${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::uuid)`)
      }
      const { rows } = await tx.client.query<NoticeRow>(
        `select ${SELECTED} from notices n where ${conditions.join(' and ')}
         order by n.created_at desc, n.id desc limit $2`,
        values
      )
      return rows
    },

    /** In the order of their numbers. */
    async replacements(noticeId: string): Promise<ReplacementRow[]> {
      return tx.rows<ReplacementRow & { [column: string]: unknown }>(
        {
          name: 'notice_replacements_of',
          text: `select number, starts_at as "startsAt", ends_at as "endsAt", kind, basis, replacement,
                   rejected_at as "rejectedAt", rejected_reason as "rejectedReason", rejected_by as "rejectedBy",
                   rejected_by_staff_id as "rejectedByStaffId", created_at as "createdAt", created_by as "createdBy",
                   created_by_staff_id as "createdByStaffId"
                 from notice_replacements where tenant_id = $1 and notice_id = $2 order by number`
        },
        [tx.tenantId, noticeId]
      )
    },

    async addReplacements(noticeId: string, rows: readonly ReplacementRow[]): Promise<void> {
      if (rows.length === 0) return
      const values = rows.map(row => ({ ...row, tenantId: tx.tenantId, noticeId }))
      await tx.drizzle.insert(noticeReplacements).values(values)
    },

    async reject(
      noticeId: string,
      number: number,
      reason: string,
      at: string,
      by: { readonly id: string | null; readonly staffId: string }
    ): Promise<void> {
      await tx.rows(
        {
          name: 'notice_replacements_reject',
          text: `update notice_replacements set rejected_at = $4, rejected_reason = $5, rejected_by = $6,
                   rejected_by_staff_id = $7
                 where tenant_id = $1 and notice_id = $2 and number = $3`
        },
        [tx.tenantId, noticeId, number, at, reason, by.id, by.staffId]
      )
    },

    /** Notes that somebody has read a notice; the first time stays. Tells when that was. */
    async addReading(noticeId: string, staffId: string, readAt: string): Promise<string> {
      const [row] = await tx.rows<{ readAt: string }>(
        {
          name: 'notice_readings_add',
          text: `insert into notice_readings as r (tenant_id, notice_id, staff_id, read_at) values ($1, $2, $3, $4)
                 on conflict (tenant_id, notice_id, staff_id) do update set read_at = r.read_at
                 returning read_at as "readAt"`
        },
        [tx.tenantId, noticeId, staffId, readAt]
      )
      if (!row) throw new Error('a reading was not written')
      return row.readAt
    },

    /** The board, published last first; with `staffId` what is meant for that person, and when he read it; `unread`: owed. */
    async board(
      { staffId, unread, storeId }: { staffId: string | null; unread: boolean; storeId: string | null },
      after: { publishedAt: string; id: string } | null,
      limit: number
    ): Promise<BoardRow[]> {
      return tx.rows<BoardRow & { [column: string]: unknown }>(
        {
          name: 'notice_board',
          text: `select ${SELECTED}, r.read_at as "readAt"
                 from notices n
                 left join staff s on s.tenant_id = $1 and s.id = $2
                 left join notice_readings r on r.tenant_id = $1 and r.notice_id = n.id and r.staff_id = $2
                 where n.tenant_id = $1 and n.state = 'published'
                   and ($2::uuid is null or (s.id is not null and ${MEANT_FOR}))
                   and ($4::uuid is null or n.store_id is null or n.store_id = $4)
                   and (not $3::boolean or (r.read_at is null and ($2::uuid is null or ${OWED_BY})))
                   and ($5::timestamptz is null or (n.published_at, n.id) < ($5, $6::uuid))
                 order by n.published_at desc, n.id desc limit $7`
        },
        [tx.tenantId, staffId, unread, storeId, after?.publishedAt ?? null, after?.id ?? null, limit]
      )
    },

    /** Whom a published notice is meant for, and who has read it; by name. */
    async readings(noticeId: string): Promise<ReadingRow[]> {
      return tx.rows<ReadingRow & { [column: string]: unknown }>(
        {
          name: 'notice_readings_of',
          text: `select s.id as "staffId", s.name as "staffName", r.read_at as "readAt"
                 from notices n join staff s on s.tenant_id = $1
                 left join notice_readings r on r.tenant_id = $1 and r.notice_id = n.id and r.staff_id = s.id
                 where n.tenant_id = $1 and n.id = $2 and ((s.active and ${OWED_BY}) or r.read_at is not null)
                 order by s.name, s.id`
        },
        [tx.tenantId, noticeId]
      )
    },

    /** Everybody who works here with what he has still to read, in the order of ids. */
    async unread(afterId: string | null, limit: number): Promise<UnreadRow[]> {
      return tx.rows<UnreadRow & { [column: string]: unknown }>(
        {
          name: 'notice_unread',
          text: `select s.id as "staffId", s.name as "staffName", coalesce(u.unread, 0)::int as unread,
                   u.oldest_id as "oldestNoticeId", u.oldest_at as "oldestPublishedAt"
                 from (select id, name, created_at from staff
                       where tenant_id = $1 and active and ($2::uuid is null or id > $2) order by id limit $3) s
                 left join lateral (
                   select count(*) as unread, min(n.published_at) as oldest_at,
                     (array_agg(n.id order by n.published_at, n.id))[1] as oldest_id
                   from notices n
                   where n.tenant_id = $1 and n.state = 'published' and ${OWED_BY}
                     and not exists (select from notice_readings r
                                     where r.tenant_id = $1 and r.notice_id = n.id and r.staff_id = s.id)
                 ) u on true
                 order by s.id`
        },
        [tx.tenantId, afterId, limit]
      )
    },

    /** Numbers of the receipts of a customer, the latest first, at most so many; and of one purchase more. */
    async receiptNumbers(customerId: string | null, purchaseId: string | null, limit: number): Promise<string[]> {
      const rows = await tx.rows<{ receiptNumber: string }>(
        {
          name: 'notice_receipt_numbers',
          text: `(select receipt_number as "receiptNumber" from purchases
                  where tenant_id = $1 and customer_id = $2 order by purchased_at desc, id desc limit $4)
                 union select receipt_number from purchases where tenant_id = $1 and id = $3`
        },
        [tx.tenantId, customerId, purchaseId, limit]
      )
      return rows.map(row => row.receiptNumber)
    }
  }
}
