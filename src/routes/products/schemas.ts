import { z } from 'zod'
import { Code, Day, Id, Instant, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const Sku = Code.meta({ description: "The shop's own number of the product, as receipt lines name it." })
const SupplierId = text(64).meta({ description: "The shop's own identifier of the supplier." })
const LaunchedOn = Day.meta({ description: 'The first day of sale, where the shop knows it.' })

export const Product = z
  .object({
    id: Id,
    sku: z.string().max(64),
    name: z.string().max(500),
    brand: z.string().max(200).nullable(),
    category: z.string().max(200).nullable(),
    supplierId: z.string().max(64).nullable(),
    launchedOn: Day.nullable(),
    createdFrom: z
      .string()
      .max(20)
      .meta({ description: '`api`, or `purchase` when a receipt line came first.', example: 'api' }),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Product' })

const facts = {
  name: text(500),
  brand: text(200).nullish(),
  category: text(200).nullish(),
  supplierId: SupplierId.nullish(),
  launchedOn: LaunchedOn.nullish()
}

const walkingShoe = { name: 'Walking shoe', brand: 'Aokang', category: 'shoes', launchedOn: '2026-03-01' }

export const CreateProductBody = z
  .strictObject({ sku: Sku, ...facts })
  .meta({ id: 'CreateProduct', example: { sku: 'SHOE-42', ...walkingShoe } })

export const PutProductBody = z.strictObject(facts).meta({
  id: 'PutProduct',
  description: 'Of a product that exists, optional fields that are absent stay as they are.',
  example: walkingShoe
})

export const UpdateProductBody = z
  .strictObject({ ...facts, name: facts.name.optional() })
  .meta({ id: 'UpdateProduct', example: { category: 'outdoor' } })

export const ProductParams = z.strictObject({
  sku: Sku.meta({ description: 'The sku, percent-encoded: `A/1` is `A%2F1`.' })
})

export const ProductPage = pageOf(Product).meta({ id: 'ProductPage' })

export const ListProductsQuery = z.strictObject({
  ...PageQuery,
  sku: Sku.optional(),
  brand: text(200).optional(),
  category: text(200).optional()
})
