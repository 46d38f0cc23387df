import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { boardRoutes } from './board.ts'
import {
  AddReplacementBody,
  ChangeNoticeBody,
  CommentBody,
  DetectBody,
  ListNoticesQuery,
  Notice,
  NoticePage,
  NoticePreview,
  ProposeNoticeBody,
  RejectReplacementBody,
  ReviewBody,
  WithdrawBody
} from './schemas.ts'

export const noticesRoutes: FastifyPluginAsyncZod = async app => {
  const { notices } = app.services
  const tags = ['notice board']
  const reading = { scope: 'notices:read' } as const
  const writing = { scope: 'notices:write' } as const
  const managing = { scope: 'notices:manage' } as const
  const made = { 201: Notice, ...problems(403, 404, 409, 412, 422) }

  await app.register(boardRoutes)

  app.post(
    '/notices',
    {
      config: { ...writing, location: '/v1/notices/{id}' },
      schema: {
        operationId: 'proposeNotice',
        summary: 'Propose what a customer said to the notice board',
        description: 'What says who he is, is found and will be replaced; the preview shows where.',
        tags,
        body: ProposeNoticeBody,
        response: { 201: Notice, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(201).send(await notices.propose(actor, body))
  )

  app.get(
    '/notices',
    {
      config: reading,
      schema: {
        operationId: 'listNotices',
        summary: 'List notices in every state, made last first',
        tags,
        querystring: ListNoticesQuery,
        response: { 200: NoticePage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `notices ${JSON.stringify(filter)}`,
        { limit, cursor },
        row => [row.createdAt, row.id],
        (after, most) => {
          const [createdAt, id] = (after ?? []) as string[]
          return notices.list(actor, filter, createdAt && id ? { createdAt, id } : null, most)
        }
      )
  )

  app.get(
    '/notices/:id',
    {
      config: reading,
      schema: {
        operationId: 'getNotice',
        summary: 'Read a notice',
        tags,
        params: IdParams,
        response: { 200: Notice, ...problems(404) }
      }
    },
    async ({ actor, params }) => notices.get(actor, params.id)
  )

  app.patch(
    '/notices/:id',
    {
      config: writing,
      schema: {
        operationId: 'changeNotice',
        summary: 'Change a notice; it is a draft again',
        tags,
        params: IdParams,
        body: ChangeNoticeBody,
        response: { 200: Notice, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => notices.change(actor, params.id, present(body), expectedVersion)
  )

  app.get(
    '/notices/:id/preview',
    {
      config: writing,
      schema: {
        operationId: 'previewNotice',
        summary: 'See what of a text is replaced, where and why, and how it reads then',
        tags,
        params: IdParams,
        response: { 200: NoticePreview, ...problems(404) }
      }
    },
    async ({ actor, params }) => notices.preview(actor, params.id)
  )

  app.post(
    '/notices/:id/detections',
    {
      config: writing,
      schema: {
        operationId: 'detectPersonalData',
        summary: 'Look again for what says who somebody is, and replace it',
        tags,
        params: IdParams,
        body: DetectBody,
        response: made
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await notices.detect(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/notices/:id/replacements',
    {
      config: writing,
      schema: {
        operationId: 'addReplacement',
        summary: 'Replace something more of the text',
        tags,
        params: IdParams,
        body: AddReplacementBody,
        response: made
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await notices.addReplacement(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/notices/:id/rejections',
    {
      config: writing,
      schema: {
        operationId: 'rejectReplacement',
        summary: 'Leave a place as it is, for a reason',
        tags,
        params: IdParams,
        body: RejectReplacementBody,
        response: made
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await notices.reject(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/notices/:id/reviews',
    {
      config: managing,
      schema: {
        operationId: 'reviewNotice',
        summary: 'Say of a text without personal data whether it may be published',
        description: 'Somebody else than the author. A notice that hangs is taken off the board when it is sent back.',
        tags,
        params: IdParams,
        body: ReviewBody,
        response: made
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await notices.review(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/notices/:id/publications',
    {
      config: managing,
      schema: {
        operationId: 'publishNotice',
        summary: 'Put a reviewed notice on the board',
        tags,
        params: IdParams,
        response: made
      }
    },
    async ({ actor, params, expectedVersion }, reply) =>
      reply.code(201).send(await notices.publish(actor, params.id, expectedVersion))
  )

  app.put(
    '/notices/:id/comment',
    {
      config: writing,
      schema: {
        operationId: 'commentNotice',
        summary: 'Say what the responsible person has to say',
        description:
          'On a published notice it hangs there at once. What says who somebody is, is refused, known or looking like it.',
        tags,
        params: IdParams,
        body: CommentBody,
        response: { 200: Notice, ...problems(403, 404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => notices.comment(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/notices/:id/withdrawals',
    {
      config: managing,
      schema: {
        operationId: 'withdrawNotice',
        summary: 'Take a notice off the board for good',
        tags,
        params: IdParams,
        body: WithdrawBody,
        response: made
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await notices.withdraw(actor, params.id, body.reason, expectedVersion))
  )
}
