import type { Tx } from '../db/client.ts'
import { type CareChannel, isOverdue, type WithdrawnBecause } from '../domain/care-task.ts'
import type { CareTaskRow } from '../repositories/care-tasks.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import { deputiesOf } from './care-task-deputies.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'

/** What of a task is shown as it is kept. */
const KEPT = [
  'id',
  'kind',
  'source',
  'complaintId',
  'customerId',
  'storeId',
  'staffId',
  'followsManager',
  'dueAt',
  'plannedMinutes',
  'state',
  'onTime',
  'version',
  'createdAt',
  'createdBy',
  'updatedAt'
] as const satisfies readonly (keyof CareTaskRow)[]

/** A care task as a caller may see it: words are left out where he may not see persons. */
export interface CareTaskView extends Pick<CareTaskRow, (typeof KEPT)[number]>, CustomerName {
  /** Who is to do it today: the deputy while whoever has it is absent, null where nobody is there. */
  readonly actingStaffId: string | null
  readonly overdue: boolean
  readonly note: string | null
  readonly assignReason: string | null
  readonly overrideReason: string | null
  readonly proof: {
    readonly doneAt: string
    readonly doneByStaffId: string
    readonly channel: CareChannel
    readonly note: string | null
  } | null
  readonly cancellation: { readonly cancelledAt: string; readonly reason: string | null } | null
  readonly withdrawal: { readonly withdrawnAt: string; readonly because: WithdrawnBecause } | null
  readonly masked: boolean
}

/** The one way tasks leave the service. */
export async function careTaskViews(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  rows: readonly CareTaskRow[]
): Promise<CareTaskView[]> {
  if (rows.length === 0) return []
  const deputies = await deputiesOf(
    deps,
    tx,
    actor,
    rows.map(row => row.staffId)
  )
  const names = await customerNamesRepository(tx).of([...new Set(rows.map(row => row.customerId))])
  const now = deps.clock().toISOString()
  const visible = actor.scopes.has('customers.pii:read')
  const words = (text: string | null) => (visible ? text : null)
  return rows.map(row => ({
    ...(Object.fromEntries(KEPT.map(name => [name, row[name]])) as Pick<CareTaskRow, (typeof KEPT)[number]>),
    ...visibleName(names.get(row.customerId), actor),
    actingStaffId: deputies.actingFor(row.staffId),
    overdue: isOverdue(row.state, row.dueAt, now),
    note: words(row.note),
    assignReason: words(row.assignReason),
    overrideReason: words(row.overrideReason),
    proof: proofOf(row, words),
    cancellation:
      row.state === 'cancelled' && row.endedAt !== null
        ? { cancelledAt: row.endedAt, reason: words(row.cancelReason) }
        : null,
    withdrawal:
      row.withdrawnBecause !== null && row.endedAt !== null
        ? { withdrawnAt: row.endedAt, because: row.withdrawnBecause }
        : null,
    masked: !visible
  }))
}

function proofOf(
  { doneAt, doneByStaffId, doneChannel, doneNote }: CareTaskRow,
  words: (text: string | null) => string | null
): CareTaskView['proof'] {
  if (doneAt === null || doneByStaffId === null || doneChannel === null) return null
  return { doneAt, doneByStaffId, channel: doneChannel, note: words(doneNote) }
}
