import { setTimeout as sleep } from 'node:timers/promises'
import { describeFailure } from '../db/errors.ts'
import type { FeedLeadership } from '../services/event-dispatcher.ts'
import type { Services } from '../services/index.ts'

/** Between looks at the events: short while they come, longer while nothing does. Bounds how late the feed is. */
const BUSY_MS = 50
const IDLE_MS = 200
/** Between tries to take the lead over from another process. */
const STANDBY_MS = 1_000
/** Between tries after a failure, doubled each time. */
const RETRY_MS = 100
const RETRY_AT_MOST_MS = 5_000

interface Logger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

export interface EventDispatcher {
  /** Resolves when the chunk at work is committed and another process may lead. */
  stop(): Promise<void>
}

/**
 * Keeps the feed up to date from now on, if no other process does; else waits to take over. A database that goes away is
 * logged and tried again.
 */
export function startEventDispatcher(
  { eventDispatcher }: Pick<Services, 'eventDispatcher'>,
  logger: Logger
): EventDispatcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})

  let retry = RETRY_MS

  /** Dispatches until it is stopped or fails. Pauses between part-filled chunks, so that a busy till pays for few of them. */
  const feed = async (lead: FeedLeadership): Promise<void> => {
    for (let wait = BUSY_MS; !signal.aborted; ) {
      const { stamped, more } = await lead.dispatch()
      retry = RETRY_MS
      wait = stamped > 0 ? BUSY_MS : Math.min(wait * 2, IDLE_MS)
      if (!more) await pause(wait)
    }
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const lead = await eventDispatcher.tryLead()
        if (lead) logger.info({}, 'leading the event feed')
        if (lead) await feed(lead).finally(() => lead.resign())
        else await pause(STANDBY_MS)
      } catch (error) {
        logger.warn({ failure: describeFailure(error) }, 'the event feed is interrupted')
        await pause(retry)
        retry = Math.min(retry * 2, RETRY_AT_MOST_MS)
      }
    }
  }

  const running = run()
  return {
    stop: () => {
      stopping.abort()
      return running
    }
  }
}
