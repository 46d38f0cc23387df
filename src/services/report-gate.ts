import { unavailable } from '../domain/errors.ts'

export interface ReportGateLimits {
  /** Reports under way at once, each of which holds a connection for seconds. */
  readonly underWay: number
  /** Reports that may wait for their turn; beyond this the caller is told to come back. */
  readonly waiting: number
}

/**
 * Lets few reports work at a time, so that however many are asked for, tills find connections and a processor. The others
 * wait in the order in which they came, or are refused with `service.overloaded`.
 */
export function reportGate({ underWay, waiting }: ReportGateLimits) {
  const queue: (() => void)[] = []
  let working = 0

  const enter = (): Promise<void> | undefined => {
    if (working < underWay) {
      working += 1
      return undefined
    }
    if (queue.length >= waiting) throw unavailable('service.overloaded', 'Too many reports are waiting to be made.')
    return new Promise(resolve => queue.push(resolve))
  }

  const leave = (): void => {
    const next = queue.shift()
    // The place passes on to whoever comes next, without being free in between.
    if (next) next()
    else working -= 1
  }

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
