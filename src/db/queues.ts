import type PgBoss from 'pg-boss'

export const QUEUE_SCHEMA = 'clientele_jobs'

/** Runs of the classification, and those that were tried in vain as often as a run is. */
export const RUN_QUEUE = 'classification-run'
export const LOST_RUN_QUEUE = 'classification-run-lost'

/** Computations of single segments, and those that were tried in vain. */
export const SEGMENT_QUEUE = 'segment-refresh'
export const LOST_SEGMENT_QUEUE = 'segment-refresh-lost'

/** Wakes of the timer of answers: each says no more than that a tenant has something to look at now. */
export const ANSWER_CLOCK_QUEUE = 'answer-clock'

/**
 * Every queue of the service, with how often and how long its jobs are tried. A queue stands after the one that takes its
 * dead letters. Retries are seconds apart, twice as many each time; what outlives the last one goes to the dead letters.
 */
export const QUEUES: readonly PgBoss.Queue[] = [
  ...queueWithDeadLetters(RUN_QUEUE, LOST_RUN_QUEUE),
  ...queueWithDeadLetters(SEGMENT_QUEUE, LOST_SEGMENT_QUEUE),
  // A wake that is lost costs seconds: what is due stands in the feedback itself, and is looked for besides.
  {
    name: ANSWER_CLOCK_QUEUE,
    policy: 'standard',
    retryLimit: 5,
    retryDelay: 2,
    retryBackoff: true,
    expireInSeconds: 300
  }
]

function queueWithDeadLetters(name: string, deadLetter: string): PgBoss.Queue[] {
  const common = { policy: 'standard', retryBackoff: true } as const
  return [
    { ...common, name: deadLetter, retryLimit: 100, retryDelay: 5, expireInSeconds: 300 },
    { ...common, name, retryLimit: 5, retryDelay: 2, expireInSeconds: 3_600, deadLetter }
  ]
}
