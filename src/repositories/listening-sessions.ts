import { and, eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { listeningSessionCustomers, listeningSessionStaff, listeningSessions } from '../db/schema/listening-sessions.ts'
import type { ListeningKind, ListeningStatus } from '../domain/listening-session.ts'

type Columns = Omit<typeof listeningSessions.$inferSelect, 'tenantId'>

/** A customer whom a session is meant for, or who came without being asked. */
export interface Participant {
  readonly customerId: string
  readonly invited: boolean
  /** Null until the session was held. */
  readonly attended: boolean | null
}

export interface ListeningSessionRow extends Columns {
  kind: ListeningKind
  status: ListeningStatus
  /** Who listens; ids ascending, as those below. */
  staffIds: string[]
  customers: Participant[]
}

export interface ListeningSessionFilter {
  readonly kind?: ListeningKind | undefined
  readonly status?: ListeningStatus | undefined
  readonly storeId?: string | undefined
  readonly staffId?: string | undefined
  readonly customerId?: string | undefined
  /** Planned for this instant or later, and before that one. */
  readonly plannedFrom?: string | undefined
  readonly plannedTo?: string | undefined
}

const SELECTED = `
  s.id, s.kind, s.status, s.store_id as "storeId", s.topic, s.planned_at as "plannedAt", s.held_at as "heldAt", s.summary,
  s.cancel_reason as "cancelReason", s.findings, s.version, s.created_at as "createdAt", s.created_by as "createdBy",
  s.updated_at as "updatedAt",
  array(select p.staff_id::text from listening_session_staff p
        where p.tenant_id = s.tenant_id and p.session_id = s.id order by p.staff_id) as "staffIds",
  coalesce((select json_agg(json_build_object('customerId', c.customer_id, 'invited', c.invited, 'attended', c.attended)
                            order by c.customer_id)
            from listening_session_customers c where c.tenant_id = s.tenant_id and c.session_id = s.id), '[]') as customers`

export const listeningSessionsRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(listeningSessions.tenantId, tx.tenantId), eq(listeningSessions.id, id))
  const bind = async ({ id, staffIds, customers }: ListeningSessionRow): Promise<void> => {
    if (staffIds.length > 0) {
      const rows = staffIds.map(staffId => ({ tenantId: tx.tenantId, sessionId: id, staffId }))
      await tx.drizzle.insert(listeningSessionStaff).values(rows)
    }
    if (customers.length > 0) {
      const rows = customers.map(one => ({ tenantId: tx.tenantId, sessionId: id, ...one }))
      await tx.drizzle.insert(listeningSessionCustomers).values(rows)
    }
  }

  return {
    async insert(row: ListeningSessionRow): Promise<void> {
      const { staffIds: _, customers: __, ...session } = row
      await tx.drizzle.insert(listeningSessions).values({ tenantId: tx.tenantId, ...session })
      await bind(row)
    },

    async find(id: string): Promise<ListeningSessionRow | undefined> {
      const [row] = await tx.rows<ListeningSessionRow & { [column: string]: unknown }>(
        {
          name: 'listening_session_find',
          text: `select ${SELECTED} from listening_sessions s where s.tenant_id = $1 and s.id = $2`
        },
        [tx.tenantId, id]
      )
      return row
    },

    /** Locks the session until the transaction ends, and reads it with those who take part as of then. */
    async forUpdate(id: string): Promise<ListeningSessionRow | undefined> {
      await tx.rows(
        {
          name: 'listening_session_lock',
          text: 'select from listening_sessions where tenant_id = $1 and id = $2 for update'
        },
        [tx.tenantId, id]
      )
      return this.find(id)
    },

    async save({ staffIds: _, customers: __, ...session }: ListeningSessionRow): Promise<void> {
      await tx.drizzle.update(listeningSessions).set(session).where(own(session.id))
    },

    /** Replaces those who listen and those who are listened to. */
    async rebind(row: ListeningSessionRow): Promise<void> {
      for (const table of [listeningSessionStaff, listeningSessionCustomers]) {
        await tx.drizzle.delete(table).where(and(eq(table.tenantId, tx.tenantId), eq(table.sessionId, row.id)))
      }
      await bind(row)
    },

    /** Planned last first. The text depends on the filters, hence no name. */
    async list(
      filter: ListeningSessionFilter,
      after: { plannedAt: string; id: string } | null,
      limit: number
    ): Promise<ListeningSessionRow[]> {
      const values: unknown[] = [tx.tenantId, limit]
      const bindValue = (value: unknown) => `$${values.push(value)}`
      const conditions = ['s.tenant_id = $1']
      const { kind, status, storeId, staffId, customerId, plannedFrom, plannedTo } = filter
      if (kind !== undefined) conditions.push(`s.kind = ${bindValue(kind)}`)
      if (status !== undefined) conditions.push(`s.status = ${bindValue(status)}`)
      if (storeId !== undefined) conditions.push(`s.store_id = ${bindValue(storeId)}`)
      if (plannedFrom !== undefined) conditions.push(`s.planned_at >= ${bindValue(plannedFrom)}`)
      if (plannedTo !== undefined) conditions.push(`s.planned_at < ${bindValue(plannedTo)}`)
      if (staffId !== undefined) {
        conditions.push(`s.id in (select p.session_id from listening_session_staff p
          where p.tenant_id = $1 and p.staff_id = ${bindValue(staffId)})`)
      }
      if (customerId !== undefined) {
        conditions.push(`s.id in (select c.session_id from listening_session_customers c
          where c.tenant_id = $1 and c.customer_id = ${bindValue(customerId)})`)
      }
      if (after !== null) {
        conditions.push(
          `(s.planned_at, s.id) < (${bindValue(after.plannedAt)}::timestamptz, ${bindValue(after.id)}::uuid)`
        )
      }
      const { rows } = await tx.client.query<ListeningSessionRow>(
        `select ${SELECTED} from listening_sessions s where ${conditions.join(' and ')}
         order by s.planned_at desc, s.id desc limit $2`,
        values
      )
      return rows
    },

    /** Which of these ids are customers of the tenant. */
    async existingCustomers(ids: readonly string[]): Promise<string[]> {
      const rows = await tx.rows<{ id: string }>(
        {
          name: 'listening_session_customers_existing',
          text: 'select id from customers where tenant_id = $1 and id = any ($2::uuid[])'
        },
        [tx.tenantId, ids]
      )
      return rows.map(row => row.id)
    }
  }
}
