import type { Tx } from '../db/client.ts'
import { eventsRepository } from '../repositories/events.ts'
import { noticesRepository } from '../repositories/notices.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** Why a notice was taken off that nobody took off by hand. */
const FEEDBACK_WITHDRAWN = 'feedback_withdrawn'

/** The customer has taken his words back, in this transaction: they hang nowhere any more, and will not. */
export async function noticesWithdrawn(deps: ServiceDeps, tx: Tx, actor: Actor, feedbackId: string): Promise<void> {
  const rows = await noticesRepository(tx).withdrawOf(feedbackId, FEEDBACK_WITHDRAWN, deps.clock().toISOString())
  const told = rows.map(({ id, state, storeId }) => ({
    type: 'notice.withdrawn',
    subjectType: 'notice',
    subjectId: id,
    data: { feedbackId, state, storeId, because: FEEDBACK_WITHDRAWN }
  }))
  await eventsRepository(tx).append(eventsOf(deps, actor, told))
}
