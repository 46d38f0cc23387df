import pg from 'pg'

/** What the service needs to know of a failed statement. Bound values are personal data and are left behind. */
export interface DatabaseFailure {
  readonly sqlState: string
  readonly constraint: string | null
}

/** The SQLSTATE and constraint of an error from pg or Drizzle; undefined for anything else. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  const cause = error instanceof Error && error.cause instanceof pg.DatabaseError ? error.cause : error
  if (!(cause instanceof pg.DatabaseError)) return undefined
  return { sqlState: cause.code ?? 'XX000', constraint: cause.constraint ?? null }
}

/** True when the error is the violation of this very constraint. */
export const violates = (error: unknown, constraint: string): boolean =>
  databaseFailure(error)?.constraint === constraint

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
const CONNECTION_MESSAGES = /timeout|terminated|not queryable|Connection ended|cannot connect/i

/**
 * True when the database could not be asked at all, or went away: trying again later may help.
 * Class 08 connection, 53 resources, 57P shutdown, 25P03 idle in transaction, and what pg says without a code.
 */
export function isUnreachable(error: unknown): boolean {
  const failure = databaseFailure(error)
  if (failure) return /^(08|53|57P|25P03)/.test(failure.sqlState)
  if (!(error instanceof Error)) return false
  const cause = error.cause instanceof Error ? error.cause : error
  const code = (cause as NodeJS.ErrnoException).code
  return (
    (code !== undefined && CONNECTION_CODES.has(code)) ||
    (code === undefined && CONNECTION_MESSAGES.test(cause.message))
  )
}

/** Serialization failure, deadlock, lock timeout: the same transaction may succeed when it is run again. */
export const isRetryable = (error: unknown): boolean =>
  ['40001', '40P01', '55P03'].includes(databaseFailure(error)?.sqlState ?? '')

/**
 * A description fit for a log: the kind of error and where it happened. A message may repeat what somebody sent (a parser
 * quotes its text, a writer its value), so only messages of broken programs and broken connections are told.
 */
export function describeFailure(error: unknown): Record<string, unknown> {
  const failure = databaseFailure(error)
  if (failure) return { kind: 'database', ...failure }
  if (!(error instanceof Error)) return { kind: typeof error }
  const { code } = error as NodeJS.ErrnoException
  return {
    kind: error.name,
    ...(code === undefined ? {} : { code }),
    ...(isTellable(error) ? { message: error.message } : {}),
    stack: error.stack?.split('\n').filter(line => /^\s+at /.test(line))
  }
}

const isTellable = (error: Error): boolean =>
  ((error instanceof TypeError || error instanceof ReferenceError) && !('code' in error)) || isUnreachable(error)
