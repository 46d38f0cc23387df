import { and, eq, getTableColumns } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { careTasks } from '../db/schema/care-tasks.ts'
import { CARE_STATES, type CareKind, type CareState, type WithdrawnBecause } from '../domain/care-task.ts'

export type CareTaskRow = Omit<typeof careTasks.$inferSelect, 'tenantId'>

export interface CareTaskFilter {
  /** Who is to do it: one of these. */
  readonly staffIds?: readonly string[] | undefined
  readonly customerId?: string | undefined
  readonly complaintId?: string | undefined
  readonly storeId?: string | undefined
  readonly state?: CareState | undefined
  readonly kind?: CareKind | undefined
  /** Owed before this instant. */
  readonly dueBefore?: string | undefined
}

export interface CareTaskPlace {
  readonly dueAt: string
  readonly id: string
}

/** A task that went on to another manager. */
export interface FollowedTask extends FollowedTaskColumns {
  readonly before: string
}

type FollowedTaskColumns = Pick<
  CareTaskRow,
  'id' | 'kind' | 'source' | 'complaintId' | 'customerId' | 'storeId' | 'staffId' | 'dueAt'
>

/** A case and by when its answer is due. */
export interface TermOfCase {
  readonly id: string
  readonly dueAt: string
}

/** A task whose term went on with that of the answer. */
export interface MovedTask extends FollowedTaskColumns {
  readonly dueBefore: string
}

/** A case of an A customer who has a manager, of which nobody has been owed a word. */
export interface UntoldCase {
  readonly complaintId: string
  readonly customerId: string
  readonly storeId: string | null
  readonly staffId: string
  readonly dueAt: string
}

/** The home store of a customer and who looks after him. */
export interface CareOfCustomer {
  readonly homeStoreId: string | null
  readonly relationshipManagerId: string | null
}

const { tenantId: _, ...columns } = getTableColumns(careTasks)

const SELECTED = Object.entries(columns)
  .map(([name, column]) => `t.${column.name} as "${name}"`)
  .join(', ')

/** What is told of a task. */
const TOLD = `t.id, t.kind, t.source, t.complaint_id as "complaintId", t.customer_id as "customerId",
    t.store_id as "storeId", t.due_at as "dueAt", t.staff_id as "staffId"`

/** Apart from the locks of runs on jobs and tenants. */
const MANAGER_LOCKS = 4

/**
 * Open tasks of the manager of their customers who are not with him. The open tasks lead: they are few beside the
 * assignments, and `care_tasks_follows_manager_idx` holds them alone.
 */
const follow = (which: string): string => `
  update care_tasks t
  set staff_id = stale.staff_id, assign_reason = null, version = version + 1, updated_at = $2
  from (
    select open.id, open.staff_id as before, held.staff_id
    from care_tasks open
    cross join lateral (
      select a.staff_id from assignments a
      where a.tenant_id = $1 and a.customer_id = open.customer_id and a.valid_to is null offset 0) held
    where open.tenant_id = $1 and open.state = 'open' and open.follows_manager and open.staff_id <> held.staff_id ${which}
    order by open.id for update of open) stale
  where t.tenant_id = $1 and t.id = stale.id
  returning ${TOLD}, stale.before`

/**
 * Open cases of A customers with a manager, of which none of their tasks is open, or was done or given up since the case was
 * opened (again). The open cases lead: `complaints_open_idx` and `complaints_customer_id_idx` hold them.
 */
const untold = (which: string): string => `
  select c.id as "complaintId", c.customer_id as "customerId", c.store_id as "storeId", held.staff_id as "staffId",
    said.due_at as "dueAt"
  from complaints c
  cross join lateral (
    select a.staff_id from assignments a
    where a.tenant_id = $1 and a.customer_id = c.customer_id and a.valid_to is null offset 0) held
  cross join lateral (
    select f.due_at, f.reopened_at from feedback f where f.tenant_id = $1 and f.id = c.id offset 0) said
  where c.tenant_id = $1 and c.state not in ('closed', 'withdrawn') and c.customer_id is not null ${which}
    and exists (
      select from classifications k
      where k.tenant_id = $1 and k.customer_id = c.customer_id and k.abc_class = 'A' offset 0)
    and not exists (
      select from care_tasks t
      where t.tenant_id = $1 and t.complaint_id = c.id
        and (t.state = 'open' or t.state in ('done', 'cancelled') and t.customer_id = c.customer_id
          and t.updated_at >= coalesce(said.reopened_at, c.created_at)) offset 0)
  order by c.id`

