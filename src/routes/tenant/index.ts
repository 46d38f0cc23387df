import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { present } from '../shared/present.ts'
import { problems } from '../shared/schemas.ts'
import { Tenant, UpdateTenantBody } from './schemas.ts'

export const tenantRoutes: FastifyPluginAsyncZod = async app => {
  const { tenant } = app.services
  const tags = ['tenant']

  app.get(
    '/',
    {
      config: { scope: 'tenant:read' },
      schema: {
        operationId: 'getTenant',
        summary: 'Read the settings of the business',
        tags,
        response: { 200: Tenant, ...problems() }
      }
    },
    async request => tenant.get(request.actor)
  )

  app.patch(
    '/',
    {
      config: { scope: 'tenant:write' },
      schema: {
        operationId: 'updateTenant',
        summary: 'Change the settings of the business',
        tags,
        body: UpdateTenantBody,
        response: { 200: Tenant, ...problems(412) }
      }
    },
    async request => tenant.update(request.actor, present(request.body), request.expectedVersion)
  )
}
