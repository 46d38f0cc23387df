import type { Tx } from '../db/client.ts'

/** Days on which a person is not there, both included, and who stands in. */
export interface AbsenceRow {
  readonly id: string
  readonly staffId: string
  readonly fromOn: string
  readonly toOn: string
  readonly deputyStaffId: string | null
  readonly note: string | null
  readonly createdAt: string
  readonly createdBy: string | null
}

const COLUMNS = `id, staff_id as "staffId", from_on as "fromOn", to_on as "toOn", deputy_staff_id as "deputyStaffId", note,
  created_at as "createdAt", created_by as "createdBy"`

export const absencesRepository = (tx: Tx) => ({
  async insert(row: AbsenceRow): Promise<void> {
    await tx.rows(
      {
        name: 'staff_absences_insert',
        text: `insert into staff_absences (tenant_id, id, staff_id, from_on, to_on, deputy_staff_id, note, created_at, created_by)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
      },
      [
        tx.tenantId,
        row.id,
        row.staffId,
        row.fromOn,
        row.toOn,
        row.deputyStaffId,
        row.note,
        row.createdAt,
        row.createdBy
      ]
    )
  },

  /** Whether the person has an absence that touches these days already. `staff_absences_staff_id_idx` carries it. */
  async overlaps(staffId: string, fromOn: string, toOn: string): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'staff_absences_overlaps',
        text: `select 1 from staff_absences
               where tenant_id = $1 and staff_id = $2 and to_on >= $3 and from_on <= $4 limit 1`
      },
      [tx.tenantId, staffId, fromOn, toOn]
    )
    return rows.length > 0
  },

  /** The earliest to end first. */
  async list(staffId: string, after: { toOn: string; id: string } | null, limit: number): Promise<AbsenceRow[]> {
    return tx.rows<AbsenceRow>(
      {
        name: 'staff_absences_list',
        text: `select ${COLUMNS} from staff_absences
               where tenant_id = $1 and staff_id = $2 and ($3::date is null or (to_on, id) > ($3, $4::uuid))
               order by to_on, id limit $5`
      },
      [tx.tenantId, staffId, after?.toOn ?? null, after?.id ?? null, limit]
    )
  },

  /** The absence that was taken away; undefined where the person has none with this id. */
  async remove(staffId: string, id: string): Promise<AbsenceRow | undefined> {
    const [row] = await tx.rows<AbsenceRow>(
      {
        name: 'staff_absences_remove',
        text: `delete from staff_absences where tenant_id = $1 and staff_id = $2 and id = $3 returning ${COLUMNS}`
      },
      [tx.tenantId, staffId, id]
    )
    return row
  }
})
