import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ROLE_SCOPES, ROLES } from '../../domain/access.ts'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  ApiKey,
  ApiKeyPage,
  CreateApiKeyBody,
  IssuedApiKey,
  ListApiKeysQuery,
  NoContent,
  RoleList,
  RotateApiKeyBody,
  UpdateApiKeyBody
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
      const { storeId = null, expiresAt = null, ...grant } = request.body
      const issued = await apiKeys.create(request.actor, { ...grant, storeId, expiresAt })
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

  app.patch(
    '/:id',
    {
      config,
      schema: {
        operationId: 'updateApiKey',
        summary: 'Rename an API key, or change what it may do',
        tags,
        params: IdParams,
        body: UpdateApiKeyBody,
        response: { 200: ApiKey, ...problems(404, 409, 412, 422) }
      }
    },
    async request => apiKeys.update(request.actor, request.params.id, present(request.body), request.expectedVersion)
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

/** What each role brings, for whoever gives keys or maps his own tokens. */
export const rolesRoutes: FastifyPluginAsyncZod = async app => {
  app.get(
    '/',
    {
      config: { scope: 'keys:manage' },
      schema: {
        operationId: 'listRoles',
        summary: 'List the roles with the scopes that each brings',
        tags: ['api-keys'],
        response: { 200: RoleList, ...problems() }
      }
    },
    async () => ({ data: ROLES.map(role => ({ role, scopes: [...ROLE_SCOPES[role]] })) })
  )
}
