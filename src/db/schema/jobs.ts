import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** Long work as its caller sees it; the queue that drives it keeps its own tables. */
export const jobs = pgTable(
  'jobs',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    status: text('status').notNull(),
    /** What it is doing now, in a word. */
    progressPhase: text('progress_phase'),
    progressDone: integer('progress_done').notNull().default(0),
    progressTotal: integer('progress_total'),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    result: jsonb('result').$type<Record<string, unknown>>(),
    problem: jsonb('problem').$type<Record<string, unknown>>(),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at')
  },
  t => [
    primaryKey({ name: 'jobs_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({ name: 'jobs_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('jobs_created_at_idx').on(t.tenantId, t.createdAt, t.id)
  ]
)
