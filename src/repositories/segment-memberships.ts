import type { Tx } from '../db/client.ts'
import { copyIn, copyOut } from '../db/copy.ts'
import { finderIn } from './segment-rows.ts'

/** A customer in a segment. */
export interface MemberRow {
  readonly customerId: string
  readonly enteredAt: string
}

/** A time that a customer belongs to a segment, or did: [enteredAt, leftAt). */
export interface MembershipRow {
  readonly segmentId: string
  readonly code: string
  readonly name: string
  readonly enteredAt: string
  readonly leftAt: string | null
  readonly enteredRuleVersion: number
  readonly leftRuleVersion: number | null
}

export interface MemberFilter {
  readonly storeId?: string | undefined
  readonly relationshipManagerId?: string | undefined
}

/** Whoever comes into a segment or leaves it. */
export interface MembershipChange {
  /** The place of the segment among those that are computed. */
  readonly segment: number
  /** The place of the customer among the ids. */
  readonly place: number
  readonly entered: boolean
  /** The place of the reason among those of its segment. */
  readonly why: number
}

/** A segment as its computation writes it. */
export interface WrittenSegment {
  readonly id: string
  readonly code: string
  readonly ruleVersion: number
  /** The reasons that its changes have, each a JSON array. */
  readonly reasons: readonly string[]
}

/** When memberships change, and by which run; null for a computation on demand. */
export interface MembershipStamp {
  readonly runId: string | null
  readonly asOf: string
  readonly now: string
}

const LONGEST_ROW = 2 + 6 * 4 + 16 + 4 + 16 + 16 + 2 + 4

