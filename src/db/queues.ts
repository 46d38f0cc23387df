import type PgBoss from 'pg-boss'

export const QUEUE_SCHEMA = 'clientele_jobs'

/** Every queue of the service, with how often and how long its jobs are tried. */
export const QUEUES: readonly PgBoss.Queue[] = [
  {
    name: 'classification-run',
    policy: 'standard',
    retryLimit: 3,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 3_600
  },
  { name: 'clock', policy: 'singleton', retryLimit: 0, expireInSeconds: 300 },
  { name: 'retention', policy: 'singleton', retryLimit: 2, expireInSeconds: 3_600 }
]
