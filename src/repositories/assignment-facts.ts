import type { Tx } from '../db/client.ts'
import { copyOut } from '../db/copy.ts'
import type { UncaredEntry } from '../domain/assignment-roster.ts'
import type { HolderColumns } from '../domain/care-columns.ts'
import type { AssignmentOrigin } from '../domain/manager-change.ts'
import { type CareMinutes, IS_MANAGER, MANAGERS, rosterOf } from './assignment-roster.ts'
import { customerRows, textOf, wordsOf } from './customer-rows.ts'

/** Somebody of the staff, who may have customers though he is no manager any more. */
export interface StaffAtWork {
  readonly id: string
  readonly isManager: boolean
  readonly capacityMinutes: number | null
  readonly storeIds: readonly string[]
}

/** Who looks after whom, with the ids of the customers in the rows beyond those of the run. */
export interface Held extends HolderColumns {
  readonly others: readonly string[]
}

/** What a run must know before it places anybody. */
export const assignmentFactsRepository = (tx: Tx) => ({
  /** Everybody of the staff by ascending id, and who of them may take customers now. */
  async staff(): Promise<StaffAtWork[]> {
    return tx.rows<StaffAtWork>(
      {
        name: 'assignment_facts_staff',
        text: `select id, ${IS_MANAGER} as "isManager", capacity_minutes_per_month as "capacityMinutes",
                      array(select s.store_id::text from staff_stores s
                            where s.tenant_id = $1 and s.staff_id = staff.id order by s.store_id) as "storeIds"
               from staff where tenant_id = $1 order by id`
      },
      [tx.tenantId]
    )
  },

  /**
   * The open assignments of the customers whose ids are given in ascending order, and of whoever else has one. The places are
   * those of `staff`.
   */
  async held(ids: Uint32Array, staff: readonly StaffAtWork[]): Promise<Held> {
    const rows = ids.length / 4
    const customers = customerRows(ids)
    const people = customerRows(Uint32Array.from(staff.flatMap(person => [...wordsOf(person.id)])))
    const known = { holders: new Uint32Array(rows), byHand: new Uint8Array(rows), leaving: new Uint8Array(rows) }
    const beyond = { holders: [] as number[], byHand: [] as number[], leaving: [] as number[] }
    const others: string[] = []
    const id = new Uint32Array(4)
    await copyOut(
      tx.client,
      `select customer_id, staff_id, origin = 'manual', left_class_at is not null from assignments
       where tenant_id = '${tx.tenantId}'::uuid and valid_to is null`,
      reader => {
        reader.uuid(id, 0)
        const row = customers.find(id)
        const [into, at] = row < 0 ? [beyond, others.push(textOf(id, 0)) - 1] : [known, row]
        reader.uuid(id, 0)
        into.holders[at] = people.find(id) + 1
        into.byHand[at] = reader.flag(0)
        into.leaving[at] = reader.flag(0)
      }
    )
    return {
      holders: extended(known.holders, beyond.holders),
      byHand: extended(known.byHand, beyond.byHand),
      leaving: extended(known.leaving, beyond.leaving),
      others
    }
  },

  /**
   * What must be known of each of these customers to place him, and to end what he has with somebody who is no manager. Whoever
   * was given an active manager in this very moment is left out.
   */
  async uncared(customerIds: readonly string[], { key, suitable, general }: CareMinutes): Promise<UncaredEntry[]> {
    const rows = await tx.rows<UncaredColumns>(
      {
        name: 'assignment_facts_uncared',
        text: `select customer_id, entitled, amount_minor, minutes, store_id, assignment_id, staff_id, origin
               from (${rosterOf('select customer_id from unnest($5::uuid[]) as n (customer_id)')}) roster
               where staff_id is null or staff_id not in (${MANAGERS})`
      },
      [tx.tenantId, key, suitable, general, customerIds]
    )
    const share = sharedText()
    return rows.map(row => uncaredEntry(row, share))
  }
})

/** The column with more rows at its end; itself where there are none. */
function extended<T extends Uint32Array | Uint8Array>(column: T, more: readonly number[]): T {
  if (more.length === 0) return column
  const longer = new (column.constructor as new (length: number) => T)(column.length + more.length)
  longer.set(column)
  longer.set(more, column.length)
  return longer
}

interface UncaredColumns {
  readonly customer_id: string
  readonly entitled: boolean
  readonly amount_minor: number
  readonly minutes: number
  readonly store_id: string | null
  readonly assignment_id: string | null
  readonly staff_id: string
  readonly origin: AssignmentOrigin
}

const uncaredEntry = (row: UncaredColumns, share: (text: string) => string): UncaredEntry => ({
  customerId: row.customer_id,
  isEntitled: row.entitled,
  amountMinor: row.amount_minor,
  minutes: row.minutes,
  storeId: row.store_id === null ? null : share(row.store_id),
  open:
    row.assignment_id === null
      ? null
      : { id: row.assignment_id, staffId: share(row.staff_id), origin: row.origin === 'class' ? 'class' : 'manual' }
})

/** One string for all equal ones: a few stores and managers are named by every customer. */
function sharedText(): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    const first = known.get(text)
    if (first === undefined) known.set(text, text)
    return first ?? text
  }
}
