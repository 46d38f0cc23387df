/** A caller's allowance: `tokens` were left at the instant `at`, in milliseconds. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export interface Allowance {
  /** Tokens that come back each second, more than 0. */
  readonly perSecond: number
  /** Tokens that a caller can save up at most, at least 1. */
  readonly burst: number
}

export interface Taken {
  readonly bucket: Bucket
  readonly allowed: boolean
  /** Milliseconds until the next token is there; 0 when one was taken. */
  readonly waitMs: number
}

/**
 * Takes one token if there is one. A caller not seen before has a full bucket; time that runs backwards brings nothing.
 * A refused try takes nothing, so trying too often does not make the wait longer.
 */
export function takeToken(bucket: Bucket | undefined, now: number, { perSecond, burst }: Allowance): Taken {
  const tokens = bucket === undefined ? burst : refilled(bucket, now, { perSecond, burst })
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at: now }, allowed: true, waitMs: 0 }
  return { bucket: { tokens, at: now }, allowed: false, waitMs: Math.ceil(((1 - tokens) * 1_000) / perSecond) }
}

/** Whether nothing would be lost by forgetting the bucket: it has filled up again. */
export const isFull = (bucket: Bucket, now: number, allowance: Allowance): boolean =>
  refilled(bucket, now, allowance) >= allowance.burst

const refilled = (bucket: Bucket, now: number, { perSecond, burst }: Allowance): number =>
  Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1_000)
