import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { InquiryPlace } from '../../services/inquiries.ts'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  ConvertBody,
  FollowUpBody,
  Inquiry,
  InquiryFollowUp,
  InquiryFollowUpPage,
  InquiryPage,
  ListFollowUpsQuery,
  ListInquiriesQuery,
  LoseBody,
  RecordInquiryBody,
  SearchInquiriesBody,
  SearchInquiriesQuery,
  UpdateInquiryBody
} from './schemas.ts'

export const inquiriesRoutes: FastifyPluginAsyncZod = async app => {
  const { inquiries } = app.services
  const tags = ['inquiries']
  const reading = { scope: 'inquiries:read' } as const
  const writing = { scope: 'inquiries:write' } as const

  app.post(
    '/',
    {
      config: { ...writing, location: '/v1/inquiries/{id}' },
      schema: {
        operationId: 'recordInquiry',
        summary: 'Record that somebody who may become a customer has asked for something',
        tags,
        body: RecordInquiryBody,
        response: { 201: Inquiry, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(201).send(await inquiries.record(actor, body))
  )

  app.get(
    '/',
    {
      config: reading,
      schema: {
        operationId: 'listInquiries',
        summary: 'List inquiries',
        tags,
        querystring: ListInquiriesQuery,
        response: { 200: InquiryPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, sort = '-receivedAt', ...filter } }) =>
      page(
        actor,
        `inquiries ${JSON.stringify([sort, filter])}`,
        { limit, cursor },
        row => [sort === 'nextFollowUpOn' ? row.nextFollowUpOn : row.receivedAt, row.id],
        (after, most) => inquiries.list(actor, filter, sort, after as InquiryPlace | null, most)
      )
  )

  app.post(
    '/search',
    {
      config: { ...reading, readOnly: true },
      schema: {
        operationId: 'searchInquiries',
        summary: 'Find inquiries by the phone or e-mail of who asked',
        tags,
        querystring: SearchInquiriesQuery,
        body: SearchInquiriesBody,
        response: { 200: InquiryPage, ...problems(422) }
      }
    },
    async ({ actor, query, body }) =>
      page(
        actor,
        `inquiries/search ${JSON.stringify(body)}`,
        query,
        row => [row.receivedAt, row.id],
        (after, most) => inquiries.search(actor, body, after as InquiryPlace | null, most)
      )
  )

  app.get(
    '/:id',
    {
      config: reading,
      schema: {
        operationId: 'getInquiry',
        summary: 'Read an inquiry',
        tags,
        params: IdParams,
        response: { 200: Inquiry, ...problems(404) }
      }
    },
    async ({ actor, params }) => inquiries.get(actor, params.id)
  )

  app.patch(
    '/:id',
    {
      config: writing,
      schema: {
        operationId: 'updateInquiry',
        summary: 'Change an inquiry',
        tags,
        params: IdParams,
        body: UpdateInquiryBody,
        response: { 200: Inquiry, ...problems(404, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      inquiries.update(actor, params.id, present(body), expectedVersion)
  )

  app.post(
    '/:id/follow-ups',
    {
      config: writing,
      schema: {
        operationId: 'followUpInquiry',
        summary: 'Note what was done about an inquiry, and when to come back to it',
        tags,
        params: IdParams,
        body: FollowUpBody,
        response: { 201: InquiryFollowUp, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await inquiries.followUp(actor, params.id, body, expectedVersion))
  )

  app.get(
    '/:id/follow-ups',
    {
      config: reading,
      schema: {
        operationId: 'listFollowUpsOfInquiry',
        summary: 'List what was done about an inquiry, latest first',
        tags,
        params: IdParams,
        querystring: ListFollowUpsQuery,
        response: { 200: InquiryFollowUpPage, ...problems(404) }
      }
    },
    async ({ actor, params: { id }, query }) =>
      page(
        actor,
        `inquiries ${id} follow-ups`,
        query,
        row => [row.followedUpAt, row.id],
        (after, most) => {
          const [followedUpAt, rowId] = (after ?? []) as string[]
          const place = followedUpAt === undefined || rowId === undefined ? null : { followedUpAt, id: rowId }
          return inquiries.followUps(actor, id, place, most)
        }
      )
  )

  app.post(
    '/:id/conversions',
    {
      config: writing,
      schema: {
        operationId: 'convertInquiry',
        summary: 'Make a customer of who asked',
        description:
          'Whoever has one of the contacts of the inquiry is that customer; only where nobody has one, a file is opened.',
        tags,
        params: IdParams,
        body: ConvertBody,
        response: { 201: Inquiry, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await inquiries.convert(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/:id/losses',
    {
      config: writing,
      schema: {
        operationId: 'loseInquiry',
        summary: 'Give an inquiry up, with the reason',
        tags,
        params: IdParams,
        body: LoseBody,
        response: { 201: Inquiry, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await inquiries.lose(actor, params.id, body, expectedVersion))
  )
}
