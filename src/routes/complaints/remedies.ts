import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Remedy as RemedyView } from '../../services/complaint-remedies.ts'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  ApproveRemedyBody,
  ListRemediesQuery,
  RefuseRemedyBody,
  Remedy,
  RemedyPage,
  RequestRemedyBody,
  RevokeRemedyBody,
  WithdrawRemedyBody
} from './remedy-schemas.ts'

export const complaintRemediesRoutes: FastifyPluginAsyncZod = async app => {
  const { complaintRemedies } = app.services
  const tags = ['complaints']

  app.post(
    '/complaints/:id/remedies',
    {
      config: { scope: 'complaints:write', location: '/v1/remedies/{id}' },
      schema: {
        operationId: 'requestRemedy',
        summary: 'Make a complaint good, or ask for leave to',
        description:
          'Answers `granted` where the roles of the person cover it, on the case and in the month; otherwise `waiting`, with whose approval it needs. A refund names its purchase and is never more than was paid, less returns and earlier refunds.',
        tags,
        params: IdParams,
        body: RequestRemedyBody,
        response: { 201: Remedy, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) => {
      const remedy = await complaintRemedies.request(actor, params.id, body, expectedVersion)
      return reply.code(201).send(remedy)
    }
  )

  app.get(
    '/remedies',
    {
      config: { scope: 'complaints:read' },
      schema: {
        operationId: 'listRemedies',
        summary: 'List remedies, the latest first',
        tags,
        querystring: ListRemediesQuery,
        response: { 200: RemedyPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `remedies ${JSON.stringify(filter)}`,
        { limit, cursor },
        (remedy: RemedyView) => [remedy.requestedAt, remedy.id],
        (after, most) => {
          const [requestedAt, id] = (after ?? []) as string[]
          const place = requestedAt === undefined || id === undefined ? null : { requestedAt, id }
          return complaintRemedies.list(actor, filter, place, most)
        }
      )
  )

  app.get(
    '/remedies/:id',
    {
      config: { scope: 'complaints:read' },
      schema: {
        operationId: 'getRemedy',
        summary: 'Read a remedy and how it was decided',
        tags,
        params: IdParams,
        response: { 200: Remedy, ...problems(404) }
      }
    },
    async ({ actor, params }) => complaintRemedies.get(actor, params.id)
  )

  app.post(
    '/remedies/:id/approvals',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'approveRemedy',
        summary: 'Approve a remedy that waits',
        description: 'By the authority of whoever approves as it is now; not by who asked for it.',
        tags,
        params: IdParams,
        body: ApproveRemedyBody,
        response: { 200: Remedy, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      complaintRemedies.approve(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/remedies/:id/refusals',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'refuseRemedy',
        summary: 'Refuse a remedy that waits, with a reason',
        tags,
        params: IdParams,
        body: RefuseRemedyBody,
        response: { 200: Remedy, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      complaintRemedies.refuse(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/remedies/:id/withdrawals',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'withdrawRemedy',
        summary: 'Take back a request for a remedy while it waits',
        description: 'Only who asked for it; whom it waits for refuses it.',
        tags,
        params: IdParams,
        body: WithdrawRemedyBody,
        response: { 200: Remedy, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      complaintRemedies.withdraw(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/remedies/:id/revocations',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'revokeRemedy',
        summary: 'Take back a remedy that was granted, with a reason',
        description:
          'Who granted it, or somebody of the role by which it was granted or of a higher one; also when the complaint is closed. It counts in no budget, no report and no refund any more. Whether the customer has got it already is not known here.',
        tags,
        params: IdParams,
        body: RevokeRemedyBody,
        response: { 200: Remedy, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      complaintRemedies.revoke(actor, params.id, body, expectedVersion)
  )
}
