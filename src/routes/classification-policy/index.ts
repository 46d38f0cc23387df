import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { StoredPolicy } from '../../services/classification-policy.ts'
import { page } from '../shared/cursor.ts'
import { problems } from '../shared/schemas.ts'
import { ClassificationPolicy, ListPoliciesQuery, PolicyPage, ReplacePolicyBody } from './schemas.ts'

export const classificationPolicyRoutes: FastifyPluginAsyncZod = async app => {
  const { classificationPolicy } = app.services
  const tags = ['classification']

  app.get(
    '/',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'getClassificationPolicy',
        summary: 'Read the policy that holds now',
        tags,
        response: { 200: ClassificationPolicy, ...problems() }
      }
    },
    async ({ actor }) => classificationPolicy.get(actor)
  )

  app.put(
    '/',
    {
      config: { scope: 'classifications:write' },
      schema: {
        operationId: 'replaceClassificationPolicy',
        summary: 'Replace the policy',
        description: 'Makes a new version, which runs use from now on. An equal policy leaves the version as it is.',
        tags,
        body: ReplacePolicyBody,
        response: { 200: ClassificationPolicy, ...problems(412, 422) }
      }
    },
    async ({ actor, body, expectedVersion }) => classificationPolicy.replace(actor, body, expectedVersion)
  )

  app.get(
    '/versions',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'listClassificationPolicyVersions',
        summary: 'List all versions of the policy, newest first',
        tags,
        querystring: ListPoliciesQuery,
        response: { 200: PolicyPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'classification-policy-versions',
        query,
        (policy: StoredPolicy) => [policy.version],
        (after, limit) => classificationPolicy.versions(actor, after === null ? null : Number(after[0]), limit)
      )
  )
}
