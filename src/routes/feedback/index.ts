import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ClockEntryView, FeedbackAnswerView, FeedbackView } from '../../services/feedback.ts'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  AnswerFeedbackBody,
  ClockEntryPage,
  CreateFeedbackBody,
  Feedback,
  FeedbackAnswer,
  FeedbackAnswerPage,
  FeedbackEscalations,
  FeedbackPage,
  FeedbackQueueQuery,
  ListAnswersQuery,
  ListClockEntriesQuery,
  ListFeedbackQuery,
  ReopenFeedbackBody,
  UpdateFeedbackBody
} from './schemas.ts'

type Parts = (string | number | null)[] | null

export const feedbackRoutes: FastifyPluginAsyncZod = async app => {
  const { feedback } = app.services
  const tags = ['feedback']
  const besideVersion = ['urgency', 'breachedAt', 'promotionId', 'text', 'masked']
  const reading = { scope: 'feedback:read' } as const
  const changing = { scope: 'feedback:write', besideVersion } as const

  app.post(
    '/feedback',
    {
      config: { ...changing, location: '/v1/feedback/{id}' },
      schema: {
        operationId: 'createFeedback',
        summary: 'Record what a customer said',
        description: 'Starts the clock of its answer at the instant at which it was received.',
        tags,
        body: CreateFeedbackBody,
        response: { 201: Feedback, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const recorded = await feedback.create(request.actor, request.body)
      return reply.code(201).send(recorded)
    }
  )

  app.get(
    '/feedback',
    {
      config: reading,
      schema: {
        operationId: 'listFeedback',
        summary: 'List what customers said, the latest received first',
        tags,
        querystring: ListFeedbackQuery,
        response: { 200: FeedbackPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, receivedAtFrom, receivedAtTo, ...rest } }) => {
      const filter = { ...rest, receivedFrom: receivedAtFrom, receivedTo: receivedAtTo }
      return page(
        actor,
        `feedback ${JSON.stringify(filter)}`,
        { limit, cursor },
        (row: FeedbackView) => [row.receivedAt, row.id],
        (after, most) => feedback.list(actor, filter, placeOf(after, 'receivedAt'), most)
      )
    }
  )

  app.get(
    '/feedback-queue',
    {
      config: reading,
      schema: {
        operationId: 'listFeedbackQueue',
        summary: 'List what waits for an answer, the first to fall due first',
        tags,
        querystring: FeedbackQueueQuery,
        response: { 200: FeedbackPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `feedback-queue ${JSON.stringify(filter)}`,
        { limit, cursor },
        (row: FeedbackView) => [row.answerDueAt, row.id],
        (after, most) => feedback.queue(actor, filter, placeOf(after, 'dueAt'), most)
      )
  )

  app.get(
    '/feedback/:id',
    {
      config: { ...reading, besideVersion },
      schema: {
        operationId: 'getFeedback',
        summary: 'Read what a customer said and what he is owed',
        tags,
        params: IdParams,
        response: { 200: Feedback, ...problems(404) }
      }
    },
    async ({ actor, params }) => feedback.get(actor, params.id)
  )

  app.patch(
    '/feedback/:id',
    {
      config: changing,
      schema: {
        operationId: 'updateFeedback',
        summary: 'Change whom a feedback is of and about, its store and kind, and who answers it',
        tags,
        params: IdParams,
        body: UpdateFeedbackBody,
        response: { 200: Feedback, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      feedback.update(actor, params.id, present(body), expectedVersion)
  )

  app.post(
    '/feedback/:id/answers',
    {
      config: { scope: 'feedback:write' },
      schema: {
        operationId: 'answerFeedback',
        summary: 'Record what the customer was told',
        description: 'The first substantive answer stops the clock; an acknowledgement does not.',
        tags,
        params: IdParams,
        body: AnswerFeedbackBody,
        response: { 201: FeedbackAnswer, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) => {
      const answer = await feedback.answer(actor, params.id, body, expectedVersion)
      return reply.code(201).send(answer)
    }
  )

  app.get(
    '/feedback/:id/answers',
    {
      config: reading,
      schema: {
        operationId: 'listFeedbackAnswers',
        summary: 'List what the customer was told, in its order',
        tags,
        params: IdParams,
        querystring: ListAnswersQuery,
        response: { 200: FeedbackAnswerPage, ...problems(404) }
      }
    },
    async ({ actor, params: { id }, query }) =>
      page(
        actor,
        `feedback ${id} answers`,
        query,
        (row: FeedbackAnswerView) => [row.answeredAt, row.id],
        (after, most) => feedback.answers(actor, id, placeOf(after, 'answeredAt'), most)
      )
  )

  app.post(
    '/feedback/:id/pauses',
    {
      config: changing,
      schema: {
        operationId: 'pauseFeedback',
        summary: 'Stop the clock while the customer is waited for',
        description: 'For as long as the policy allows; then the clock goes on by itself.',
        tags,
        params: IdParams,
        response: { 200: Feedback, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, expectedVersion }) => feedback.pause(actor, params.id, expectedVersion)
  )

  app.post(
    '/feedback/:id/resumptions',
    {
      config: changing,
      schema: {
        operationId: 'resumeFeedback',
        summary: 'Let the clock go on',
        tags,
        params: IdParams,
        response: { 200: Feedback, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, expectedVersion }) => feedback.resume(actor, params.id, expectedVersion)
  )

  app.post(
    '/feedback/:id/reopenings',
    {
      config: changing,
      schema: {
        operationId: 'reopenFeedback',
        summary: 'Open an answered feedback again',
        description: 'The clock goes on from where it stood; the record of the first answer stays as it is.',
        tags,
        params: IdParams,
        body: ReopenFeedbackBody,
        response: { 200: Feedback, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => feedback.reopen(actor, params.id, body.reason, expectedVersion)
  )

  app.post(
    '/feedback/:id/withdrawals',
    {
      config: changing,
      schema: {
        operationId: 'withdrawFeedback',
        summary: 'Record that the customer takes back what he said',
        tags,
        params: IdParams,
        response: { 200: Feedback, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, expectedVersion }) => feedback.withdraw(actor, params.id, expectedVersion)
  )

  app.get(
    '/feedback/:id/clock-entries',
    {
      config: reading,
      schema: {
        operationId: 'listFeedbackClockEntries',
        summary: 'List the ledger of the answer clock, from its start',
        tags,
        params: IdParams,
        querystring: ListClockEntriesQuery,
        response: { 200: ClockEntryPage, ...problems(404) }
      }
    },
    async ({ actor, params: { id }, query }) =>
      page(
        actor,
        `feedback ${id} clock-entries`,
        query,
        (row: ClockEntryView) => [row.entryNo],
        (after, most) => feedback.clockEntries(actor, id, Number(after?.[0] ?? 0), most)
      )
  )

  app.get(
    '/feedback/:id/escalations',
    {
      config: reading,
      schema: {
        operationId: 'listFeedbackEscalations',
        summary: 'List before whom an open feedback was brought, step by step',
        tags,
        params: IdParams,
        response: { 200: FeedbackEscalations, ...problems(404) }
      }
    },
    async ({ actor, params }) => ({ data: await feedback.escalations(actor, params.id) })
  )
}

/** The place of a cursor under the name that the list knows it by. */
function placeOf<Name extends string>(parts: Parts, name: Name): ({ id: string } & Record<Name, string>) | null {
  const [at, id] = (parts ?? []) as string[]
  return at === undefined || id === undefined ? null : ({ [name]: at, id } as { id: string } & Record<Name, string>)
}