export const careTasksRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(careTasks.tenantId, tx.tenantId), eq(careTasks.id, id))

  return {
    async find(id: string): Promise<CareTaskRow | undefined> {
      return (await tx.drizzle.select(columns).from(careTasks).where(own(id)))[0]
    },

    /** Locks the task until the transaction ends, so that it cannot be done and given up at once. */
    async forUpdate(id: string): Promise<CareTaskRow | undefined> {
      return (await tx.drizzle.select(columns).from(careTasks).where(own(id)).for('update'))[0]
    },

    async save({ id, ...row }: CareTaskRow): Promise<void> {
      await tx.drizzle.update(careTasks).set(row).where(own(id))
    },

    /**
     * What is owed first comes first; the id breaks ties. Each person's and each state's tasks are read from an index in this
     * order, as many as are wanted, and laid together. The text depends on the filters, hence no name.
     */
    async list(
      { staffIds, customerId, complaintId, storeId, state, kind, dueBefore }: CareTaskFilter,
      after: CareTaskPlace | null,
      limit: number
    ): Promise<CareTaskRow[]> {
      const values: unknown[] = [tx.tenantId, limit, state === undefined ? CARE_STATES : [state]]
      const bind = (value: unknown) => `$${values.push(value)}`
      const conditions = ['t.tenant_id = $1', 't.state = s.state']
      if (staffIds !== undefined) conditions.push('t.staff_id = p.staff_id')
      const people = staffIds === undefined ? '' : `cross join unnest(${bind(staffIds)}::uuid[]) as p (staff_id)`
      if (customerId !== undefined) conditions.push(`t.customer_id = ${bind(customerId)}`)
      if (complaintId !== undefined) conditions.push(`t.complaint_id = ${bind(complaintId)}`)
      if (storeId !== undefined) conditions.push(`t.store_id = ${bind(storeId)}`)
      if (kind !== undefined) conditions.push(`t.kind = ${bind(kind)}`)
      if (dueBefore !== undefined) conditions.push(`t.due_at < ${bind(dueBefore)}::timestamptz`)
      if (after !== null) {
        conditions.push(`(t.due_at, t.id) > (${bind(after.dueAt)}::timestamptz, ${bind(after.id)}::uuid)`)
      }
      const { rows } = await tx.client.query<CareTaskRow>(
        `select ${SELECTED}
         from unnest($3::text[]) as s (state) ${people}
         cross join lateral (
           select t.* from care_tasks t where ${conditions.join(' and ')} order by t.due_at, t.id limit $2) t
         order by t.due_at, t.id limit $2`,
        values
      )
      return rows
    },

    /**
     * Ends the open task of a complaint, and says what it was; undefined where there is none.
     * `care_tasks_open_complaint_idx` carries it.
     */
    async withdrawOfComplaint(
      complaintId: string,
      because: WithdrawnBecause,
      now: string
    ): Promise<CareTaskRow | undefined> {
      const [row] = await tx.rows<CareTaskRow>(
        {
          name: 'care_tasks_withdraw_of_complaint',
          text: `update care_tasks t
                 set state = 'withdrawn', withdrawn_because = $3, ended_at = $4, version = version + 1, updated_at = $4
                 where tenant_id = $1 and complaint_id = $2 and state = 'open' returning ${SELECTED}`
        },
        [tx.tenantId, complaintId, because, now]
      )
      return row
    },

    /** The open task of a complaint goes to another store. */
    async moveOfComplaint(complaintId: string, storeId: string | null, now: string): Promise<CareTaskRow | undefined> {
      const [row] = await tx.rows<CareTaskRow>(
        {
          name: 'care_tasks_move_of_complaint',
          text: `update care_tasks t set store_id = $3, version = version + 1, updated_at = $4
                 where tenant_id = $1 and complaint_id = $2 and state = 'open' returning ${SELECTED}`
        },
        [tx.tenantId, complaintId, storeId, now]
      )
      return row
    },

    /**
     * Locks the customer against changes of his manager by hand until the transaction ends, and keeps the end of a run
     * waiting for it: whoever is read as his manager afterwards stays it until the task that is his is there to follow. False
     * when there is no such customer. Taken before any task is locked.
     */
    async holdManagerOf(customerId: string): Promise<boolean> {
      const customers = await tx.rows(
        {
          name: 'care_tasks_lock_customer',
          text: 'select 1 from customers where tenant_id = $1 and id = $2 for no key update'
        },
        [tx.tenantId, customerId]
      )
      await tx.rows(
        {
          name: 'care_tasks_hold_managers',
          text: `select pg_advisory_xact_lock_shared(hashtextextended($1, ${MANAGER_LOCKS}))`
        },
        [tx.tenantId]
      )
      return customers.length > 0
    },

    async careOf(customerId: string): Promise<CareOfCustomer | undefined> {
      const [row] = await tx.rows<CareOfCustomer & { [column: string]: unknown }>(
        {
          name: 'care_tasks_care_of',
          text: `select c.home_store_id as "homeStoreId", (
                   select a.staff_id from assignments a
                   where a.tenant_id = $1 and a.customer_id = $2 and a.valid_to is null) as "relationshipManagerId"
                 from customers c where c.tenant_id = $1 and c.id = $2`
        },
        [tx.tenantId, customerId]
      )
      return row
    },

    /** Those of `rows` that were made: a case has one open task, whoever makes it. */
    async insertAll(rows: readonly CareTaskRow[]): Promise<CareTaskRow[]> {
      const made = await tx.drizzle
        .insert(careTasks)
        .values(rows.map(row => ({ ...row, tenantId: tx.tenantId })))
        .onConflictDoNothing()
        .returning({ id: careTasks.id })
      const ids = new Set(made.map(({ id }) => id))
      return rows.filter(({ id }) => ids.has(id))
    },

    /**
     * Gives the open tasks of cases the term of their answers. One that is overdue stays so, and keeps its term.
     * `care_tasks_open_complaint_idx` carries it.
     */
    async moveTerms(cases: readonly TermOfCase[], now: string): Promise<MovedTask[]> {
      return tx.rows<MovedTask & { [column: string]: unknown }>(
        {
          name: 'care_tasks_move_terms',
          text: `update care_tasks t set due_at = moved.due_at, version = version + 1, updated_at = $4
                 from (
                   select o.id, o.due_at as before, m.due_at
                   from unnest($2::uuid[], $3::timestamptz[]) as m (complaint_id, due_at)
                   join care_tasks o on o.tenant_id = $1 and o.complaint_id = m.complaint_id and o.state = 'open'
                   where o.due_at <> m.due_at and o.due_at >= $4
                   order by o.id for update of o) moved
                 where t.tenant_id = $1 and t.id = moved.id
                 returning ${TOLD}, moved.before as "dueBefore"`
        },
        [tx.tenantId, cases.map(({ id }) => id), cases.map(({ dueAt }) => dueAt), now]
      )
    },

    /** Cases of a customer of which a word of his manager is owed and nobody has been told. The managers are held. */
    async untoldOf(customerId: string): Promise<UntoldCase[]> {
      return tx.rows<UntoldCase & { [column: string]: unknown }>(
        { name: 'care_tasks_untold_one', text: untold('and c.customer_id = $2') },
        [tx.tenantId, customerId]
      )
    },

    /** As `untoldOf` for all customers, after `followManagers`. */
    async untold(): Promise<UntoldCase[]> {
      return tx.rows<UntoldCase & { [column: string]: unknown }>({ name: 'care_tasks_untold_all', text: untold('') }, [
        tx.tenantId
      ])
    },

    /** Open tasks of a customer go on to the manager whom he has now. Whoever calls has locked the customer. */
    async followManagerOf(customerId: string, now: string): Promise<FollowedTask[]> {
      return tx.rows<FollowedTask & { [column: string]: unknown }>(
        { name: 'care_tasks_follow_one', text: follow('and open.customer_id = $3') },
        [tx.tenantId, now, customerId]
      )
    },

    /**
     * As `followManagerOf` for all customers, as the last thing that a run does: who opens a task at this moment is waited
     * for, and who comes later sees the managers that the run found.
     */
    async followManagers(now: string): Promise<FollowedTask[]> {
      await tx.rows(
        {
          name: 'care_tasks_let_managers_go',
          text: `select pg_advisory_xact_lock(hashtextextended($1, ${MANAGER_LOCKS}))`
        },
        [tx.tenantId]
      )
      return tx.rows<FollowedTask & { [column: string]: unknown }>(
        { name: 'care_tasks_follow_all', text: follow('') },
        [tx.tenantId, now]
      )
    }
  }
}
