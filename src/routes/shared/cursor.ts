import { createHmac, timingSafeEqual } from 'node:crypto'
import { invalid } from '../../domain/errors.ts'
import type { Actor } from '../../services/context.ts'
import { DEFAULT_LIMIT } from './schemas.ts'

type CursorPart = string | number | null

/** An opaque, signed place in a list. `list` names the list and its filters, so that a cursor fits no other. */
export function writeCursor(actor: Actor, list: string, parts: readonly CursorPart[]): string {
  const body = Buffer.from(JSON.stringify(parts)).toString('base64url')
  return `${body}.${signature(actor, list, body)}`
}

/** The parts of a cursor; null without one. Refuses with `cursor.invalid` what this list did not write for this tenant. */
export function readCursor(actor: Actor, list: string, cursor: string | undefined): CursorPart[] | null {
  if (cursor === undefined) return null
  const [body = '', given = ''] = cursor.split('.')
  const expected = Buffer.from(signature(actor, list, body))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw invalid('cursor.invalid', 'The cursor was not written by this list for this tenant.')
  }
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as CursorPart[]
}

const signature = (actor: Actor, list: string, body: string): string =>
  createHmac('sha256', actor.tenant.cursorSecret).update(`${list}\n${body}`).digest('base64url').slice(0, 22)

export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

/**
 * One page: asks `read` for one row more than wanted, to know whether a next page exists, and signs the place of the last.
 * `place` gives the sort keys of a row, the id last.
 */
export async function page<Row>(
  actor: Actor,
  list: string,
  query: { limit?: number | undefined; cursor?: string | undefined },
  place: (row: Row) => readonly CursorPart[],
  read: (after: CursorPart[] | null, limit: number) => Promise<Row[]>
): Promise<Page<Row>> {
  const limit = query.limit ?? DEFAULT_LIMIT
  const rows = await read(readCursor(actor, list, query.cursor), limit + 1)
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: rows.length > limit && last !== undefined ? writeCursor(actor, list, place(last)) : null }
}
