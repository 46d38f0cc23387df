import { unavailable } from '../domain/errors.ts'
import type { Actor } from './context.ts'

/** Reads things of the actor's tenant in one statement; a result for each key, in their order. */
export type ReadTogether<Key, Result> = (actor: Actor, keys: readonly Key[]) => Promise<readonly Result[]>

export interface ReadGateLimits {
  /** Statements under way at once. */
  readonly inFlight: number
  /** Keys in one statement at most. */
  readonly together: number
  /** Up to so many keys stay together, because a statement of its own for a part of them would cost more than waiting. */
  readonly undivided: number
  /** Keys that may wait; beyond this the caller is told to come back. */
  readonly waiting: number
}

const LIMITS: ReadGateLimits = { inFlight: 2, together: 64, undivided: 8, waiting: 10_000 }

interface Waiting<Key, Result> {
  readonly actor: Actor
  readonly key: Key
  readonly settle: (result: Result) => void
  readonly fail: (error: unknown) => void
}

/**
 * Reads of one tenant that are asked for at the same moment share a statement: most of what a read by key costs is the
 * transaction around it. There is no timer: a statement leaves as soon as a place is free, with what has come by then,
 * so a lone reader waits for nobody. Where many have come and several places are free, they are divided among these: if all
 * went together, their callers would be answered together and ask together again, and while the database works this
 * process would have nothing to do, and the other way round. A read never joins a statement that is under way, so it sees all that was committed
 * before it was asked for. What the caller may see of the result is for the caller to decide.
 */
export function readGate<Key, Result>(read: ReadTogether<Key, Result>, limits: ReadGateLimits = LIMITS) {
  /** Tenants with waiting keys, in the order in which they are next served. */
  const queues = new Map<string, Waiting<Key, Result>[]>()
  let underWay = 0
  let waiting = 0

  const dispatch = () => {
    while (underWay < limits.inFlight) {
      const next = queues.entries().next().value
      if (!next) return
      const [tenantId, queue] = next
      const share = Math.ceil(queue.length / (limits.inFlight - underWay))
      const group = queue.splice(0, Math.min(limits.together, Math.max(limits.undivided, share)))
      // Back of the line: a busy tenant does not keep the others waiting.
      queues.delete(tenantId)
      if (queue.length > 0) queues.set(tenantId, queue)
      waiting -= group.length
      underWay += 1
      answer(group).finally(() => {
        underWay -= 1
        dispatch()
      })
    }
  }

  const answer = async (group: readonly Waiting<Key, Result>[]): Promise<void> => {
    const [first] = group
    if (!first) return
    try {
      const keys = group.map(({ key }) => key)
      const results = await read(first.actor, keys)
      group.forEach(({ settle }, index) => {
        settle(results[index] as Result)
      })
    } catch (error) {
      for (const { fail } of group) fail(error)
    }
  }

  return (actor: Actor, key: Key): Promise<Result> => {
    if (waiting >= limits.waiting) return Promise.reject(overloaded())
    return new Promise((settle, fail) => {
      const queue = queues.get(actor.tenantId) ?? []
      queue.push({ actor, key, settle, fail })
      queues.set(actor.tenantId, queue)
      waiting += 1
      // Everything that this turn of the event loop still brings goes into the same statement.
      setImmediate(dispatch)
    })
  }
}

const overloaded = () => unavailable('service.overloaded', 'Too many reads are waiting to be answered.')
