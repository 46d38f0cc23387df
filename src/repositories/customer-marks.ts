import type { Tx } from '../db/client.ts'
import type { CustomerMarkName } from '../domain/pursuit.ts'

export interface CustomerMark {
  readonly customerId: string
  readonly mark: CustomerMarkName
  readonly reason: string
  readonly markedAt: string
  readonly markedBy: string | null
  readonly version: number
}

/** Of all customers, those who are marked; ids ascending. */
export interface MarkedCustomers {
  readonly strategic: string[]
  readonly needsNotServed: string[]
}

const COLUMNS = `customer_id as "customerId", mark, reason, marked_at as "markedAt", marked_by as "markedBy", version`

export const customerMarksRepository = (tx: Tx) => ({
  /**
   * Changes to the marks of one customer come one after the other; false when there is no such customer. The lock stands
   * in nobody else's way: foreign keys ask for a weaker one.
   */
  async lockCustomer(customerId: string): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'customer_marks_lock_customer',
        text: 'select 1 from customers where tenant_id = $1 and id = $2 for no key update'
      },
      [tx.tenantId, customerId]
    )
    return rows.length > 0
  },

  async customerExists(customerId: string): Promise<boolean> {
    const rows = await tx.rows(
      { name: 'customer_marks_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2' },
      [tx.tenantId, customerId]
    )
    return rows.length > 0
  },

  /** The marks that hold, by name. */
  async of(customerId: string): Promise<CustomerMark[]> {
    return tx.rows<CustomerMark>(
      {
        name: 'customer_marks_of',
        text: `select ${COLUMNS} from customer_marks
               where tenant_id = $1 and customer_id = $2 and removed_at is null order by mark`
      },
      [tx.tenantId, customerId]
    )
  },

  /** Sets a mark; one that was taken away comes back with the version after its last. */
  async set(mark: Omit<CustomerMark, 'version'>): Promise<CustomerMark> {
    const [row] = await tx.rows<CustomerMark>(
      {
        name: 'customer_marks_set',
        text: `insert into customer_marks as m (tenant_id, customer_id, mark, reason, marked_at, marked_by)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (tenant_id, customer_id, mark) do update set
                 reason = excluded.reason, marked_at = excluded.marked_at, marked_by = excluded.marked_by,
                 removed_at = null, removed_by = null, version = m.version + 1
               returning ${COLUMNS}`
      },
      [tx.tenantId, mark.customerId, mark.mark, mark.reason, mark.markedAt, mark.markedBy]
    )
    if (!row) throw new Error('a mark was not written')
    return row
  },

  /** Takes a mark away. The row stays with its last reason, and its version goes on. */
  async remove(customerId: string, mark: CustomerMarkName, at: string, by: string | null): Promise<void> {
    await tx.rows(
      {
        name: 'customer_marks_remove',
        text: `update customer_marks set removed_at = $4, removed_by = $5, version = version + 1
               where tenant_id = $1 and customer_id = $2 and mark = $3 and removed_at is null`
      },
      [tx.tenantId, customerId, mark, at, by]
    )
  },

  /** Everybody who is marked, for a run over all customers. `customer_marks_mark_idx` carries it. */
  async all(): Promise<MarkedCustomers> {
    const rows = await tx.rows<{ customerId: string; mark: CustomerMarkName }>(
      {
        name: 'customer_marks_all',
        text: `select customer_id as "customerId", mark from customer_marks
               where tenant_id = $1 and removed_at is null order by mark, customer_id`
      },
      [tx.tenantId]
    )
    const marked = (name: CustomerMarkName) => rows.filter(row => row.mark === name).map(row => row.customerId)
    return { strategic: marked('strategic'), needsNotServed: marked('needs_not_served') }
  }
})
