import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { IdParams, problems } from '../shared/schemas.ts'
import { ReplaceBusinessHoursBody, StoreBusinessHours } from './schemas.ts'

/** When stores are open; mounted under the stores. */
export const businessHoursRoutes: FastifyPluginAsyncZod = async app => {
  const { businessHours } = app.services
  const tags = ['stores']

  app.get(
    '/:id/business-hours',
    {
      config: { scope: 'stores:read' },
      schema: {
        operationId: 'getBusinessHours',
        summary: 'Read when a store is open',
        tags,
        params: IdParams,
        response: { 200: StoreBusinessHours, ...problems(404) }
      }
    },
    async ({ actor, params }) => businessHours.get(actor, params.id)
  )

  app.put(
    '/:id/business-hours',
    {
      config: { scope: 'stores:write' },
      schema: {
        operationId: 'replaceBusinessHours',
        summary: 'Say when a store is open',
        description: 'Counts for answers where the answer policy times them by business hours.',
        tags,
        params: IdParams,
        body: ReplaceBusinessHoursBody,
        response: { 200: StoreBusinessHours, ...problems(404, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => businessHours.replace(actor, params.id, body, expectedVersion)
  )
}
