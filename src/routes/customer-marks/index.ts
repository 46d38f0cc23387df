import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { IdParams, problems } from '../shared/schemas.ts'
import { CustomerMark, CustomerMarks, MarkParams, NoContent, PutMarkBody } from './schemas.ts'

export const customerMarksRoutes: FastifyPluginAsyncZod = async app => {
  const { customerMarks } = app.services
  const tags = ['customers at risk']

  app.get(
    '/customers/:id/marks',
    {
      config: { scope: 'defections:read' },
      schema: {
        operationId: 'listCustomerMarks',
        summary: 'List what managers decided about a customer by hand',
        tags,
        params: IdParams,
        response: { 200: CustomerMarks, ...problems(404) }
      }
    },
    async ({ actor, params }) => ({ data: await customerMarks.list(actor, params.id) })
  )

  app.put(
    '/customer-marks/:customerId/:mark',
    {
      config: { scope: 'pursuits:manage' },
      schema: {
        operationId: 'putCustomerMark',
        summary: 'Mark a customer as strategic, or as one whose needs the shop does not serve',
        description: 'Counts from the next classification run on; who is marked as strategic is pursued at once.',
        tags,
        params: MarkParams,
        body: PutMarkBody,
        response: { 200: CustomerMark, ...problems(404, 412) }
      }
    },
    async ({ actor, params: { customerId, mark }, body, expectedVersion }) =>
      customerMarks.put(actor, customerId, mark, body.reason, expectedVersion)
  )

  app.delete(
    '/customer-marks/:customerId/:mark',
    {
      config: { scope: 'pursuits:manage' },
      schema: {
        operationId: 'removeCustomerMark',
        summary: 'Take a mark away from a customer',
        tags,
        params: MarkParams,
        response: { 204: NoContent, ...problems(404, 412) }
      }
    },
    async ({ actor, params: { customerId, mark }, expectedVersion }, reply) => {
      await customerMarks.remove(actor, customerId, mark, expectedVersion)
      return reply.code(204).send(null)
    }
  )
}
