import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { PromotionRow } from '../../services/promotions.ts'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  CreatePromotionBody,
  ListPromotionsQuery,
  Promotion,
  PromotionInFull,
  PromotionPage,
  UpdatePromotionBody
} from './schemas.ts'

export const promotionsRoutes: FastifyPluginAsyncZod = async app => {
  const { promotions } = app.services
  const tags = ['promotions']

  app.post(
    '/',
    {
      config: { scope: 'promotions:write', location: '/v1/promotions/{id}' },
      schema: {
        operationId: 'createPromotion',
        summary: 'Add a promotion',
        tags,
        body: CreatePromotionBody,
        response: { 201: Promotion, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const promotion = await promotions.create(request.actor, request.body)
      return reply.code(201).send(promotion)
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'promotions:read' },
      schema: {
        operationId: 'listPromotions',
        summary: 'List promotions by code, or the newest first',
        tags,
        querystring: ListPromotionsQuery,
        response: { 200: PromotionPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, sort = 'code' } }) =>
      page(
        actor,
        `promotions ${sort}`,
        { limit, cursor },
        ({ code, id }: PromotionRow) => [sort === 'code' ? code : id],
        (after, most) => promotions.list(actor, sort, (after?.[0] as string | null) ?? null, most)
      )
  )

  app.get(
    '/:id',
    {
      config: { scope: 'promotions:read', besideVersion: ['said'] },
      schema: {
        operationId: 'getPromotion',
        summary: 'Read a promotion, and what customers said of it',
        tags,
        params: IdParams,
        response: { 200: PromotionInFull, ...problems(404) }
      }
    },
    async request => promotions.get(request.actor, request.params.id)
  )

  app.patch(
    '/:id',
    {
      config: { scope: 'promotions:write' },
      schema: {
        operationId: 'updatePromotion',
        summary: 'Change a promotion',
        description: 'All but its code, which feedback and lines go by.',
        tags,
        params: IdParams,
        body: UpdatePromotionBody,
        response: { 200: Promotion, ...problems(404, 412, 422) }
      }
    },
    async request => promotions.update(request.actor, request.params.id, present(request.body), request.expectedVersion)
  )
}
