import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { BoardNotice } from '../../services/notice-board.ts'
import { type Columns, CSV, CsvTable, csvHeaders, csvOf } from '../shared/csv.ts'
import { type Page, page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { BoardPage, BoardQuery, NoticeReading, NoticeReadings, ReadBody, UnreadPage, UnreadQuery } from './schemas.ts'

const COLUMNS: Columns<BoardNotice> = {
  id: notice => notice.id,
  publishedAt: notice => notice.publishedAt,
  storeId: notice => notice.storeId,
  title: notice => notice.title,
  text: notice => notice.text,
  comment: notice => notice.comment,
  readAt: notice => notice.readAt
}

/** The board as it hangs, and who has read it. */
export const boardRoutes: FastifyPluginAsyncZod = async app => {
  const { noticeBoard } = app.services
  const tags = ['notice board']
  const config = { scope: 'notices:read' } as const

  app.get(
    '/notice-board',
    {
      config: { ...config, produces: ['application/json', CSV] },
      schema: {
        operationId: 'listNoticeBoard',
        summary: 'Read the board, published last first; also as a table',
        description: 'A table of CSV holds one page as well; its header `Link` leads to the next.',
        tags,
        querystring: BoardQuery,
        response: {
          200: { content: { 'application/json': { schema: BoardPage }, [CSV]: { schema: CsvTable } } },
          ...problems(406)
        }
      }
    },
    async ({ actor, form, query: { limit, cursor, ...query } }, reply): Promise<Page<BoardNotice> | string> => {
      const board = await page<BoardNotice>(
        actor,
        `notice-board ${JSON.stringify(query)}`,
        { limit, cursor },
        row => [row.publishedAt, row.id],
        (after, most) => {
          const [publishedAt, id] = (after ?? []) as string[]
          return noticeBoard.list(actor, query, publishedAt && id ? { publishedAt, id } : null, most)
        }
      )
      if (form !== CSV) return board
      reply.headers(csvHeaders('notice-board'))
      if (board.nextCursor !== null) reply.header('Link', nextPage({ ...query, limit, cursor: board.nextCursor }))
      return csvOf(COLUMNS, board.data)
    }
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

/** Where the next page is (RFC 8288). */
function nextPage(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const named = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]]
  )
  return `</v1/notice-board?${new URLSearchParams(named)}>; rel="next"`
}
