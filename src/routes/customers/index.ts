import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ListedCustomer } from '../../services/customer-search.ts'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  CreateCustomerBody,
  Customer,
  CustomerMatches,
  CustomerPage,
  ExternalIdParams,
  ListCustomersQuery,
  PutCustomerBody,
  SearchCustomersBody,
  SearchCustomersQuery,
  UpdateCustomerBody
} from './schemas.ts'

/** What the file shows and other capabilities change. */
const besideVersion = ['abcClass', 'relationshipManager', 'masked']

export const customersRoutes: FastifyPluginAsyncZod = async app => {
  const { customers, customerSearch } = app.services
  const tags = ['customers']
  const location = '/v1/customers/{id}'

  app.post(
    '/',
    {
      config: { scope: 'customers:write', location, besideVersion },
      schema: {
        operationId: 'createCustomer',
        summary: 'Open a customer file',
        tags,
        body: CreateCustomerBody,
        response: { 201: Customer, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const customer = await customers.create(request.actor, request.body)
      return reply.code(201).send(customer)
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'customers:read' },
      schema: {
        operationId: 'listCustomers',
        summary: 'List customers by store, tag or time of change',
        tags,
        querystring: ListCustomersQuery,
        response: { 200: CustomerPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, sort, ...filters } }) =>
      page(
        actor,
        `customers ${JSON.stringify([sort, filters])}`,
        { limit, cursor },
        (customer: ListedCustomer) => customer.place,
        (after, most) => customerSearch.list(actor, filters, sort ?? null, after, most)
      )
  )

  app.post(
    '/search',
    {
      config: { scope: 'customers:read', readOnly: true },
      schema: {
        operationId: 'searchCustomers',
        summary: 'Find customers by phone, e-mail, external id or part of a name',
        tags,
        querystring: SearchCustomersQuery,
        body: SearchCustomersBody,
        response: { 200: CustomerMatches, ...problems(422) }
      }
    },
    async ({ actor, query, body }) => {
      let truncated = false
      const found = await page(
        actor,
        `customers/search ${JSON.stringify(body)}`,
        query,
        (customer: ListedCustomer) => customer.place,
        async (after, most) => {
          const matches = await customerSearch.search(actor, body, after, most)
          truncated = matches.truncated
          return matches.customers
        }
      )
      return { ...found, truncated }
    }
  )

  app.get(
    '/by-external-id/:system/:key',
    {
      config: { scope: 'customers:read', besideVersion },
      schema: {
        operationId: 'getCustomerByExternalId',
        summary: "Read a customer file by the caller's own key",
        tags,
        params: ExternalIdParams,
        response: { 200: Customer, ...problems(404) }
      }
    },
    async request => customers.getByExternalId(request.actor, request.params)
  )

  app.put(
    '/by-external-id/:system/:key',
    {
      config: { scope: 'customers:write', location, besideVersion },
      schema: {
        operationId: 'putCustomerByExternalId',
        summary: "Open a customer file under the caller's own key, or change what is named of it",
        description:
          'An upsert, not a reset: fields that are absent stay as they are, null clears. The external id of the path stays with the customer whatever `externalIds` says.',
        tags,
        params: ExternalIdParams,
        body: PutCustomerBody,
        response: { 200: Customer, 201: Customer, ...problems(409, 412, 422) }
      }
    },
    async (request, reply) => {
      const { customer, created } = await customers.upsert(
        request.actor,
        request.params,
        present(request.body),
        request.expectedVersion
      )
      if (created) reply.code(201)
      return customer
    }
  )

  app.get(
    '/:id',
    {
      config: { scope: 'customers:read', besideVersion },
      schema: {
        operationId: 'getCustomer',
        summary: 'Read a customer file',
        tags,
        params: IdParams,
        response: { 200: Customer, ...problems(404) }
      }
    },
    async request => customers.get(request.actor, request.params.id)
  )

  app.patch(
    '/:id',
    {
      config: { scope: 'customers:write', besideVersion },
      schema: {
        operationId: 'updateCustomer',
        summary: 'Change a customer file',
        description: 'A JSON Merge Patch, also as application/merge-patch+json.',
        tags,
        params: IdParams,
        body: UpdateCustomerBody,
        response: { 200: Customer, ...problems(404, 409, 412, 422) }
      }
    },
    async request => customers.update(request.actor, request.params.id, present(request.body), request.expectedVersion)
  )
}
