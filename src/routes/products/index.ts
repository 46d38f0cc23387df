import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { problems } from '../shared/schemas.ts'
import {
  CreateProductBody,
  ListProductsQuery,
  Product,
  ProductPage,
  ProductParams,
  PutProductBody,
  UpdateProductBody
} from './schemas.ts'

export const productsRoutes: FastifyPluginAsyncZod = async app => {
  const { products } = app.services
  const tags = ['products']
  const location = '/v1/products/{sku}'

  app.post(
    '/',
    {
      config: { scope: 'products:write', location },
      schema: {
        operationId: 'createProduct',
        summary: 'Add a product',
        tags,
        body: CreateProductBody,
        response: { 201: Product, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const { sku, ...facts } = request.body
      const product = await products.create(request.actor, sku, facts)
      return reply.code(201).send(product)
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'products:read' },
      schema: {
        operationId: 'listProducts',
        summary: 'List products by brand, category or sku',
        tags,
        querystring: ListProductsQuery,
        response: { 200: ProductPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `products ${JSON.stringify(filter)}`,
        { limit, cursor },
        product => [product.id],
        (after, most) => products.list(actor, filter, (after?.[0] as string | null) ?? null, most)
      )
  )

  app.get(
    '/:sku',
    {
      config: { scope: 'products:read' },
      schema: {
        operationId: 'getProduct',
        summary: 'Read a product by its sku',
        tags,
        params: ProductParams,
        response: { 200: Product, ...problems(404) }
      }
    },
    async request => products.get(request.actor, request.params.sku)
  )

  app.put(
    '/:sku',
    {
      config: { scope: 'products:write', location },
      schema: {
        operationId: 'putProduct',
        summary: 'Add a product, or change what is named of it',
        tags,
        params: ProductParams,
        body: PutProductBody,
        response: { 200: Product, 201: Product, ...problems(412) }
      }
    },
    async (request, reply) => {
      const { sku } = request.params
      const facts = present(request.body)
      const { product, created } = await products.upsert(request.actor, sku, facts, request.expectedVersion)
      if (created) reply.code(201)
      return product
    }
  )

  app.patch(
    '/:sku',
    {
      config: { scope: 'products:write' },
      schema: {
        operationId: 'updateProduct',
        summary: 'Change a product',
        tags,
        params: ProductParams,
        body: UpdateProductBody,
        response: { 200: Product, ...problems(404, 412) }
      }
    },
    async request => products.update(request.actor, request.params.sku, present(request.body), request.expectedVersion)
  )
}
