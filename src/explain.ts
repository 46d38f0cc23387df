import { ConfigError } from './config.ts'
import { databaseFailure, isUnreachable } from './db/errors.ts'
import { DomainError } from './domain/errors.ts'

/** What went wrong, as one line for the person at the terminal. Never a statement's values. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof DomainError) return error.detail
  if (!(error instanceof Error)) return String(error)
  const { code, syscall, port, address } = innermost(error) as NodeJS.ErrnoException & {
    port?: number
    address?: string
  }
  if (syscall === 'listen') {
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be listened on (${code})`
    return `${address ?? ''}:${port ?? ''} ${why}; set PORT or HOST to another one`
  }
  const failure = databaseFailure(error)
  if (failure && ROLE_UNKNOWN.has(failure.sqlState)) {
    return 'the database does not have the schema of this service; run "clientele migrate" first'
  }
  if (failure) return `the database refuses: ${innermost(error).message} (SQLSTATE ${failure.sqlState})`
  if (isUnreachable(error)) return `the database cannot be reached: ${innermost(error).message || code}`
  return error.name === 'DrizzleQueryError' ? 'a database query failed' : error.message
}

/** A role that cannot be switched to because nobody made it: invalid parameter, undefined object. */
const ROLE_UNKNOWN = new Set(['22023', '42704'])

const innermost = (error: Error): Error => (error.cause instanceof Error ? innermost(error.cause) : error)
