import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { feedback } from './feedback.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'

/**
 * What a customer said, put before the staff without what says who he is. The words themselves stay with the feedback;
 * here are the places that are replaced, and, once it was published, the text without them.
 */
export const notices = pgTable(
  'notices',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    feedbackId: uuid('feedback_id').notNull(),
    /** `draft`, `reviewed`, `published` or `withdrawn`. */
    state: text('state').notNull(),
    title: text('title').notNull(),
    /** Whose staff it is meant for; null: everybody's. */
    storeId: uuid('store_id'),
    authorStaffId: uuid('author_staff_id').notNull(),
    responsibleStaffId: uuid('responsible_staff_id'),
    reviewerStaffId: uuid('reviewer_staff_id'),
    reviewedAt: instant('reviewed_at'),
    reviewNote: text('review_note'),
    publishedText: text('published_text'),
    publishedAt: instant('published_at'),
    comment: text('comment'),
    commentedAt: instant('commented_at'),
    withdrawnAt: instant('withdrawn_at'),
    withdrawnReason: text('withdrawn_reason'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'notices_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'notices_feedback_id_fkey',
      columns: [t.tenantId, t.feedbackId],
      foreignColumns: [feedback.tenantId, feedback.id]
    }),
    foreignKey({
      name: 'notices_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'notices_author_staff_id_fkey',
      columns: [t.tenantId, t.authorStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'notices_responsible_staff_id_fkey',
      columns: [t.tenantId, t.responsibleStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'notices_reviewer_staff_id_fkey',
      columns: [t.tenantId, t.reviewerStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('notices_state_check', sql`${t.state} in ('draft', 'reviewed', 'published', 'withdrawn')`),
    // Nothing is published unreviewed, whatever the service forgets.
    check(
      'notices_reviewed_at_check',
      sql`${t.state} not in ('reviewed', 'published') or (${t.reviewedAt} is not null and ${t.reviewerStaffId} is not null)`
    ),
    check(
      'notices_published_text_check',
      sql`(${t.state} = 'published') = (${t.publishedText} is not null) and (${t.state} <> 'published' or ${t.publishedAt} is not null)`
    ),
    check('notices_reviewer_staff_id_check', sql`${t.reviewerStaffId} <> ${t.authorStaffId}`),
    index('notices_feedback_id_idx').on(t.tenantId, t.feedbackId, t.id),
    index('notices_created_at_idx').on(t.tenantId, t.state, t.createdAt, t.id),
    index('notices_published_at_idx').on(t.tenantId, t.publishedAt, t.id).where(sql`state = 'published'`)
  ]
)

/** Places of the customer's words that are replaced, or were to be and are not; they are never taken away. */
export const noticeReplacements = pgTable(
  'notice_replacements',
  {
    tenantId: tenantId(),
    noticeId: uuid('notice_id').notNull(),
    number: integer('number').notNull(),
    /** UTF-16 units from the beginning of the words; `endsAt` excluded. */
    startsAt: integer('starts_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    kind: text('kind').notNull(),
    /** `known`, `pattern` or `editor`. */
    basis: text('basis').notNull(),
    replacement: text('replacement').notNull(),
    rejectedAt: instant('rejected_at'),
    rejectedReason: text('rejected_reason'),
    rejectedBy: text('rejected_by'),
    /** Who leaves the place as it is, and so does not approve the notice. */
    rejectedByStaffId: uuid('rejected_by_staff_id'),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    /** Who had it replaced, where a person did and is known. */
    createdByStaffId: uuid('created_by_staff_id')
  },
  t => [
    primaryKey({ name: 'notice_replacements_pkey', columns: [t.tenantId, t.noticeId, t.number] }),
    foreignKey({
      name: 'notice_replacements_notice_id_fkey',
      columns: [t.tenantId, t.noticeId],
      foreignColumns: [notices.tenantId, notices.id]
    }),
    foreignKey({
      name: 'notice_replacements_rejected_by_staff_id_fkey',
      columns: [t.tenantId, t.rejectedByStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'notice_replacements_created_by_staff_id_fkey',
      columns: [t.tenantId, t.createdByStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('notice_replacements_ends_at_check', sql`${t.startsAt} >= 0 and ${t.endsAt} > ${t.startsAt}`),
    check('notice_replacements_rejected_at_check', sql`(${t.rejectedAt} is null) = (${t.rejectedReason} is null)`)
  ]
)

/** Who has read what, and when first. */
export const noticeReadings = pgTable(
  'notice_readings',
  {
    tenantId: tenantId(),
    noticeId: uuid('notice_id').notNull(),
    staffId: uuid('staff_id').notNull(),
    readAt: instant('read_at').notNull()
  },
  t => [
    primaryKey({ name: 'notice_readings_pkey', columns: [t.tenantId, t.noticeId, t.staffId] }),
    foreignKey({
      name: 'notice_readings_notice_id_fkey',
      columns: [t.tenantId, t.noticeId],
      foreignColumns: [notices.tenantId, notices.id]
    }),
    foreignKey({
      name: 'notice_readings_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('notice_readings_staff_id_idx').on(t.tenantId, t.staffId, t.noticeId)
  ]
)
