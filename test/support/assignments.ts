import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import type { Tx } from '../../src/db/client.ts'
import { inTenant } from '../../src/db/tenancy.ts'
import { ABC_CLASSES } from '../../src/domain/abc.ts'
import { STANDING_LEVELS } from '../../src/domain/standing.ts'
import { wordsOf } from '../../src/repositories/customer-rows.ts'
import { type AssignmentRun, type AssignmentRunReport, applyAssignments } from '../../src/services/assignment-run.ts'
import type { TestService } from './service.ts'

export const minutesPerCustomer = { key: 60, suitable: 20, general: 5 }

export interface RunOptions {
  graceRuns?: number
  runId?: string
  /** Awaited inside the run's transaction once the assignments are applied. */
  beforeCommit?: () => Promise<void>
}

/** What a classification run does to the assignments, over the classes as they stand. */
export function runAssignments(
  service: TestService,
  tenantId: string,
  { graceRuns = 1, runId = uuidv7(), beforeCommit = async () => {} }: RunOptions = {}
): Promise<AssignmentRunReport> {
  const now = service.clock.now.toISOString()
  return inTenant(service.database.work, tenantId, async tx => {
    const report = await applyAssignments({ newId: uuidv7 }, tx, {
      runId,
      asOf: now,
      now,
      graceRuns,
      minutesPerCustomer,
      ...(await foundOf(tx))
    })
    await beforeCommit()
    return report
  })
}

/** The classes as they stand, in the columns in which a run would have found them. */
export async function foundOf(tx: Tx): Promise<Pick<AssignmentRun, 'ids' | 'found'>> {
  const { rows } = await tx.client.query(
    `select customer_id, abc_class, standing, price_driven from classifications where tenant_id = $1 order by customer_id`,
    [tx.tenantId]
  )
  return {
    ids: Uint32Array.from(rows.flatMap(row => [...wordsOf(row.customer_id)])),
    found: {
      classes: Uint8Array.from(rows, row => ABC_CLASSES.indexOf(row.abc_class)),
      customerStandings: Uint8Array.from(rows, row => STANDING_LEVELS.indexOf(row.standing)),
      priceDriven: Uint8Array.from(rows, row => Number(row.price_driven))
    }
  }
}

export const openOf = (all: AssignmentRecord[]) => all.filter(assignment => assignment.validTo === null)

export type Fixtures = Awaited<ReturnType<typeof assignmentFixtures>>

export interface AssignmentRecord {
  id: string
  customerId: string
  staffId: string
  origin: string
  reason: string
  note: string | null
  validFrom: string
  validTo: string | null
  endReason: string | null
  outsideRuns: number
}

/** What tests of relationship managers set up directly, as the owner of the tables: classes that no run has found. */
export async function assignmentFixtures(service: TestService) {
  const owner = new pg.Client({ connectionString: service.databaseUrl, options: '-c timezone=UTC' })
  await owner.connect()
  const query = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows

  return {
    query,
    close: () => owner.end(),

    async staff(tenantId: string, code: string, { capacity = null as number | null, storeIds = [] as string[] } = {}) {
      const id = uuidv7()
      await query(
        `insert into staff (tenant_id, id, code, name, roles, capacity_minutes_per_month, created_at, updated_at)
         values ($1, $2, $3, $3, '{relationship_manager}', $4, now(), now())`,
        [tenantId, id, code, capacity]
      )
      for (const storeId of storeIds)
        await query('insert into staff_stores values ($1, $2, $3)', [tenantId, id, storeId])
      return id
    },

    async store(tenantId: string) {
      const id = uuidv7()
      await query(
        `insert into stores (tenant_id, id, code, name, time_zone, created_at, updated_at)
         values ($1, $2, $3, 'Store', 'UTC', now(), now())`,
        [tenantId, id, id]
      )
      return id
    },

    async purchase(tenantId: string, customerId: string, storeId: string, day: string) {
      const id = uuidv7()
      await query(
        `insert into purchases (tenant_id, id, source, receipt_number, kind, store_id, customer_id, purchased_at,
           purchased_on, currency, total_minor, rounding_minor, net_minor, units, content_hash, recorded_at)
         values ($1, $2, 'pos', $3, 'sale', $4, $5, $6::date, $6, 'EUR', 1, 0, 1, 1, '', now())`,
        [tenantId, id, id, storeId, customerId, day]
      )
    },

    activate: (tenantId: string, staffId: string, active: boolean) =>
      query('update staff set active = $3 where tenant_id = $1 and id = $2', [tenantId, staffId, active]),

    async customer(
      tenantId: string,
      abcClass: string | null,
      { amountMinor = 0, storeId = null as string | null } = {}
    ) {
      const id = uuidv7()
      await query(
        `insert into customers (tenant_id, id, kind, home_store_id, created_from, created_at, updated_at)
         values ($1, $2, 'person', $3, 'api', '2020-01-01', now())`,
        [tenantId, id, storeId]
      )
      if (abcClass !== null) await this.classify(tenantId, id, abcClass, amountMinor)
      return id
    },

    priceDriven: (tenantId: string, customerId: string, priceDriven = true) =>
      query('update classifications set price_driven = $3 where tenant_id = $1 and customer_id = $2', [
        tenantId,
        customerId,
        priceDriven
      ]),

    markStrategic: (tenantId: string, customerId: string) =>
      query(
        `insert into customer_marks (tenant_id, customer_id, mark, reason, marked_at)
         values ($1, $2, 'strategic', 'x', now())`,
        [tenantId, customerId]
      ),

    /** Puts a customer into a class, and into the standing that a class has as a rule. */
    classify: (tenantId: string, customerId: string, abcClass: string, amountMinor = 0) =>
      query(
        `insert into classifications
           (tenant_id, customer_id, abc_class, abc_reason, amount_minor, tie_offset, frequency, class_since, standing)
         values ($1, $2, $3, 'ranked', $4, 0, 1, now(), $5)
         on conflict (tenant_id, customer_id) do update set abc_class = excluded.abc_class, standing = excluded.standing`,
        [tenantId, customerId, abcClass, amountMinor, { A: 'key', B: 'suitable' }[abcClass] ?? 'general']
      ),

    /** Every assignment of the tenant, by customer and time. */
    assignments: async (tenantId: string): Promise<AssignmentRecord[]> =>
      (
        await query(
          `select id, customer_id, staff_id, origin, reason, note, valid_from, valid_to, end_reason, outside_runs
           from assignments where tenant_id = $1 order by customer_id, valid_from`,
          [tenantId]
        )
      ).map(row => ({
        id: row.id,
        customerId: row.customer_id,
        staffId: row.staff_id,
        origin: row.origin,
        reason: row.reason,
        note: row.note,
        validFrom: row.valid_from.toISOString(),
        validTo: row.valid_to?.toISOString() ?? null,
        endReason: row.end_reason,
        outsideRuns: row.outside_runs
      })),

    /** The events about relationship managers, in the order of writing. */
    events: (tenantId: string) =>
      query(
        `select type, subject_id, actor_type, actor_id, data from events
         where tenant_id = $1 and type like 'relationship_manager.%' order by write_order`,
        [tenantId]
      ),

    /** Resolves once so many statements of this database wait for a lock. */
    async waiting(count: number): Promise<void> {
      for (;;) {
        const [row] = await query(
          `select count(*)::int as waiting from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`
        )
        if (row?.waiting >= count) return
      }
    }
  }
}
