import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { StoredAnswerPolicy } from '../../services/answer-policy.ts'
import { page } from '../shared/cursor.ts'
import { problems } from '../shared/schemas.ts'
import { AnswerPolicy, AnswerPolicyPage, ListAnswerPoliciesQuery, ReplaceAnswerPolicyBody } from './schemas.ts'

export const answerPolicyRoutes: FastifyPluginAsyncZod = async app => {
  const { answerPolicy } = app.services
  const tags = ['feedback']

  app.get(
    '/',
    {
      config: { scope: 'feedback:read' },
      schema: {
        operationId: 'getAnswerPolicy',
        summary: 'Read how soon customers are answered',
        tags,
        response: { 200: AnswerPolicy, ...problems() }
      }
    },
    async ({ actor }) => answerPolicy.get(actor)
  )

  app.put(
    '/',
    {
      config: { scope: 'tenant:write' },
      schema: {
        operationId: 'replaceAnswerPolicy',
        summary: 'Replace the answer policy',
        description:
          'Makes a new version, which holds for what comes in from now on: a clock that runs keeps its term. An equal policy leaves the version as it is.',
        tags,
        body: ReplaceAnswerPolicyBody,
        response: { 200: AnswerPolicy, ...problems(412, 422) }
      }
    },
    async ({ actor, body, expectedVersion }) => answerPolicy.replace(actor, body, expectedVersion)
  )

  app.get(
    '/versions',
    {
      config: { scope: 'feedback:read' },
      schema: {
        operationId: 'listAnswerPolicyVersions',
        summary: 'List all versions of the answer policy, newest first',
        tags,
        querystring: ListAnswerPoliciesQuery,
        response: { 200: AnswerPolicyPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'answer-policy-versions',
        query,
        (policy: StoredAnswerPolicy) => [policy.version],
        (after, limit) => answerPolicy.versions(actor, after === null ? null : Number(after[0]), limit)
      )
  )
}
