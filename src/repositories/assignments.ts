import { and, desc, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { assignments } from '../db/schema/assignments.ts'
import { staff } from '../db/schema/staff.ts'
import type { AssignmentOrigin, EndReason, StartReason } from '../domain/manager-change.ts'
import { IS_ENTITLED } from './assignment-roster.ts'

const columns = {
  id: assignments.id,
  customerId: assignments.customerId,
  staffId: assignments.staffId,
  staffCode: staff.code,
  staffName: staff.name,
  origin: sql<AssignmentOrigin>`${assignments.origin}`,
  reason: sql<StartReason>`${assignments.reason}`,
  note: assignments.note,
  validFrom: assignments.validFrom,
  validTo: assignments.validTo,
  endReason: sql<EndReason | null>`${assignments.endReason}`,
  endNote: assignments.endNote,
  leftClassAt: assignments.leftClassAt,
  createdBy: assignments.createdBy,
  endedBy: assignments.endedBy,
  version: assignments.version
}

/** An assignment with the manager's code and name. */
export interface AssignmentRow {
  readonly id: string
  readonly customerId: string
  readonly staffId: string
  readonly staffCode: string
  readonly staffName: string
  readonly origin: AssignmentOrigin
  readonly reason: StartReason
  readonly note: string | null
  readonly validFrom: string
  readonly validTo: string | null
  readonly endReason: EndReason | null
  readonly endNote: string | null
  readonly leftClassAt: string | null
  readonly createdBy: string | null
  readonly endedBy: string | null
  readonly version: number
}

export interface NewAssignment {
  readonly id: string
  readonly customerId: string
  readonly staffId: string
  readonly origin: AssignmentOrigin
  readonly reason: StartReason
  readonly note: string | null
  readonly createdBy: string | null
}

export interface AssignmentEnd {
  readonly now: string
  readonly endReason: EndReason
  readonly endNote: string | null
  readonly endedBy: string | null
}

export interface AssignmentFilter {
  readonly customerId?: string | undefined
  readonly staffId?: string | undefined
  /** Valid at this instant: its period [validFrom, validTo) holds it. */
  readonly activeAt?: string | undefined
}

export interface AssignmentPlace {
  readonly validFrom: string
  readonly id: string
}

/** No period is empty, also when the clock stands still or goes back between two changes: it lasts a millisecond. */
export const END_AT = (now: string, validFrom: string) =>
  `greatest(${now}::timestamptz, ${validFrom} + interval '1 millisecond')`

export const assignmentsRepository = (tx: Tx) => {
  const read = (where: SQL | undefined) =>
    tx.drizzle
      .select(columns)
      .from(assignments)
      .innerJoin(staff, and(eq(staff.tenantId, assignments.tenantId), eq(staff.id, assignments.staffId)))
      .where(and(eq(assignments.tenantId, tx.tenantId), where))

  return {
    async find(id: string): Promise<AssignmentRow | undefined> {
      return (await read(eq(assignments.id, id)))[0]
    },

    /** The open assignment of a customer. `assignments_open_idx` carries it. */
    async current(customerId: string): Promise<AssignmentRow | undefined> {
      return (await read(and(eq(assignments.customerId, customerId), isNull(assignments.validTo))))[0]
    },

    /** As `current`, and nobody else can end or keep it until this transaction ends. A run that works on it is awaited. */
    async currentForUpdate(customerId: string): Promise<AssignmentRow | undefined> {
      const open = and(eq(assignments.customerId, customerId), isNull(assignments.validTo))
      return (await read(open).for('update', { of: assignments }))[0]
    },

    /** Newest first; the id breaks ties. */
    async list(filter: AssignmentFilter, after: AssignmentPlace | null, limit: number): Promise<AssignmentRow[]> {
      const { customerId, staffId, activeAt } = filter
      return read(
        and(
          customerId === undefined ? undefined : eq(assignments.customerId, customerId),
          staffId === undefined ? undefined : eq(assignments.staffId, staffId),
          activeAt === undefined ? undefined : lte(assignments.validFrom, activeAt),
          activeAt === undefined ? undefined : or(isNull(assignments.validTo), gt(assignments.validTo, activeAt)),
          after === null
            ? undefined
            : sql`(${assignments.validFrom}, ${assignments.id}) < (${after.validFrom}::timestamptz, ${after.id}::uuid)`
        )
      )
        .orderBy(desc(assignments.validFrom), desc(assignments.id))
        .limit(limit)
    },

    async customerExists(customerId: string): Promise<boolean> {
      const statement = {
        name: 'assignments_customer_exists',
        text: 'select 1 from customers where tenant_id = $1 and id = $2'
      }
      return (await tx.rows(statement, [tx.tenantId, customerId])).length > 0
    },

    /**
     * Changes by hand of one customer come one after the other; false when there is no such customer. This lock stands in
     * nobody else's way: foreign keys ask for a weaker one.
     */
    async lockCustomer(customerId: string): Promise<boolean> {
      const statement = {
        name: 'assignments_lock_customer',
        text: 'select 1 from customers where tenant_id = $1 and id = $2 for no key update'
      }
      return (await tx.rows(statement, [tx.tenantId, customerId])).length > 0
    },

    /** True when the person is an active relationship manager, and stays one until this transaction ends. */
    async holdManager(staffId: string): Promise<boolean> {
      const statement = {
        name: 'assignments_hold_manager',
        text: `select 1 from staff
               where tenant_id = $1 and id = $2 and active and 'relationship_manager' = any (roles) for share`
      }
      return (await tx.rows(statement, [tx.tenantId, staffId])).length > 0
    },

    /** Whether his class gives the customer a manager: he is an A, and pursued. */
    async isEntitled(customerId: string): Promise<boolean> {
      const statement = {
        name: 'assignments_is_entitled',
        text: `select 1 from classifications c where c.tenant_id = $1 and c.customer_id = $2 and ${IS_ENTITLED('c')}`
      }
      return (await tx.rows(statement, [tx.tenantId, customerId])).length > 0
    },

    /**
     * Opens an assignment from `now`, or from where the customer's last one ends if that is later; its version goes on
     * from there, too, so that no two states of who is the manager ever share one. False when a run gave
     * the customer a manager in the meantime: the exclusion constraint made this statement wait for it.
     */
    async open(assignment: NewAssignment, now: string): Promise<boolean> {
      const { id, customerId, staffId, origin, reason, note, createdBy } = assignment
      const statement = {
        name: 'assignments_open',
        text: `insert into assignments (tenant_id, id, customer_id, staff_id, valid_from, origin, reason, note, created_by,
                 version)
               select $1, $2, $3, $4, greatest($5::timestamptz, max(valid_to)), $6, $7, $8, $9,
                      coalesce(max(version), 0) + 1
               from assignments where tenant_id = $1 and customer_id = $3
               on conflict do nothing returning id`
      }
      const values = [tx.tenantId, id, customerId, staffId, now, origin, reason, note, createdBy]
      return (await tx.rows(statement, values)).length > 0
    },

    async end(id: string, { now, endReason, endNote, endedBy }: AssignmentEnd): Promise<void> {
      const statement = {
        name: 'assignments_end',
        text: `update assignments
               set valid_to = ${END_AT('$3', 'valid_from')}, end_reason = $4, end_note = $5, ended_by = $6,
                   version = version + 1
               where tenant_id = $1 and id = $2 and valid_to is null`
      }
      await tx.rows(statement, [tx.tenantId, id, now, endReason, endNote, endedBy])
    },

    /** From now on it stays whatever the class. A null note leaves the one that stands. */
    async keepByHand(id: string, note: string | null): Promise<void> {
      const statement = {
        name: 'assignments_keep_by_hand',
        text: `update assignments
               set origin = 'manual', note = coalesce($3, note), left_class_at = null, outside_runs = 0,
                   version = version + 1
               where tenant_id = $1 and id = $2 and valid_to is null`
      }
      await tx.rows(statement, [tx.tenantId, id, note])
    }
  }
}
