import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  ApiKey,
  ApiKeyPage,
  CreateApiKeyBody,
  IssuedApiKey,
  ListApiKeysQuery,
  NoContent,
  RotateApiKeyBody
} from './schemas.ts'

const ONE_DAY_SECONDS = 86_400

export const apiKeysRoutes: FastifyPluginAsyncZod = async app => {
  const { apiKeys } = app.services
  const tags = ['api-keys']
  const config = { scope: 'keys:manage', location: '/v1/api-keys/{id}' } as const

  app.post(
    '/',
    {
      config,
      schema: {
        operationId: 'createApiKey',
        summary: 'Issue an API key',
        tags,
        body: CreateApiKeyBody,
        response: { 201: IssuedApiKey, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const { name, scopes, storeId = null, expiresAt = null } = request.body
      const issued = await apiKeys.create(request.actor, { name, scopes, storeId, expiresAt })
      return reply.code(201).send(issued)
    }
  )

  app.get(
    '/',
    {
      config,
      schema: {
        operationId: 'listApiKeys',
        summary: 'List API keys, those that have ended included',
        tags,
        querystring: ListApiKeysQuery,
        response: { 200: ApiKeyPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'api-keys',
        query,
        key => [key.id],
        async (after, limit) => apiKeys.list(actor, (after?.[0] as string | null) ?? null, limit)
      )
  )

  app.get(
    '/:id',
    {
      config,
      schema: {
        operationId: 'getApiKey',
        summary: 'Read an API key, without its secret',
        tags,
        params: IdParams,
        response: { 200: ApiKey, ...problems(404) }
      }
    },
    async request => apiKeys.get(request.actor, request.params.id)
  )

  app.delete(
    '/:id',
    {
      config,
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key at once',
        tags,
        params: IdParams,
        response: { 204: NoContent, ...problems(404, 409) }
      }
    },
    async (request, reply) => {
      await apiKeys.revoke(request.actor, request.params.id)
      return reply.code(204).send(null)
    }
  )

  app.post(
    '/:id/rotations',
    {
      config,
      schema: {
        operationId: 'rotateApiKey',
        summary: 'Replace an API key, with an overlap',
        tags,
        params: IdParams,
        body: RotateApiKeyBody,
        response: { 201: IssuedApiKey, ...problems(404, 409, 422) }
      }
    },
    async (request, reply) => {
      const overlap = request.body.overlapSeconds ?? ONE_DAY_SECONDS
      const issued = await apiKeys.rotate(request.actor, request.params.id, overlap)
      return reply.code(201).send(issued)
    }
  )
}