export const segmentMembershipsRepository = (tx: Tx) => ({
  /**
   * The members of a segment among customers whose ids are given in ascending order: `take` is told their places.
   * `segment_memberships_current_idx` carries it.
   */
  async current(segmentId: string, ids: Uint32Array, take: (place: number) => void): Promise<void> {
    const id = new Uint32Array(4)
    const find = finderIn(ids)
    await copyOut(
      tx.client,
      `select customer_id from segment_memberships
       where tenant_id = '${tx.tenantId}'::uuid and segment_id = '${segmentId}'::uuid and left_at is null
       order by customer_id`,
      row => {
        row.uuid(id, 0)
        const place = find(id)
        if (place !== null) take(place)
      }
    )
  },

  /** Brings changes into a table of this transaction, from which memberships and events are written. */
  async stage(
    segments: readonly WrittenSegment[],
    ids: Uint32Array,
    changes: number,
    changeAt: (index: number) => MembershipChange,
    newEventId: () => Uint8Array
  ): Promise<void> {
    await tx.client.query(
      `create temp table staged_memberships (
         segment_id uuid not null, rule_version integer not null, customer_id uuid not null, event_id uuid not null,
         entered smallint not null, why integer not null
       ) on commit drop`
    )
    const segmentIds = segments.map(({ id }) => Buffer.from(id.replaceAll('-', ''), 'hex'))
    await copyIn(tx.client, 'pg_temp.staged_memberships', 6, changes, LONGEST_ROW, (out, index) => {
      const { segment, place, entered, why } = changeAt(index)
      out.uuidBytes(segmentIds[segment] as Buffer)
      out.integer((segments[segment] as WrittenSegment).ruleVersion)
      out.uuid(ids, place)
      out.uuidBytes(newEventId())
      out.smallint(entered ? 1 : 0)
      out.integer(why)
    })
    await tx.client.query('analyze pg_temp.staged_memberships')
  },

  /**
   * Writes the staged changes and their events; `left` is how many of them leave. A membership that would end at the very instant at which it began has
   * lasted no time, and is taken back.
   */
  async writeStaged(
    segments: readonly WrittenSegment[],
    left: number,
    { runId, asOf, now }: MembershipStamp
  ): Promise<void> {
    const open = `m.tenant_id = $1 and m.segment_id = g.segment_id and m.customer_id = g.customer_id and m.left_at is null
                  and g.entered = 0`
    const values = [tx.tenantId, asOf]
    // A few of very many memberships change: each is looked up, whatever the planner would like better.
    await tx.client.query(
      `set local work_mem = '128MB'; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off`
    )
    const { rowCount: ended } = await tx.client.query({
      text: `update segment_memberships m set left_at = $2, left_rule_version = g.rule_version
             from pg_temp.staged_memberships g where ${open} and m.entered_at < $2`,
      values
    })
    if (ended !== left) {
      await tx.client.query({
        text: `delete from segment_memberships m using pg_temp.staged_memberships g where ${open} and m.entered_at >= $2`,
        values
      })
    }
    await tx.client.query(
      'set local enable_hashjoin to default; set local enable_mergejoin to default; set local enable_seqscan to default'
    )
    await tx.client.query({
      text: `insert into segment_memberships (tenant_id, segment_id, customer_id, entered_at, entered_rule_version)
             select $1, segment_id, customer_id, $2, rule_version from pg_temp.staged_memberships
             where entered = 1 order by segment_id, customer_id`,
      values
    })
    await tx.client.query({
      text: `insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, data, occurred_at)
             select $1, g.event_id,
                    case g.entered when 1 then 'customer.segment_entered' else 'customer.segment_left' end,
                    'customer', g.customer_id, 'system',
                    jsonb_build_object('customerId', g.customer_id, 'segmentId', g.segment_id, 'code', w.code,
                      'ruleVersion', g.rule_version, 'asOf', $2::text, 'runId', $3::text, 'why', w.why), $4
             from pg_temp.staged_memberships g
             join unnest($5::uuid[], $6::text[], $7::int[], $8::jsonb[]) as w (segment_id, code, place, why)
               on w.segment_id = g.segment_id and w.place = g.why
             order by g.event_id`,
      values: [
        ...values,
        runId,
        now,
        segments.flatMap(({ id, reasons }) => reasons.map(() => id)),
        segments.flatMap(({ code, reasons }) => reasons.map(() => code)),
        segments.flatMap(({ reasons }) => reasons.map((_, place) => place)),
        segments.flatMap(({ reasons }) => [...reasons])
      ]
    })
    await tx.client.query('drop table pg_temp.staged_memberships; set local work_mem to default')
  },

  /** The members of a segment by id, narrowed by where they are at home and by who looks after them. */
  async members(
    segmentId: string,
    { storeId, relationshipManagerId }: MemberFilter,
    afterId: string | null,
    limit: number
  ): Promise<MemberRow[]> {
    const values: unknown[] = [tx.tenantId, segmentId, afterId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const conditions = [
      storeId === undefined
        ? ''
        : `and exists (select from customers c
             where c.tenant_id = $1 and c.id = m.customer_id and c.home_store_id = ${bind(storeId)})`,
      relationshipManagerId === undefined
        ? ''
        : `and exists (select from assignments a where a.tenant_id = $1 and a.customer_id = m.customer_id
             and a.valid_to is null and a.staff_id = ${bind(relationshipManagerId)})`
    ]
    // The text depends on which filters there are, hence no name.
    const { rows } = await tx.client.query<MemberRow>(
      `select m.customer_id as "customerId", m.entered_at as "enteredAt" from segment_memberships m
       where m.tenant_id = $1 and m.segment_id = $2 and m.left_at is null and ($3::uuid is null or m.customer_id > $3)
         ${conditions.join(' ')}
       order by m.customer_id limit $4`,
      values
    )
    return rows
  },

  /** Since when a customer belongs to a segment; null where he does not. */
  async since(segmentId: string, customerId: string): Promise<string | null> {
    const [row] = await tx.rows<{ entered_at: string }>(
      {
        name: 'segment_member_since',
        text: `select entered_at from segment_memberships
               where tenant_id = $1 and segment_id = $2 and customer_id = $3 and left_at is null`
      },
      [tx.tenantId, segmentId, customerId]
    )
    return row?.entered_at ?? null
  },

  /**
   * The times that a customer belonged to segments, latest first; `current` leaves out those that are over. A look into the
   * primary key for each of the segments, of which there are few.
   */
  async ofCustomer(
    customerId: string,
    current: boolean,
    after: { enteredAt: string; segmentId: string } | null,
    limit: number
  ): Promise<MembershipRow[]> {
    return tx.rows<MembershipRow>(
      {
        name: 'segment_memberships_of_customer',
        text: `select s.id as "segmentId", s.code, s.name, m.entered_at as "enteredAt", m.left_at as "leftAt",
                      m.entered_rule_version as "enteredRuleVersion", m.left_rule_version as "leftRuleVersion"
               from segments s
               cross join lateral (
                 select * from segment_memberships
                 where tenant_id = $1 and segment_id = s.id and customer_id = $2 and (not $3 or left_at is null) offset 0
               ) m
               where s.tenant_id = $1 and ($4::timestamptz is null or (m.entered_at, s.id) < ($4, $5::uuid))
               order by m.entered_at desc, s.id desc limit $6`
      },
      [tx.tenantId, customerId, current, after?.enteredAt ?? null, after?.segmentId ?? null, limit]
    )
  }
})
