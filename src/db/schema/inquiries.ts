import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Contact } from '../../domain/contact.ts'
import { day, instant, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'

/** Questions of people who may become customers, up to the customer file that comes of them, or the reason why none does. */
export const inquiries = pgTable(
  'inquiries',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    /** `open`, `converted` or `lost`. */
    status: text('status').notNull(),
    channel: text('channel').notNull(),
    storeId: uuid('store_id'),
    /** Who looks after it. */
    staffId: uuid('staff_id'),
    receivedAt: instant('received_at').notNull(),
    name: text('name'),
    contacts: jsonb('contacts').$type<Contact[]>().notNull(),
    /** In the words of the person. */
    about: text('about').notNull(),
    sku: text('sku'),
    language: text('language'),
    nextFollowUpOn: day('next_follow_up_on'),
    followUps: integer('follow_ups').notNull().default(0),
    lastFollowUpAt: instant('last_follow_up_at'),
    customerId: uuid('customer_id'),
    convertedAt: instant('converted_at'),
    /** `opened`: with the conversion. `found`: the customer had a file already. */
    customerFile: text('customer_file'),
    lostAt: instant('lost_at'),
    lostReason: text('lost_reason'),
    lostNote: text('lost_note'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'inquiries_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'inquiries_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'inquiries_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'inquiries_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    check('inquiries_status_check', sql`${t.status} in ('open', 'converted', 'lost')`),
    check('inquiries_customer_id_check', sql`(${t.customerId} is not null) = (${t.status} = 'converted')`),
    index('inquiries_received_at_idx').on(t.tenantId, t.receivedAt, t.id),
    index('inquiries_staff_id_idx').on(t.tenantId, t.staffId, t.status, t.receivedAt, t.id),
    index('inquiries_store_id_idx').on(t.tenantId, t.storeId, t.status, t.receivedAt, t.id),
    index('inquiries_customer_id_idx').on(t.tenantId, t.customerId).where(sql`customer_id is not null`),
    index('inquiries_next_follow_up_on_idx').on(t.tenantId, t.nextFollowUpOn, t.id).where(sql`status = 'open'`)
  ]
)

/** By what somebody who asked can be found: his contacts in the form in which they are compared. */
export const inquiryContacts = pgTable(
  'inquiry_contacts',
  {
    tenantId: tenantId(),
    type: text('type').$type<Contact['type']>().notNull(),
    normalized: text('normalized').notNull(),
    inquiryId: uuid('inquiry_id').notNull()
  },
  t => [
    primaryKey({ name: 'inquiry_contacts_pkey', columns: [t.tenantId, t.type, t.normalized, t.inquiryId] }),
    foreignKey({
      name: 'inquiry_contacts_inquiry_id_fkey',
      columns: [t.tenantId, t.inquiryId],
      foreignColumns: [inquiries.tenantId, inquiries.id]
    }),
    index('inquiry_contacts_inquiry_id_idx').on(t.tenantId, t.inquiryId)
  ]
)

/** What was done about an inquiry, one after the other. */
export const inquiryFollowUps = pgTable(
  'inquiry_follow_ups',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    inquiryId: uuid('inquiry_id').notNull(),
    followedUpAt: instant('followed_up_at').notNull(),
    staffId: uuid('staff_id'),
    channel: text('channel').notNull(),
    /** `reached`, `not_reached` or `appointment`. */
    outcome: text('outcome').notNull(),
    note: text('note'),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'inquiry_follow_ups_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'inquiry_follow_ups_inquiry_id_fkey',
      columns: [t.tenantId, t.inquiryId],
      foreignColumns: [inquiries.tenantId, inquiries.id]
    }),
    foreignKey({
      name: 'inquiry_follow_ups_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('inquiry_follow_ups_inquiry_id_idx').on(t.tenantId, t.inquiryId, t.followedUpAt, t.id)
  ]
)
