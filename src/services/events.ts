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

export const eventsService = (deps: ServiceDeps) => ({
  /** The feed after a position: every committed event of the tenant exactly once, oldest first. */
  list: (actor: Actor, after: number, limit: number, types: readonly string[] | null): Promise<EventRow[]> =>
    deps.reading(actor, tx => eventsRepository(tx).after(after, limit, types))
})
