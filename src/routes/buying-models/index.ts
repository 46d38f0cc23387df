import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { BuyingModel, BuyingModelPage, ListBuyingModelsQuery } from './schemas.ts'

export const buyingModelsRoutes: FastifyPluginAsyncZod = async app => {
  const { buyingModels } = app.services
  const tags = ['buying models']

  app.get(
    '/',
    {
      config: { scope: 'reports:read' },
      schema: {
        operationId: 'listBuyingModels',
        summary: 'List the fits of how customers buy, latest first',
        description:
          'A run fits anew when the last fit is a week old, or was not possible for want of repeat buyers. Each names what was found, how it fared on the shop’s own past, and what is used because of it.',
        tags,
        querystring: ListBuyingModelsQuery,
        response: { 200: BuyingModelPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'buying-models',
        query,
        model => [model.asOfDay, model.id],
        (after, limit) => buyingModels.list(actor, after && { asOfDay: String(after[0]), id: String(after[1]) }, limit)
      )
  )

  app.get(
    '/:id',
    {
      config: { scope: 'reports:read' },
      schema: {
        operationId: 'getBuyingModel',
        summary: 'Read a fit of how customers buy',
        description: 'A run names the fit that it used as `modelId`.',
        tags,
        params: IdParams,
        response: { 200: BuyingModel, ...problems(404) }
      }
    },
    async ({ actor, params }) => buyingModels.get(actor, params.id)
  )
}
