import type PgBoss from 'pg-boss'

export const QUEUE_SCHEMA = 'clientele_jobs'

/** Runs of the classification, and those that were tried in vain as often as a run is. */
export const RUN_QUEUE = 'classification-run'
export const LOST_RUN_QUEUE = 'classification-run-lost'

/**
 * Every queue of the service, with how often and how long its jobs are tried. A queue stands after the one that takes its
 * dead letters. Retries are seconds apart, twice as many each time; what outlives the last one goes to the dead letters.
 */
export const QUEUES: readonly PgBoss.Queue[] = [
  {
    name: LOST_RUN_QUEUE,
    policy: 'standard',
    retryLimit: 100,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 300
  },
  {
    name: RUN_QUEUE,
    policy: 'standard',
    retryLimit: 5,
    retryDelay: 2,
    retryBackoff: true,
    expireInSeconds: 3_600,
    deadLetter: LOST_RUN_QUEUE
  }
]
