import type { Tx } from '../db/client.ts'
import type { Role } from '../domain/access.ts'
import type { ClockEntry } from '../domain/answer-clock.ts'
import type { Authority } from '../domain/answer-policy.ts'
import type { Absence, Colleague } from '../domain/escalation.ts'

/** A line of the ledger of a clock. */
export interface ClockEntryRow {
  readonly feedbackId: string
  readonly entryNo: number
  readonly entry: ClockEntry['entry']
  readonly at: string
  readonly countedMs: number
  readonly dueAt: string | null
  readonly reason: string | null
  /** Of an entry `moved`: whose hours counted until then. */
  readonly fromStoreId: string | null
  readonly actorType: string
  readonly actorId: string | null
  readonly recordedAt: string
}

/** Before whom a step of the ladder brought a feedback. */
export interface EscalationRow {
  readonly feedbackId: string
  readonly rung: number
  readonly wantedRole: Authority
  readonly role: Authority | null
  readonly staffId: string | null
  readonly deputyForStaffId: string | null
  readonly fellDueAt: string
  readonly raisedAt: string
}

const COLLEAGUE = `s.id, s.roles,
  array(select b.store_id::text from staff_stores b where b.tenant_id = $1 and b.staff_id = s.id) as "storeIds",
  greatest(
    (select e.raised_at from feedback_escalations e where e.tenant_id = $1 and e.staff_id = s.id
     order by e.raised_at desc limit 1),
    (select e.raised_at from feedback_escalations e where e.tenant_id = $1 and e.deputy_for_staff_id = s.id
     order by e.raised_at desc limit 1)) as "lastEscalatedAt"`

/** The ledger of the clocks and whom they brought things before. Both are only added to. */
export const answerClocksRepository = (tx: Tx) => ({
  /** Adds lines, each feedback's in their order after those it has. Whoever adds has locked the feedback. */
  async append(entries: readonly Omit<ClockEntryRow, 'entryNo'>[]): Promise<void> {
    if (entries.length === 0) return
    await tx.rows(
      {
        name: 'answer_clock_entries_append',
        text: `insert into answer_clock_entries (tenant_id, feedback_id, entry_no, entry, at, counted_ms, due_at, reason,
                 actor_type, actor_id, recorded_at, from_store_id)
               select $1, e.feedback_id,
                      row_number() over (partition by e.feedback_id order by e.n) + coalesce((
                        select max(b.entry_no) from answer_clock_entries b
                        where b.tenant_id = $1 and b.feedback_id = e.feedback_id), 0),
                      e.entry, e.at, e.counted_ms, e.due_at, e.reason, e.actor_type, e.actor_id, e.recorded_at,
                      e.from_store_id
               from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[], $7::text[],
                 $8::text[], $9::text[], $10::timestamptz[], $11::uuid[]) with ordinality as e (feedback_id, entry, at,
                 counted_ms, due_at, reason, actor_type, actor_id, recorded_at, from_store_id, n)`
      },
      [
        tx.tenantId,
        entries.map(one => one.feedbackId),
        entries.map(one => one.entry),
        entries.map(one => one.at),
        entries.map(one => one.countedMs),
        entries.map(one => one.dueAt),
        entries.map(one => one.reason),
        entries.map(one => one.actorType),
        entries.map(one => one.actorId),
        entries.map(one => one.recordedAt),
        entries.map(one => one.fromStoreId)
      ]
    )
  },

  /** The ledger of one clock, from its first line on. */
  async entries(feedbackId: string, afterNo: number, limit: number): Promise<ClockEntryRow[]> {
    return tx.rows<ClockEntryRow>(
      {
        name: 'answer_clock_entries_list',
        text: `select feedback_id as "feedbackId", entry_no as "entryNo", entry, at, counted_ms as "countedMs",
                 due_at as "dueAt", reason, from_store_id as "fromStoreId", actor_type as "actorType", actor_id as "actorId", recorded_at as "recordedAt"
               from answer_clock_entries where tenant_id = $1 and feedback_id = $2 and entry_no > $3
               order by entry_no limit $4`
      },
      [tx.tenantId, feedbackId, afterNo, limit]
    )
  },

  async addEscalations(rows: readonly EscalationRow[]): Promise<void> {
    if (rows.length === 0) return
    await tx.rows(
      {
        name: 'feedback_escalations_add',
        text: `insert into feedback_escalations (tenant_id, feedback_id, rung, wanted_role, role, staff_id,
                 deputy_for_staff_id, fell_due_at, raised_at)
               select $1, e.* from unnest($2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],
                 $8::timestamptz[], $9::timestamptz[]) as e`
      },
      [
        tx.tenantId,
        rows.map(one => one.feedbackId),
        rows.map(one => one.rung),
        rows.map(one => one.wantedRole),
        rows.map(one => one.role),
        rows.map(one => one.staffId),
        rows.map(one => one.deputyForStaffId),
        rows.map(one => one.fellDueAt),
        rows.map(one => one.raisedAt)
      ]
    )
  },

  /** By step, and the earlier first where one was come to again: at most 200. */
  async escalations(feedbackId: string): Promise<EscalationRow[]> {
    return tx.rows<EscalationRow>(
      {
        name: 'feedback_escalations_list',
        text: `select feedback_id as "feedbackId", rung, wanted_role as "wantedRole", role, staff_id as "staffId",
                 deputy_for_staff_id as "deputyForStaffId", fell_due_at as "fellDueAt", raised_at as "raisedAt"
               from feedback_escalations where tenant_id = $1 and feedback_id = $2 order by rung, raised_at limit 200`
      },
      [tx.tenantId, feedbackId]
    )
  },

  /**
   * Everybody who works here, with when something was last brought before him or, for him, before his deputy;
   * `feedback_escalations_staff_id_idx` and its like for who was stood in for tell that for each by one look.
   */
  async colleagues(): Promise<Colleague[]> {
    return tx.rows<Colleague & { roles: Role[]; storeIds: string[] }>(
      {
        name: 'answer_clock_colleagues',
        text: `select ${COLLEAGUE} from staff s where s.tenant_id = $1 and s.active`
      },
      [tx.tenantId]
    )
  },

  /** As `colleagues`, those alone who have one of these roles, or may stand in for somebody on a day. */
  async authorities(roles: readonly Role[], day: string): Promise<Colleague[]> {
    return tx.rows<Colleague & { roles: Role[]; storeIds: string[] }>(
      {
        name: 'answer_clock_authorities',
        text: `select ${COLLEAGUE} from staff s
               where s.tenant_id = $1 and s.active and (s.roles && $2::text[] or exists (
                 select 1 from staff_absences a where a.tenant_id = $1 and a.deputy_staff_id = s.id
                   and a.to_on >= $3 and a.from_on <= $3))`
      },
      [tx.tenantId, roles, day]
    )
  },

  /** Absences that touch the days from `fromOn` to `toOn`, both included. `staff_absences_to_on_idx` carries it. */
  async absencesBetween(fromOn: string, toOn: string): Promise<Absence[]> {
    return tx.rows<Absence>(
      {
        name: 'answer_clock_absences',
        text: `select staff_id as "staffId", from_on as "fromOn", to_on as "toOn", deputy_staff_id as "deputyStaffId"
               from staff_absences where tenant_id = $1 and to_on >= $2 and from_on <= $3
               order by staff_id, from_on, id`
      },
      [tx.tenantId, fromOn, toOn]
    )
  }
})
