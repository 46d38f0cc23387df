import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { Job, jobView } from '../shared/job.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  CreateSegmentBody,
  CustomerSegmentPage,
  ExplanationParams,
  ListCustomerSegmentsQuery,
  ListMembersQuery,
  ListSegmentsQuery,
  ListVersionsQuery,
  PreviewSegmentBody,
  Segment,
  SegmentExplanation,
  SegmentMemberPage,
  SegmentPage,
  SegmentPreview,
  SegmentRulePage,
  UpdateSegmentBody
} from './schemas.ts'

/** What a computation finds, and no caller changes. */
const besideVersion = ['members', 'computedAsOf', 'computedRuleVersion']
const tags = ['segments']

export const segmentsRoutes: FastifyPluginAsyncZod = async app => {
  const { segments } = app.services

  app.post(
    '/segments',
    {
      config: { scope: 'segments:write', location: '/v1/segments/{id}', besideVersion },
      schema: {
        operationId: 'createSegment',
        summary: 'Add a segment by its rule',
        description: 'Its members are found by the next run, or by a refresh.',
        tags,
        body: CreateSegmentBody,
        response: { 201: Segment, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(201).send(await segments.create(actor, body))
  )

  app.get(
    '/segments',
    {
      config: { scope: 'segments:read' },
      schema: {
        operationId: 'listSegments',
        summary: 'List segments',
        tags,
        querystring: ListSegmentsQuery,
        response: { 200: SegmentPage, ...problems() }
      }
    },
    async ({ actor, query: { active, ...query } }) =>
      page(
        actor,
        `segments ${JSON.stringify({ active })}`,
        query,
        segment => [segment.id],
        (after, limit) => segments.list(actor, active ?? null, after && String(after[0]), limit)
      )
  )

  app.get(
    '/segments/:id',
    {
      config: { scope: 'segments:read', besideVersion },
      schema: {
        operationId: 'getSegment',
        summary: 'Read a segment with its rule',
        tags,
        params: IdParams,
        response: { 200: Segment, ...problems(404) }
      }
    },
    async ({ actor, params }) => segments.get(actor, params.id)
  )

  app.patch(
    '/segments/:id',
    {
      config: { scope: 'segments:write', besideVersion },
      schema: {
        operationId: 'updateSegment',
        summary: 'Change a segment',
        description:
          'Another rule is a new version of it; the next run or a refresh finds who belongs to it then. One that says the same is none: `null` is the same as absent, and the order of an `in` is free.',
        tags,
        params: IdParams,
        body: UpdateSegmentBody,
        response: { 200: Segment, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      segments.update(actor, params.id, present(body), expectedVersion)
  )

  app.get(
    '/segments/:id/versions',
    {
      config: { scope: 'segments:read' },
      schema: {
        operationId: 'listSegmentVersions',
        summary: 'List the versions of a segment’s rule, newest first',
        tags,
        params: IdParams,
        querystring: ListVersionsQuery,
        response: { 200: SegmentRulePage, ...problems(404) }
      }
    },
    async ({ actor, params, query }) =>
      page(
        actor,
        `segment-versions ${params.id}`,
        query,
        rule => [rule.version],
        (after, limit) => segments.versions(actor, params.id, after && Number(after[0]), limit)
      )
  )
}

/** Who belongs to segments, and why. */
export const segmentMembersRoutes: FastifyPluginAsyncZod = async app => {
  const { segmentAnswers, segmentMembers, segmentRefreshes } = app.services

  app.post(
    '/segments/previews',
    {
      config: { scope: 'segments:read', readOnly: true, sheddable: true },
      schema: {
        operationId: 'previewSegment',
        summary: 'See whom a rule would take in now',
        description: 'Counts everybody and names up to 20. Nothing is kept. Previews are worked out one at a time.',
        tags,
        body: PreviewSegmentBody,
        response: { 200: SegmentPreview, ...problems(422) }
      }
    },
    async ({ actor, body }) => segmentAnswers.preview(actor, body.rule)
  )

  app.post(
    '/segments/:id/refreshes',
    {
      config: { scope: 'segments:write', location: '/v1/jobs/{id}' },
      schema: {
        operationId: 'refreshSegment',
        summary: 'Compute now who belongs to a segment',
        description:
          'Answers the job that does it: one that waits for its turn already, or else a new one. Each run computes every active segment anyway.',
        tags,
        params: IdParams,
        response: { 202: Job, ...problems(404, 409, 422) }
      }
    },
    async ({ actor, params }, reply) => reply.code(202).send(jobView(await segmentRefreshes.start(actor, params.id)))
  )

  app.get(
    '/segments/:id/members',
    {
      config: { scope: 'segments:read' },
      schema: {
        operationId: 'listSegmentMembers',
        summary: 'List who belongs to a segment',
        description: 'As it was last computed, in the order of customer ids.',
        tags,
        params: IdParams,
        querystring: ListMembersQuery,
        response: { 200: SegmentMemberPage, ...problems(404) }
      }
    },
    async ({ actor, params, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `segment-members ${JSON.stringify([params.id, filter])}`,
        { limit, cursor },
        member => [member.customerId],
        (after, most) => segmentMembers.list(actor, params.id, filter, after && String(after[0]), most)
      )
  )

  app.get(
    '/segments/:id/explanations/:customerId',
    {
      config: { scope: 'segments:read', inWords: true },
      schema: {
        operationId: 'explainSegment',
        summary: 'Read why a customer is in a segment or out',
        description: 'Every condition of the rule with what was found now, and what would turn it.',
        tags,
        params: ExplanationParams,
        response: { 200: SegmentExplanation, ...problems(404) }
      }
    },
    async ({ actor, params, language }) => segmentAnswers.explain(actor, params.id, params.customerId, language)
  )

  app.get(
    '/customers/:id/segments',
    {
      config: { scope: 'segments:read' },
      schema: {
        operationId: 'listCustomerSegments',
        summary: 'List the segments that a customer belongs to, and did, latest first',
        tags,
        params: IdParams,
        querystring: ListCustomerSegmentsQuery,
        response: { 200: CustomerSegmentPage, ...problems(404) }
      }
    },
    async ({ actor, params, query: { limit, cursor, current } }) =>
      page(
        actor,
        `customer-segments ${JSON.stringify([params.id, current])}`,
        { limit, cursor },
        membership => [membership.enteredAt, membership.segmentId],
        (after, most) =>
          segmentMembers.ofCustomer(
            actor,
            params.id,
            current ?? false,
            after && { enteredAt: String(after[0]), segmentId: String(after[1]) },
            most
          )
      )
  )
}
