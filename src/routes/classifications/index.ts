import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { HistoryEntry, ListedClassification } from '../../services/classifications.ts'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  Classification,
  ClassificationHistoryPage,
  ClassificationPage,
  GetClassificationQuery,
  ListClassificationsQuery,
  ListHistoryQuery
} from './schemas.ts'

export const classificationsRoutes: FastifyPluginAsyncZod = async app => {
  const { classifications } = app.services
  const tags = ['classification']

  app.get(
    '/classifications',
    {
      config: { scope: 'classifications:read', inWords: true },
      schema: {
        operationId: 'listClassifications',
        summary: 'List customers by class',
        description: 'Largest amount first, equal ones by id.',
        tags,
        querystring: ListClassificationsQuery,
        response: { 200: ClassificationPage, ...problems() }
      }
    },
    async ({ actor, language, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `classifications ${JSON.stringify(filter)}`,
        { limit, cursor },
        (item: ListedClassification) => [item.abc.amountMinor, item.customerId],
        (after, most) =>
          classifications.list(
            actor,
            filter,
            after && { amountMinor: Number(after[0]), customerId: String(after[1]) },
            most,
            language
          )
      )
  )

  app.get(
    '/customers/:id/classification',
    {
      config: { scope: 'classifications:read', inWords: true },
      schema: {
        operationId: 'getClassification',
        summary: 'Read what a customer is, and why',
        tags,
        params: IdParams,
        querystring: GetClassificationQuery,
        response: { 200: Classification, ...problems(404) }
      }
    },
    async ({ actor, language, params, query }) => classifications.get(actor, params.id, query.asOf ?? null, language)
  )

  app.get(
    '/customers/:id/classification/history',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'listClassificationHistory',
        summary: 'List every change of a customer’s classification, latest first',
        tags,
        params: IdParams,
        querystring: ListHistoryQuery,
        response: { 200: ClassificationHistoryPage, ...problems(404) }
      }
    },
    async ({ actor, params, query }) =>
      page(
        actor,
        `classification-history ${params.id}`,
        query,
        (entry: HistoryEntry) => [entry.asOf, entry.runId],
        (after, limit) =>
          classifications.history(actor, params.id, after && { asOf: String(after[0]), runId: String(after[1]) }, limit)
      )
  )
}
