import { gone, invalid } from '../domain/errors.ts'
import { type EventRow, eventsRepository, type NewEvent } from '../repositories/events.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** What happened, before it is known when and by whom. */
export interface Happening {
  readonly type: string
  readonly subjectType: string
  readonly subjectId: string
  readonly data: Record<string, unknown>
}

/** Completes happenings to events: who caused them, when, and an id each. */
export function eventsOf(deps: ServiceDeps, actor: Actor, happenings: readonly Happening[]): NewEvent[] {
  const occurredAt = deps.clock().toISOString()
  return happenings.map(h => ({ ...h, id: deps.newId(), occurredAt, actorType: actor.type, actorId: actor.id }))
}

/** An event as the feed shows it. */
export interface FeedEvent {
  readonly id: string
  readonly position: string
  readonly type: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly actor: { readonly type: string; readonly id: string | null }
  readonly data: Record<string, unknown>
  readonly occurredAt: string
}

export const eventsService = (deps: ServiceDeps) => ({
  /**
   * The feed after a position (0: from the oldest that is kept): every committed event of the tenant exactly once, in the
   * order of commits. `nextAfter` is where to go on; it passes over events of other types, so that a reader of rare types
   * does not read the rest again. Refuses a position whose successors are partly deleted, `events.expired`, and one that
   * this feed has never given: `events.position_unknown`.
   */
  list: (
    actor: Actor,
    after: number,
    limit: number,
    types: readonly string[] | null
  ): Promise<{ data: FeedEvent[]; nextAfter: string }> =>
    deps.reading(actor, async tx => {
      const { events, head, expiredTo } = await eventsRepository(tx).after(after, limit, types)
      if (after > 0 && after < expiredTo) {
        throw gone('events.expired', 'Events after this position are older than 30 days and gone; start without one.')
      }
      if (after > Math.max(head, expiredTo)) {
        throw invalid('events.position_unknown', 'This feed has not come to this position; use its own nextAfter.')
      }
      const reached = events.length === limit ? events.at(-1)?.position : head
      return { data: events.map(shown), nextAfter: String(Math.max(after, reached ?? 0)) }
    })
})

const shown = (event: EventRow): FeedEvent => ({
  id: event.id,
  position: String(event.position),
  type: event.type,
  subject: { type: event.subjectType, id: event.subjectId },
  actor: { type: event.actorType, id: event.actorId },
  data: event.data,
  occurredAt: event.occurredAt
})
