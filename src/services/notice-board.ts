import { notFound } from '../domain/errors.ts'
import { refusalOf } from '../domain/notice.ts'
import { type BoardRow, noticesRepository, type ReadingRow, type UnreadRow } from '../repositories/notices.ts'
import { decidingPerson } from './complaint-desk.ts'
import type { Actor, ServiceDeps } from './context.ts'

export type { ReadingRow, UnreadRow }

/** A notice as it hangs on the board. */
export interface BoardNotice {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly storeId: string | null
  readonly publishedAt: string
  readonly comment: string | null
  readonly responsibleStaffId: string | null
  /** When the person asked for has read it; null for who has not, and where nobody is asked for. */
  readonly readAt: string | null
}

export interface BoardQuery {
  readonly staffId?: string | undefined
  readonly unread?: boolean | undefined
}

/** The board as the staff sees it, and who has read what. */
export const noticeBoardService = (deps: ServiceDeps) => ({
  /** What hangs there, published last first; of one person what is meant for him. Who is bound to a store sees its board. */
  list: (
    actor: Actor,
    { staffId, unread = false }: BoardQuery,
    after: { publishedAt: string; id: string } | null,
    limit: number
  ): Promise<BoardNotice[]> =>
    deps.reading(actor, async tx => {
      const person = staffId ?? (actor.type === 'user' ? actor.id : null)
      const rows = await noticesRepository(tx).board({ staffId: person, unread, storeId: actor.storeId }, after, limit)
      return rows.map(shown)
    }),

  /** Notes that a person has read a notice; again, it stays with the first time. Refuses what does not hang on the board. */
  read: (
    actor: Actor,
    id: string,
    staffId: string | undefined
  ): Promise<{ noticeId: string; staffId: string; readAt: string }> =>
    deps.inTenant(actor, async tx => {
      const notices = noticesRepository(tx)
      const notice = await notices.find(id, actor.storeId)
      if (!notice) throw notFound('notice')
      const refusal = refusalOf(notice.state, 'read')
      if (refusal) throw refusal
      const { id: person } = await decidingPerson(tx, actor, staffId)
      return { noticeId: id, staffId: person, readAt: await notices.addReading(id, person, deps.clock().toISOString()) }
    }),

  /** Whom a notice is meant for, and when each of them has read it. */
  readings: (actor: Actor, id: string): Promise<ReadingRow[]> =>
    deps.reading(actor, async tx => {
      const notices = noticesRepository(tx)
      if (!(await notices.find(id, actor.storeId))) throw notFound('notice')
      return notices.readings(id)
    }),

  /** Everybody with what he has still to read, and since when the oldest of it hangs. */
  unread: (actor: Actor, afterId: string | null, limit: number): Promise<UnreadRow[]> =>
    deps.reading(actor, tx => noticesRepository(tx).unread(afterId, limit))
})

const shown = (row: BoardRow): BoardNotice => ({
  id: row.id,
  title: row.title,
  text: row.publishedText ?? '',
  storeId: row.storeId,
  publishedAt: row.publishedAt ?? row.updatedAt,
  comment: row.comment,
  responsibleStaffId: row.responsibleStaffId,
  readAt: row.readAt
})
