import { type DispatchSession, eventDispatchRepository } from '../repositories/event-dispatch.ts'
import type { ServiceDeps } from './context.ts'

/**
 * Events in one transaction: few enough that a reader sees the first ones soon; many, because each chunk passes over the
 * index entries of those before it for as long as some old snapshot keeps them.
 */
const CHUNK = 5_000

/** Leadership over the feed, in one process of all, until it is given up or its connection is lost. */
export interface FeedLeadership {
  /** Brings what is committed into the feed; `more` says that it was not all. */
  dispatch(): Promise<{ stamped: number; more: boolean }>
  resign(): Promise<void>
}

/** Stamps the order of the feed on committed events. At most one leader at a time, over all processes. */
export const eventDispatcherService = (deps: ServiceDeps) => ({
  /** Takes the lead, or null while somebody else has it. */
  async tryLead(): Promise<FeedLeadership | null> {
    const session = await eventDispatchRepository(deps.database).tryLead()
    return session && leadershipOver(session)
  }
})

const leadershipOver = (session: DispatchSession): FeedLeadership => ({
  async dispatch() {
    const stamped = await session.stamp(CHUNK)
    return { stamped, more: stamped === CHUNK }
  },
  resign: () => session.end()
})
