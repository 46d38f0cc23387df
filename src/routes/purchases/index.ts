import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { DomainError } from '../../domain/errors.ts'
import { problemOf } from '../../plugins/problem.ts'
import { faultsOf } from '../../plugins/validation.ts'
import type { BatchResult, NewPurchase } from '../../services/purchases.ts'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  BatchAnswer,
  BatchBody,
  ListPurchasesQuery,
  Purchase,
  PurchaseBody,
  PurchasePage,
  PushQuery
} from './schemas.ts'

const FOUR_MEBIBYTES = 4 * 1024 * 1024

export const purchasesRoutes: FastifyPluginAsyncZod = async app => {
  const { purchases } = app.services
  const tags = ['purchases']

  app.post(
    '/',
    {
      config: { scope: 'purchases:write', identifiedByBody: true, location: '/v1/purchases/{id}' },
      schema: {
        operationId: 'pushPurchase',
        summary: 'Push a sale or a return',
        description:
          'Stored once and for ever under { source, receiptNumber }: the same content again answers 200 with the stored purchase, other content 409. Safe to repeat whenever no answer came.',
        tags,
        querystring: PushQuery,
        body: PurchaseBody,
        response: { 200: Purchase, 201: Purchase, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const { purchase, replayed } = await purchases.push(request.actor, request.body, pushOptions(request.query))
      if (replayed) reply.header('Idempotency-Replayed', 'true').header('Location', `/v1/purchases/${purchase.id}`)
      return reply.code(replayed ? 200 : 201).send(purchase)
    }
  )

  app.post(
    '/batch',
    {
      bodyLimit: FOUR_MEBIBYTES,
      config: { scope: 'purchases:write', sheddable: true, identifiedByBody: true, items: 'purchases' },
      schema: {
        operationId: 'pushPurchaseBatch',
        summary: 'Push up to 1,000 sales and returns',
        description:
          'Each item stands alone and answers as it would alone: 201, 200 for a repeat, or its problem. The whole batch may be sent again.',
        tags,
        querystring: PushQuery,
        body: BatchBody,
        response: { 207: BatchAnswer, ...problems() }
      }
    },
    async (request, reply) => {
      const { body, refusedItems } = request
      const checked = body.purchases.map((item, index) => refusedItems?.get(index) ?? readItem(item))
      const sound = checked.flatMap(item => (item instanceof DomainError ? [] : [item]))
      const stored = (await purchases.pushBatch(request.actor, sound, pushOptions(request.query))).values()
      const results = checked.map((item, index) => {
        const result: BatchResult =
          item instanceof DomainError ? { refusal: item } : (stored.next().value as BatchResult)
        if ('id' in result) return { index, status: result.replayed ? 200 : 201, id: result.id }
        const problem = problemOf(result.refusal, request.id)
        return { index, status: problem.status, problem }
      })
      return reply.code(207).send({ results })
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'purchases:read', sheddable: true },
      schema: {
        operationId: 'listPurchases',
        summary: 'List purchases by time',
        tags,
        querystring: ListPurchasesQuery,
        response: { 200: PurchasePage, ...problems() }
      }
    },
    async ({ actor, query }) => {
      const { customerId = null, storeId = null, purchasedAtFrom, purchasedAtTo, sort = '-purchasedAt' } = query
      const filter = { customerId, storeId, from: purchasedAtFrom ?? null, to: purchasedAtTo ?? null }
      return page(
        actor,
        `purchases ${sort} ${JSON.stringify(filter)}`,
        query,
        purchase => [purchase.purchasedAt, purchase.id],
        (after, limit) =>
          purchases.list(actor, filter, sort === '-purchasedAt', after as [string, string] | null, limit)
      )
    }
  )

  app.get(
    '/:id',
    {
      config: { scope: 'purchases:read' },
      schema: {
        operationId: 'getPurchase',
        summary: 'Read a purchase',
        tags,
        params: IdParams,
        response: { 200: Purchase, ...problems(404) }
      }
    },
    async request => purchases.get(request.actor, request.params.id)
  )
}

const pushOptions = (query: { unknownCustomer?: 'create' | 'reject' | undefined }) => ({
  unknownCustomer: query.unknownCustomer ?? 'create'
})

/** One item of a batch, or why it is malformed: the same words as the single push would use. */
function readItem(item: unknown): NewPurchase | DomainError {
  const parsed = PurchaseBody.safeParse(item)
  if (parsed.success) return parsed.data as NewPurchase
  return new DomainError({
    code: 'request.invalid',
    kind: 'invalid',
    detail: 'The item does not have the documented form.',
    errors: faultsOf(parsed.error.issues)
  })
}
