import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { DefectionAction as Action } from '../../services/defection-actions.ts'
import type { DefectionPlace, DefectionView } from '../../services/defections.ts'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  CustomerParams,
  Defection,
  DefectionAction,
  DefectionActionPage,
  DefectionPage,
  ListActionsQuery,
  ListCustomerActionsQuery,
  ListDefectionsQuery,
  RecordActionBody
} from './schemas.ts'

type Parts = (string | number | null)[] | null

const placeOf = (action: Action) => [action.actedAt, action.id]

function afterOf(parts: Parts): { actedAt: string; id: string } | null {
  const [actedAt, id] = (parts ?? []) as string[]
  return actedAt === undefined || id === undefined ? null : { actedAt, id }
}

export const defectionsRoutes: FastifyPluginAsyncZod = async app => {
  const { defections, defectionActions } = app.services
  const tags = ['customers at risk']

  app.get(
    '/defections',
    {
      config: { scope: 'defections:read', inWords: true },
      schema: {
        operationId: 'listDefections',
        summary: 'List customers at risk, each with one recommendation',
        tags,
        querystring: ListDefectionsQuery,
        response: { 200: DefectionPage, ...problems() }
      }
    },
    async ({ actor, language, query: { limit, cursor, sort = '-valueAtStakeMinor', likelyCause, ...rest } }) => {
      const filter = { ...rest, cause: likelyCause }
      return page(
        actor,
        `defections ${JSON.stringify([sort, filter])}`,
        { limit, cursor },
        (view: DefectionView) => [sort.endsWith('since') ? view.since : view.valueAtStakeMinor, view.customerId],
        (after, most) => defections.list(actor, filter, sort, after as DefectionPlace | null, most, language)
      )
    }
  )

  app.get(
    '/defections/:customerId',
    {
      config: { scope: 'defections:read', inWords: true },
      schema: {
        operationId: 'getDefection',
        summary: 'Read why a customer is at risk and what to do about it',
        tags,
        params: CustomerParams,
        response: { 200: Defection, ...problems(404) }
      }
    },
    async ({ actor, language, params }) => defections.get(actor, params.customerId, language)
  )

  app.post(
    '/defections/:customerId/actions',
    {
      config: { scope: 'defections:write', location: '/v1/defection-actions/{id}' },
      schema: {
        operationId: 'recordDefectionAction',
        summary: 'Record what was done about a customer at risk',
        description:
          'Kept beside what was advised on that day; the classification runs find out whether the customer bought within the horizon. To `win_back` or `keep` somebody who is not pursued is refused, unless a manager overrides that with a reason.',
        tags,
        params: CustomerParams,
        body: RecordActionBody,
        response: { 201: DefectionAction, ...problems(404, 409, 422) }
      }
    },
    async ({ actor, params, body }, reply) => {
      const action = await defectionActions.record(actor, params.customerId, body)
      return reply.code(201).send(action)
    }
  )

  app.get(
    '/defections/:customerId/actions',
    {
      config: { scope: 'defections:read' },
      schema: {
        operationId: 'listActionsOfCustomer',
        summary: 'List what was done about a customer, latest first',
        tags,
        params: CustomerParams,
        querystring: ListCustomerActionsQuery,
        response: { 200: DefectionActionPage, ...problems(404) }
      }
    },
    async ({ actor, params: { customerId }, query }) =>
      page(actor, `defections ${customerId} actions`, query, placeOf, (after, most) =>
        defectionActions.ofCustomer(actor, customerId, afterOf(after), most)
      )
  )

  app.get(
    '/defection-actions',
    {
      config: { scope: 'defections:read' },
      schema: {
        operationId: 'listDefectionActions',
        summary: 'List what was done about customers at risk, latest first',
        tags,
        querystring: ListActionsQuery,
        response: { 200: DefectionActionPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(actor, `defection-actions ${JSON.stringify(filter)}`, { limit, cursor }, placeOf, (after, most) =>
        defectionActions.list(actor, filter, afterOf(after), most)
      )
  )

  app.get(
    '/defection-actions/:id',
    {
      config: { scope: 'defections:read' },
      schema: {
        operationId: 'getDefectionAction',
        summary: 'Read an action and what came of it',
        tags,
        params: IdParams,
        response: { 200: DefectionAction, ...problems(404) }
      }
    },
    async ({ actor, params }) => defectionActions.get(actor, params.id)
  )
}
