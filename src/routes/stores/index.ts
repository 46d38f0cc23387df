import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { CreateStoreBody, ListStoresQuery, Store, StorePage, UpdateStoreBody } from './schemas.ts'

export const storesRoutes: FastifyPluginAsyncZod = async app => {
  const { stores } = app.services
  const tags = ['stores']

  app.post(
    '/',
    {
      config: { scope: 'stores:write', location: '/v1/stores/{id}' },
      schema: {
        operationId: 'createStore',
        summary: 'Open a store',
        tags,
        body: CreateStoreBody,
        response: { 201: Store, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const store = await stores.create(request.actor, request.body)
      return reply.code(201).send(store)
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'stores:read' },
      schema: {
        operationId: 'listStores',
        summary: 'List stores',
        tags,
        querystring: ListStoresQuery,
        response: { 200: StorePage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'stores',
        query,
        store => [store.id],
        (after, limit) => stores.list(actor, (after?.[0] as string | null) ?? null, limit)
      )
  )

  app.get(
    '/:id',
    {
      config: { scope: 'stores:read' },
      schema: {
        operationId: 'getStore',
        summary: 'Read a store',
        tags,
        params: IdParams,
        response: { 200: Store, ...problems(404) }
      }
    },
    async request => stores.get(request.actor, request.params.id)
  )

  app.patch(
    '/:id',
    {
      config: { scope: 'stores:write' },
      schema: {
        operationId: 'updateStore',
        summary: 'Change a store',
        tags,
        params: IdParams,
        body: UpdateStoreBody,
        response: { 200: Store, ...problems(404, 412) }
      }
    },
    async request => stores.update(request.actor, request.params.id, present(request.body), request.expectedVersion)
  )
}
