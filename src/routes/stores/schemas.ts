import { z } from 'zod'
import { Code, Currency, Id, Instant, PageQuery, pageOf, TimeZone, text, Version } from '../shared/schemas.ts'

export const Store = z
  .object({
    id: Id,
    code: Code,
    name: text(200),
    timeZone: z.string().max(64),
    currency: Currency.nullable(),
    active: z.boolean(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Store' })

export const CreateStoreBody = z
  .strictObject({
    code: Code,
    name: text(200),
    timeZone: TimeZone,
    currency: Currency.nullish()
  })
  .meta({
    id: 'CreateStore',
    example: { code: 'SH01', name: 'Shanghai, Nanjing Road', timeZone: 'Asia/Shanghai', currency: 'CNY' }
  })

export const UpdateStoreBody = z
  .strictObject({
    name: text(200).optional(),
    timeZone: TimeZone.optional(),
    currency: Currency.nullish(),
    active: z.boolean().optional()
  })
  .meta({ id: 'UpdateStore', example: { name: 'Shanghai, The Bund' } })

export const StorePage = pageOf(Store).meta({ id: 'StorePage' })
export const ListStoresQuery = z.strictObject(PageQuery)
