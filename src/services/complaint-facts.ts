import type { Tx } from '../db/client.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { type ComplaintPicture, complaintPicture } from '../domain/complaint-facts.ts'
import { dayNumber } from '../domain/period.ts'
import { type ComplaintFactsRow, complaintFactsRepository } from '../repositories/complaint-facts.ts'
import { startOfDay } from './calendar.ts'
import type { Actor } from './context.ts'

/** What complaints say of all customers who made any, or of these, as of the start of a day. */
export async function complaintPictures(
  tx: Tx,
  actor: Actor,
  day: string,
  { defection }: ClassificationPolicy,
  customerIds: readonly string[] | null = null
): Promise<Map<string, ComplaintPicture>> {
  const before = startOfDay(actor.tenant.timeZone, day)
  const repository = complaintFactsRepository(tx)
  const rows = customerIds === null ? await repository.all(before) : await repository.of(customerIds, before)
  const byCustomer = new Map<string, ComplaintFactsRow[]>()
  for (const row of rows) {
    const known = byCustomer.get(row.customerId)
    if (known) known.push(row)
    else byCustomer.set(row.customerId, [row])
  }
  return new Map(
    [...byCustomer].map(([id, records]) => [
      id,
      complaintPicture(records, before, dayNumber(day), defection.hiatusDays)
    ])
  )
}
