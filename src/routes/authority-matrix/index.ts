import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { StoredAuthority } from '../../services/authority-matrix.ts'
import { page } from '../shared/cursor.ts'
import { problems } from '../shared/schemas.ts'
import {
  AuthorityBudgets,
  AuthorityBudgetsQuery,
  AuthorityMatrix,
  AuthorityPage,
  ListAuthorityQuery,
  ReplaceAuthorityBody
} from './schemas.ts'

export const authorityMatrixRoutes: FastifyPluginAsyncZod = async app => {
  const { authorityMatrix } = app.services
  const tags = ['complaints']

  app.get(
    '/',
    {
      config: { scope: 'complaints:read' },
      schema: {
        operationId: 'getAuthorityMatrix',
        summary: 'Read who may decide what alone',
        tags,
        response: { 200: AuthorityMatrix, ...problems() }
      }
    },
    async ({ actor }) => authorityMatrix.get(actor)
  )

  app.put(
    '/',
    {
      config: { scope: 'tenant:write' },
      schema: {
        operationId: 'replaceAuthorityMatrix',
        summary: 'Replace the matrix of delegated authority',
        description:
          'Makes a new version, by which remedies are decided from now on. An equal matrix leaves the version as it is.',
        tags,
        body: ReplaceAuthorityBody,
        response: { 200: AuthorityMatrix, ...problems(412, 422) }
      }
    },
    async ({ actor, body, expectedVersion }) => authorityMatrix.replace(actor, body, expectedVersion)
  )

  app.get(
    '/budgets',
    {
      config: { scope: 'complaints:read' },
      schema: {
        operationId: 'getAuthorityBudgets',
        summary: "Read what is left of each role's budget in a store and month",
        tags,
        querystring: AuthorityBudgetsQuery,
        response: { 200: AuthorityBudgets, ...problems(403, 422) }
      }
    },
    async ({ actor, query }) => authorityMatrix.budgets(actor, query)
  )

  app.get(
    '/versions',
    {
      config: { scope: 'complaints:read' },
      schema: {
        operationId: 'listAuthorityMatrixVersions',
        summary: 'List all versions of the matrix, newest first',
        tags,
        querystring: ListAuthorityQuery,
        response: { 200: AuthorityPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'authority-matrix-versions',
        query,
        (matrix: StoredAuthority) => [matrix.version],
        (after, limit) => authorityMatrix.versions(actor, after === null ? null : Number(after[0]), limit)
      )
  )
}
