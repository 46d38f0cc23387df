import { and, eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { segments } from '../db/schema/segments.ts'
import type { SegmentRule } from '../domain/segment-rule.ts'

export type SegmentRow = Omit<typeof segments.$inferSelect, 'tenantId'>

/** A segment with the rule that holds now. */
export interface RuledSegment extends SegmentRow {
  readonly rule: SegmentRule
}

/** A rule as it was from one change to the next. */
export interface RuleVersion {
  readonly version: number
  readonly rule: SegmentRule
  readonly createdAt: string
  readonly createdBy: string | null
}

/** What a computation found of a segment. */
export interface ComputedSegment {
  readonly id: string
  readonly members: number
  readonly ruleVersion: number
}

const COLUMNS = `s.id, s.code, s.name, s.description, s.active, s.rule_version as "ruleVersion", s.members,
                 s.computed_as_of as "computedAsOf", s.computed_rule_version as "computedRuleVersion", s.version,
                 s.created_at as "createdAt", s.updated_at as "updatedAt", r.rule`
const RULED = `segments s join segment_rules r
               on r.tenant_id = s.tenant_id and r.segment_id = s.id and r.version = s.rule_version`

export const segmentsRepository = (tx: Tx) => ({
  async insert({ rule: _rule, ...segment }: RuledSegment): Promise<void> {
    await tx.drizzle.insert(segments).values({ tenantId: tx.tenantId, ...segment })
  },

  async insertRule(segmentId: string, { version, rule, createdAt, createdBy }: RuleVersion): Promise<void> {
    await tx.rows(
      {
        name: 'segment_rule_insert',
        text: `insert into segment_rules (tenant_id, segment_id, version, rule, created_at, created_by)
               values ($1, $2, $3, $4, $5, $6)`
      },
      [tx.tenantId, segmentId, version, JSON.stringify(rule), createdAt, createdBy]
    )
  },

  async find(id: string): Promise<RuledSegment | undefined> {
    const [row] = await tx.rows<RuledSegment>(
      { name: 'segment_find', text: `select ${COLUMNS} from ${RULED} where s.tenant_id = $1 and s.id = $2` },
      [tx.tenantId, id]
    )
    return row
  },

  /** Locks the segment until the transaction ends, so that two changes cannot both build on one version. */
  async forUpdate(id: string): Promise<RuledSegment | undefined> {
    // In a statement of its own: who has waited for the lock must see the rule of the version that he finds.
    const held = await tx.rows(
      { name: 'segment_hold', text: 'select 1 from segments where tenant_id = $1 and id = $2 for update' },
      [tx.tenantId, id]
    )
    return held.length === 0 ? undefined : this.find(id)
  },

  async save({ rule: _rule, ...segment }: RuledSegment): Promise<void> {
    await tx.drizzle
      .update(segments)
      .set(segment)
      .where(and(eq(segments.tenantId, tx.tenantId), eq(segments.id, segment.id)))
  },

  async list(active: boolean | null, afterId: string | null, limit: number): Promise<RuledSegment[]> {
    return tx.rows<RuledSegment>(
      {
        name: 'segments_list',
        text: `select ${COLUMNS} from ${RULED}
               where s.tenant_id = $1 and ($2::boolean is null or s.active = $2) and ($3::uuid is null or s.id > $3)
               order by s.id limit $4`
      },
      [tx.tenantId, active, afterId, limit]
    )
  },

  /** Every segment that is computed. */
  async active(): Promise<RuledSegment[]> {
    return tx.rows<RuledSegment>(
      {
        name: 'segments_active',
        text: `select ${COLUMNS} from ${RULED} where s.tenant_id = $1 and s.active order by s.id`
      },
      [tx.tenantId]
    )
  },

  /** Segments that are computed; with the lock of the tenant that is taken, no other transaction adds one meanwhile. */
  async countActive(): Promise<number> {
    const [row] = await tx.rows<{ count: number }>(
      { name: 'segments_count_active', text: 'select count(*) from segments where tenant_id = $1 and active' },
      [tx.tenantId]
    )
    return row?.count ?? 0
  },

  /** Makes whoever adds or activates a segment wait for this transaction. */
  async lockActive(): Promise<void> {
    await tx.rows(
      {
        name: 'segments_lock_active',
        text: `select pg_advisory_xact_lock(hashtextextended($1, ${ACTIVE_LOCKS}))`
      },
      [tx.tenantId]
    )
  },

  /** The versions of a rule, newest first. */
  async versions(id: string, before: number | null, limit: number): Promise<RuleVersion[]> {
    return tx.rows<RuleVersion>(
      {
        name: 'segment_rule_versions',
        text: `select version, rule, created_at as "createdAt", created_by as "createdBy" from segment_rules
               where tenant_id = $1 and segment_id = $2 and ($3::int is null or version < $3)
               order by version desc limit $4`
      },
      [tx.tenantId, id, before, limit]
    )
  },

  /** Keeps how many members each segment has, as of when, and by which version of its rule. */
  async saveComputed(asOf: string, computed: readonly ComputedSegment[]): Promise<void> {
    await tx.rows(
      {
        name: 'segments_save_computed',
        text: `update segments s set members = c.members, computed_rule_version = c.rule_version, computed_as_of = $2
               from unnest($3::uuid[], $4::int[], $5::int[]) as c (id, members, rule_version)
               where s.tenant_id = $1 and s.id = c.id`
      },
      [
        tx.tenantId,
        asOf,
        computed.map(one => one.id),
        computed.map(one => one.members),
        computed.map(one => one.ruleVersion)
      ]
    )
  }
})

/** A key space beside those of jobs, runs and idempotency keys. */
const ACTIVE_LOCKS = 3
