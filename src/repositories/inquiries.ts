import { and, eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { inquiries, inquiryContacts, inquiryFollowUps } from '../db/schema/inquiries.ts'
import type { Contact } from '../domain/contact.ts'
import type {
  CustomerFileOrigin,
  FollowUpOutcome,
  InquiryChannel,
  InquiryStatus,
  LostReason
} from '../domain/inquiry.ts'

type Columns = Omit<typeof inquiries.$inferSelect, 'tenantId'>

export interface InquiryRow extends Columns {
  status: InquiryStatus
  channel: InquiryChannel
  customerFile: CustomerFileOrigin | null
  lostReason: LostReason | null
}

type FollowUpColumns = Omit<typeof inquiryFollowUps.$inferSelect, 'tenantId'>

export interface FollowUpRow extends FollowUpColumns {
  channel: InquiryChannel
  outcome: FollowUpOutcome
}

export interface InquiryFilter {
  readonly status?: InquiryStatus | undefined
  readonly staffId?: string | undefined
  readonly storeId?: string | undefined
  readonly customerId?: string | undefined
  readonly channel?: InquiryChannel | undefined
  /** Left by who asked. */
  readonly contact?: Pick<Contact, 'type' | 'normalized'> | undefined
  /** To be followed up on this day or before; only open inquiries are. */
  readonly followUpUntil?: string | undefined
}

/** Received last first, or to be followed up first first (those that have a day for it, and are open). */
export type InquirySort = '-receivedAt' | 'nextFollowUpOn'
export type InquiryPlace = readonly [key: string, id: string]

const columns = {
  id: inquiries.id,
  status: inquiries.status,
  channel: inquiries.channel,
  storeId: inquiries.storeId,
  staffId: inquiries.staffId,
  receivedAt: inquiries.receivedAt,
  name: inquiries.name,
  contacts: inquiries.contacts,
  about: inquiries.about,
  sku: inquiries.sku,
  language: inquiries.language,
  nextFollowUpOn: inquiries.nextFollowUpOn,
  followUps: inquiries.followUps,
  lastFollowUpAt: inquiries.lastFollowUpAt,
  customerId: inquiries.customerId,
  convertedAt: inquiries.convertedAt,
  customerFile: inquiries.customerFile,
  lostAt: inquiries.lostAt,
  lostReason: inquiries.lostReason,
  lostNote: inquiries.lostNote,
  version: inquiries.version,
  createdAt: inquiries.createdAt,
  createdBy: inquiries.createdBy,
  updatedAt: inquiries.updatedAt
}

const SELECTED = `
  id, status, channel, store_id as "storeId", staff_id as "staffId", received_at as "receivedAt", name, contacts, about, sku,
  language, next_follow_up_on as "nextFollowUpOn", follow_ups as "followUps", last_follow_up_at as "lastFollowUpAt",
  customer_id as "customerId", converted_at as "convertedAt", customer_file as "customerFile", lost_at as "lostAt",
  lost_reason as "lostReason", lost_note as "lostNote", version, created_at as "createdAt", created_by as "createdBy",
  updated_at as "updatedAt"`

export const inquiriesRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(inquiries.tenantId, tx.tenantId), eq(inquiries.id, id))

  return {
    async insert(row: InquiryRow): Promise<void> {
      await tx.drizzle.insert(inquiries).values({ tenantId: tx.tenantId, ...row })
      await addContacts(tx, row)
    },

    async find(id: string): Promise<InquiryRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(inquiries).where(own(id))
      return row as InquiryRow | undefined
    },

    /** Locks the inquiry until the transaction ends, so that it cannot be converted and lost at once. */
    async forUpdate(id: string): Promise<InquiryRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(inquiries).where(own(id)).for('update')
      return row as InquiryRow | undefined
    },

    async save(row: InquiryRow): Promise<void> {
      await tx.drizzle.update(inquiries).set(row).where(own(row.id))
    },

    /** Has an inquiry found by the contacts that it has now, and by no others. The inquiry is locked. */
    async rebind(row: InquiryRow): Promise<void> {
      await tx.drizzle
        .delete(inquiryContacts)
        .where(and(eq(inquiryContacts.tenantId, tx.tenantId), eq(inquiryContacts.inquiryId, row.id)))
      await addContacts(tx, row)
    },

    /** One person's, one store's and those with a contact come from their own indexes. The text depends on the filters, hence no name. */
    async list(
      filter: InquiryFilter,
      sort: InquirySort,
      after: InquiryPlace | null,
      limit: number
    ): Promise<InquiryRow[]> {
      const values: unknown[] = [tx.tenantId, limit]
      const bind = (value: unknown) => `$${values.push(value)}`
      const conditions = ['tenant_id = $1']
      const byDay = sort === 'nextFollowUpOn'
      const { status, staffId, storeId, customerId, channel, contact, followUpUntil } = filter
      if (status !== undefined) conditions.push(`status = ${bind(status)}`)
      if (staffId !== undefined) conditions.push(`staff_id = ${bind(staffId)}`)
      if (storeId !== undefined) conditions.push(`store_id = ${bind(storeId)}`)
      if (customerId !== undefined) conditions.push(`customer_id = ${bind(customerId)}`)
      if (channel !== undefined) conditions.push(`channel = ${bind(channel)}`)
      if (contact !== undefined) {
        conditions.push(`id in (select k.inquiry_id from inquiry_contacts k
          where k.tenant_id = $1 and k.type = ${bind(contact.type)} and k.normalized = ${bind(contact.normalized)})`)
      }
      if (byDay || followUpUntil !== undefined) conditions.push(`status = 'open' and next_follow_up_on is not null`)
      if (followUpUntil !== undefined) conditions.push(`next_follow_up_on <= ${bind(followUpUntil)}`)
      if (after !== null) {
        const place = `(${bind(after[0])}::${byDay ? 'date' : 'timestamptz'}, ${bind(after[1])}::uuid)`
        conditions.push(byDay ? `(next_follow_up_on, id) > ${place}` : `(received_at, id) < ${place}`)
      }
      const { rows } = await tx.client.query<InquiryRow>(
        `select ${SELECTED} from inquiries where ${conditions.join(' and ')}
         order by ${byDay ? 'next_follow_up_on, id' : 'received_at desc, id desc'} limit $2`,
        values
      )
      return rows
    },

    async addFollowUp(row: FollowUpRow): Promise<void> {
      await tx.drizzle.insert(inquiryFollowUps).values({ tenantId: tx.tenantId, ...row })
    },

    /** What was done last comes first. */
    async followUps(
      inquiryId: string,
      after: { followedUpAt: string; id: string } | null,
      limit: number
    ): Promise<FollowUpRow[]> {
      return tx.rows<FollowUpRow & { [column: string]: unknown }>(
        {
          name: 'inquiry_follow_ups_list',
          text: `select id, inquiry_id as "inquiryId", followed_up_at as "followedUpAt", staff_id as "staffId", channel, outcome,
                   note, created_at as "createdAt", created_by as "createdBy"
                 from inquiry_follow_ups
                 where tenant_id = $1 and inquiry_id = $2
                   and ($3::timestamptz is null or (followed_up_at, id) < ($3, $4::uuid))
                 order by followed_up_at desc, id desc limit $5`
        },
        [tx.tenantId, inquiryId, after?.followedUpAt ?? null, after?.id ?? null, limit]
      )
    },

    /** The customers who have one of these contacts, each once. */
    async customersWith(contacts: readonly Contact[]): Promise<string[]> {
      if (contacts.length === 0) return []
      const rows = await tx.rows<{ customerId: string }>(
        {
          name: 'inquiry_customers_with',
          text: `select distinct c.customer_id as "customerId"
                 from unnest($2::text[], $3::text[]) as k (type, normalized)
                 join customer_contacts c on c.tenant_id = $1 and c.type = k.type and c.normalized = k.normalized`
        },
        [tx.tenantId, contacts.map(({ type }) => type), contacts.map(({ normalized }) => normalized)]
      )
      return rows.map(row => row.customerId)
    },

    async customerExists(id: string): Promise<boolean> {
      const rows = await tx.rows(
        { name: 'inquiry_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2 for key share' },
        [tx.tenantId, id]
      )
      return rows.length > 0
    }
  }
}

async function addContacts(tx: Tx, { id, contacts }: InquiryRow): Promise<void> {
  if (contacts.length === 0) return
  const keys = contacts.map(({ type, normalized }) => ({ tenantId: tx.tenantId, inquiryId: id, type, normalized }))
  await tx.drizzle.insert(inquiryContacts).values(keys).onConflictDoNothing()
}
