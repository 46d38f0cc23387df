import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ComplaintPlace, StepView, ComplaintSummary as Summary } from '../../services/complaints.ts'
import { page } from '../shared/cursor.ts'
import { AnswerFeedbackBody, FeedbackAnswer } from '../shared/feedback.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { AddCauseBody, CauseSources, CauseSourcesQuery, ComplaintCause, ComplaintRepeats } from './cause-schemas.ts'
import {
  AssessBody,
  CloseBody,
  Complaint,
  ComplaintPage,
  ComplaintStepPage,
  CreateComplaintBody,
  EscalateBody,
  HandOverBody,
  ListComplaintsQuery,
  ListStepsQuery,
  ReopenBody,
  ResolveBody,
  WithdrawBody
} from './schemas.ts'

export const complaintsRoutes: FastifyPluginAsyncZod = async app => {
  const { complaints, complaintCauses, complaintRepeats } = app.services
  const tags = ['complaints']
  const besideVersion = [
    'answerOverdue',
    'answerDueAt',
    'pausedAt',
    'pauseEndsAt',
    'urgency',
    'handledFirstTime',
    'otherComplaints',
    'promotionId',
    'subject',
    'description',
    'masked'
  ]
  const reading = { scope: 'complaints:read' } as const
  const changing = { scope: 'complaints:write', besideVersion } as const
  const changed = { 200: Complaint, ...problems(404, 409, 412, 422) }

  app.post(
    '/complaints',
    {
      config: { ...changing, location: '/v1/complaints/{id}' },
      schema: {
        operationId: 'createComplaint',
        summary: 'Record a complaint and open its case',
        description:
          'It is a feedback of the kind `complaint` too, under the same id: answers, clock and pauses are there. The relationship manager of the customer is told by the event `relationship_manager.complaint_opened`.',
        tags,
        body: CreateComplaintBody,
        response: { 201: Complaint, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => {
      const complaint = await complaints.create(actor, body)
      return reply.code(201).send(complaint)
    }
  )

  app.get(
    '/complaints',
    {
      config: reading,
      schema: {
        operationId: 'listComplaints',
        summary: 'List complaints, the latest received first or the first answer to fall due first',
        tags,
        querystring: ListComplaintsQuery,
        response: { 200: ComplaintPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, receivedAtFrom, receivedAtTo, sort = '-receivedAt', ...rest } }) => {
      const filter = { ...rest, receivedFrom: receivedAtFrom, receivedTo: receivedAtTo }
      return page(
        actor,
        `complaints ${sort} ${JSON.stringify(filter)}`,
        { limit, cursor },
        (row: Summary) => [sort === 'answerDueAt' ? row.answerDueAt : row.receivedAt, row.id],
        (after, most) => complaints.list(actor, filter, placeOf(after), most, sort)
      )
    }
  )

  app.get(
    '/complaint-causes',
    {
      config: reading,
      schema: {
        operationId: 'listComplaintCauseSources',
        summary: 'Read what complaints lead back to, with counts',
        description:
          'An expectation gap leads to the promotion or the guidance that promised too much, quality to the product and its supplier, service to whom training is owed.',
        tags,
        querystring: CauseSourcesQuery,
        response: { 200: CauseSources, ...problems(422) }
      }
    },
    async ({ actor, query }) => complaintCauses.sources(actor, query)
  )

  app.get(
    '/complaint-repeats',
    {
      config: reading,
      schema: {
        operationId: 'listComplaintRepeats',
        summary: 'Read who complained more than once, and what was complained of more than once',
        tags,
        querystring: CauseSourcesQuery,
        response: { 200: ComplaintRepeats, ...problems(422) }
      }
    },
    async ({ actor, query }) => complaintRepeats.list(actor, query)
  )

  app.get(
    '/complaints/:id',
    {
      config: { ...reading, besideVersion },
      schema: {
        operationId: 'getComplaint',
        summary: 'Read a complaint with its causes and remedies',
        tags,
        params: IdParams,
        response: { 200: Complaint, ...problems(404) }
      }
    },
    async ({ actor, params }) => complaints.get(actor, params.id)
  )

  app.get(
    '/complaints/:id/steps',
    {
      config: reading,
      schema: {
        operationId: 'listComplaintSteps',
        summary: 'List what was done about a complaint, in order',
        tags,
        params: IdParams,
        querystring: ListStepsQuery,
        response: { 200: ComplaintStepPage, ...problems(404) }
      }
    },
    async ({ actor, params: { id }, query }) =>
      page(
        actor,
        `complaints ${id} steps`,
        query,
        (row: StepView) => [row.stepNo],
        (after, most) => complaints.steps(actor, id, Number(after?.[0] ?? 0), most)
      )
  )

  app.post(
    '/complaints/:id/answers',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'answerComplaint',
        summary: 'Record what the customer was told',
        description: 'The same as to answer its feedback. A substantive answer stops the clock and answers the case.',
        tags,
        params: IdParams,
        body: AnswerFeedbackBody,
        response: { 201: FeedbackAnswer, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) => {
      const answer = await complaints.answer(actor, params.id, body, expectedVersion)
      return reply.code(201).send(answer)
    }
  )

  app.post(
    '/complaints/:id/causes',
    {
      config: { scope: 'complaints:write' },
      schema: {
        operationId: 'addComplaintCause',
        summary: 'Say why the customer had to complain, with evidence',
        description: 'A new primary cause takes the place of the present one, which stays as a further one.',
        tags,
        params: IdParams,
        body: AddCauseBody,
        response: { 201: ComplaintCause, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) => {
      const cause = await complaintCauses.add(actor, params.id, body, expectedVersion)
      return reply.code(201).send(cause)
    }
  )

  app.post(
    '/complaints/:id/assessments',
    {
      config: changing,
      schema: {
        operationId: 'assessComplaint',
        summary: 'Assess how grave a complaint is, which begins its investigation',
        tags,
        params: IdParams,
        body: AssessBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.assess(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/handlers',
    {
      config: changing,
      schema: {
        operationId: 'handOverComplaint',
        summary: 'Give a complaint to somebody else',
        tags,
        params: IdParams,
        body: HandOverBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.handOver(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/escalations',
    {
      config: changing,
      schema: {
        operationId: 'escalateComplaint',
        summary: 'Bring a complaint before a higher authority',
        description:
          'Where it was answered another answer is owed: the clock goes on from where it stood, as when it is reopened.',
        tags,
        params: IdParams,
        body: EscalateBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.escalate(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/resolutions',
    {
      config: changing,
      schema: {
        operationId: 'resolveComplaint',
        summary: 'Say what the shop made of an answered complaint',
        tags,
        params: IdParams,
        body: ResolveBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.resolve(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/closures',
    {
      config: changing,
      schema: {
        operationId: 'closeComplaint',
        summary: 'Close a complaint with the verdict of the customer',
        description:
          'Only with a primary cause, and after a customer who is known was asked whether he is content. What he said is kept, whatever it is.',
        tags,
        params: IdParams,
        body: CloseBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.close(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/reopenings',
    {
      config: changing,
      schema: {
        operationId: 'reopenComplaint',
        summary: 'Open an answered or closed complaint again',
        description: 'The clock goes on from where it stood; the record of the first answer stays as it is.',
        tags,
        params: IdParams,
        body: ReopenBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.reopen(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/complaints/:id/withdrawals',
    {
      config: changing,
      schema: {
        operationId: 'withdrawComplaint',
        summary: 'Record that the customer takes his complaint back',
        tags,
        params: IdParams,
        body: WithdrawBody,
        response: changed
      }
    },
    async ({ actor, params, body, expectedVersion }) => complaints.withdraw(actor, params.id, body, expectedVersion)
  )
}

function placeOf(after: (string | number | null)[] | null): ComplaintPlace | null {
  const [at, id] = (after ?? []) as string[]
  return at === undefined || id === undefined ? null : { at, id }
}
