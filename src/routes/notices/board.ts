import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { BoardPage, BoardQuery, NoticeReading, NoticeReadings, ReadBody, UnreadPage, UnreadQuery } from './schemas.ts'

/** The board as it hangs, and who has read it. */
export const boardRoutes: FastifyPluginAsyncZod = async app => {
  const { noticeBoard } = app.services
  const tags = ['notice board']
  const config = { scope: 'notices:read' } as const

  app.get(
    '/notice-board',
    {
      config,
      schema: {
        operationId: 'listNoticeBoard',
        summary: 'Read the board, published last first',
        tags,
        querystring: BoardQuery,
        response: { 200: BoardPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...query } }) =>
      page(
        actor,
        `notice-board ${JSON.stringify(query)}`,
        { limit, cursor },
        row => [row.publishedAt, row.id],
        (after, most) => {
          const [publishedAt, id] = (after ?? []) as string[]
          return noticeBoard.list(actor, query, publishedAt && id ? { publishedAt, id } : null, most)
        }
      )
  )

  app.get(
    '/notice-board/unread',
    {
      config,
      schema: {
        operationId: 'listUnreadNotices',
        summary: 'List who has how much to read, and since when the oldest hangs',
        tags,
        querystring: UnreadQuery,
        response: { 200: UnreadPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'notice-board unread',
        query,
        row => [row.staffId],
        (after, most) => noticeBoard.unread(actor, (after?.[0] as string | null) ?? null, most)
      )
  )

  app.post(
    '/notices/:id/readings',
    {
      config,
      schema: {
        operationId: 'readNotice',
        summary: 'Note that a person has read a notice',
        tags,
        params: IdParams,
        body: ReadBody,
        response: { 201: NoticeReading, ...problems(404, 409, 422) }
      }
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(await noticeBoard.read(actor, params.id, body.staffId))
  )

  app.get(
    '/notices/:id/readings',
    {
      config,
      schema: {
        operationId: 'listReadingsOfNotice',
        summary: 'List whom a notice is meant for, and who has read it',
        tags,
        params: IdParams,
        response: { 200: NoticeReadings, ...problems(404) }
      }
    },
    async ({ actor, params }) => ({ data: await noticeBoard.readings(actor, params.id) })
  )
}
