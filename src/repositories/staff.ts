import { and, arrayContains, asc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { staff, staffStores } from '../db/schema/staff.ts'
import type { Role } from '../domain/access.ts'

type StaffColumns = Omit<typeof staff.$inferSelect, 'tenantId'>

export interface StaffRow extends StaffColumns {
  /** Ascending. None: serves every store. */
  storeIds: string[]
}

export type StaffChange = Partial<
  Pick<StaffRow, 'name' | 'storeIds' | 'roles' | 'team' | 'department' | 'capacityMinutesPerMonth' | 'active'>
>

export interface StaffFilter {
  readonly role?: Role | undefined
  /** Who serves this store: those bound to it and those bound to none. */
  readonly storeId?: string | undefined
  readonly active?: boolean | undefined
}

const columns = {
  id: staff.id,
  code: staff.code,
  name: staff.name,
  storeIds: sql<string[]>`array(select s.store_id from staff_stores s
    where s.tenant_id = staff.tenant_id and s.staff_id = staff.id order by s.store_id)`,
  roles: staff.roles,
  team: staff.team,
  department: staff.department,
  capacityMinutesPerMonth: staff.capacityMinutesPerMonth,
  active: staff.active,
  version: staff.version,
  createdAt: staff.createdAt,
  updatedAt: staff.updatedAt
}

/** Bound to the store, or to none at all. `staff_stores_pkey` answers both. */
const serves = (storeId: string): SQL => sql`(
  exists (select from staff_stores s
          where s.tenant_id = staff.tenant_id and s.staff_id = staff.id and s.store_id = ${storeId})
  or not exists (select from staff_stores s where s.tenant_id = staff.tenant_id and s.staff_id = staff.id))`

export const staffRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(staff.tenantId, tx.tenantId), eq(staff.id, id))
  const bind = async (id: string, storeIds: readonly string[]): Promise<void> => {
    if (storeIds.length === 0) return
    await tx.drizzle
      .insert(staffStores)
      .values(storeIds.map(storeId => ({ tenantId: tx.tenantId, staffId: id, storeId })))
  }

  return {
    async insert({ storeIds, ...person }: StaffRow): Promise<void> {
      await tx.drizzle.insert(staff).values({ tenantId: tx.tenantId, ...person })
      await bind(person.id, storeIds)
    },

    async find(id: string): Promise<StaffRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(staff).where(own(id))
      return row
    },

    /** Locks the person until the transaction ends, so that two changes cannot both build on one version. */
    async forUpdate(id: string): Promise<StaffRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(staff).where(own(id)).for('update')
      return row
    },

    async save({ storeIds: _, ...person }: StaffRow): Promise<void> {
      await tx.drizzle.update(staff).set(person).where(own(person.id))
    },

    /** Replaces the stores that a person is bound to. */
    async rebind(id: string, storeIds: readonly string[]): Promise<void> {
      await tx.drizzle
        .delete(staffStores)
        .where(and(eq(staffStores.tenantId, tx.tenantId), eq(staffStores.staffId, id)))
      await bind(id, storeIds)
    },

    async list({ role, storeId, active }: StaffFilter, afterId: string | null, limit: number): Promise<StaffRow[]> {
      return tx.drizzle
        .select(columns)
        .from(staff)
        .where(
          and(
            eq(staff.tenantId, tx.tenantId),
            afterId === null ? undefined : gt(staff.id, afterId),
            role === undefined ? undefined : arrayContains(staff.roles, [role]),
            storeId === undefined ? undefined : serves(storeId),
            active === undefined ? undefined : eq(staff.active, active)
          )
        )
        .orderBy(asc(staff.id))
        .limit(limit)
    },

    /** Which of these ids are people of the tenant, those who left included. */
    async existing(ids: readonly string[]): Promise<string[]> {
      const rows = await tx.drizzle
        .select({ id: staff.id })
        .from(staff)
        .where(and(eq(staff.tenantId, tx.tenantId), inArray(staff.id, [...ids])))
      return rows.map(row => row.id)
    },

    /** Which of these people work here now. */
    async active(ids: readonly string[]): Promise<string[]> {
      const rows = await tx.rows<{ id: string }>(
        {
          name: 'staff_active_of',
          text: 'select id from staff where tenant_id = $1 and id = any ($2::uuid[]) and active'
        },
        [tx.tenantId, ids]
      )
      return rows.map(row => row.id)
    },

    /** How many customers the person manages now. `assignments_staff_id_idx` carries it. */
    async customersInCare(id: string): Promise<number> {
      const [row] = await tx.rows<{ customers: number }>(
        {
          name: 'staff_customers_in_care',
          text: `select count(*)::int as customers from assignments
                 where tenant_id = $1 and staff_id = $2 and valid_to is null`
        },
        [tx.tenantId, id]
      )
      return row?.customers ?? 0
    }
  }
}
