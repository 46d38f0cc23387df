import { z } from 'zod'
import {
  Code,
  Currency,
  Day,
  Id,
  Instant,
  InstantInput,
  Minor,
  PageQuery,
  Problem,
  pageOf,
  text
} from '../shared/schemas.ts'

const Quantity = z.number().min(-1_000_000_000).max(1_000_000_000).meta({ description: 'At most three decimals.' })

/** At most `digits` decimals: a figure with more is a mistake in the till, not something to round in silence. */
const decimals = (schema: z.ZodNumber, digits: number) =>
  schema.refine(
    value => Number.isInteger(value) || Number.isInteger(Number((value * 10 ** digits).toPrecision(15))),
    `has more than ${digits} decimals`
  )

const LineText = text(500).nullish()

const LineInput = z.strictObject({
  sku: Code.nullish(),
  name: LineText,
  brand: text(200).nullish(),
  category: text(200).nullish(),
  quantity: decimals(Quantity, 3),
  unitPriceMinor: decimals(z.number().min(-1e12).max(1e12), 6)
    .nullish()
    .meta({ description: 'Price of one unit in minor units; may have fractions of a minor unit, up to 6 decimals.' }),
  discountMinor: Minor.nullish(),
  amountMinor: Minor.nullish().meta({
    description:
      "The till's own amount of the line, after discount. Without it: quantity × unit price, rounded once, half away from zero, minus the discount."
  }),
  promotionCode: Code.nullish()
})

const CustomerNamed = z
  .union(
    [
      z.strictObject({ id: Id }),
      z.strictObject({ externalId: z.strictObject({ system: Code, key: z.string().min(1).max(200) }) }),
      z.strictObject({ phone: text(50) }),
      z.strictObject({ email: text(320) })
    ],
    { error: 'must name the customer by exactly one of id, externalId, phone and email, or be null' }
  )
  .meta({ description: 'Exactly one of id, externalId, phone, email. Null or absent: an anonymous receipt.' })

const ReceiptIdentity = { source: Code, receiptNumber: text(100) }

export const PurchaseBody = z
  .strictObject({
    ...ReceiptIdentity,
    kind: z.enum(['sale', 'return']),
    storeCode: Code,
    staffCode: Code.nullish(),
    purchasedAt: InstantInput,
    currency: Currency,
    exchangeRate: decimals(z.number().positive().max(1e9), 10).nullish().meta({
      description:
        "Units of the tenant's currency for one unit of `currency`, on the day of the purchase. Required when the two differ."
    }),
    customer: CustomerNamed.nullish(),
    lines: z.array(LineInput).min(1).max(2_000),
    roundingMinor: z
      .int()
      .min(-10_000)
      .max(10_000)
      .nullish()
      .meta({ description: 'What the till rounded the total by, such as cash rounding.' }),
    totalMinor: Minor,
    returnOf: z
      .strictObject(ReceiptIdentity)
      .nullish()
      .meta({ description: 'The sale that a return belongs to; it may arrive later, or never.' })
  })
  .meta({
    id: 'PurchaseInput',
    example: {
      source: 'pos-7',
      receiptNumber: 'R-10023',
      kind: 'sale',
      storeCode: 'SH01',
      purchasedAt: '2026-11-20T17:03:00+08:00',
      currency: 'CNY',
      customer: { externalId: { system: 'pos-7', key: 'C-1001' } },
      lines: [
        {
          sku: 'SHOE-42',
          name: 'Walking shoe',
          brand: 'Aokang',
          category: 'shoes',
          quantity: 1,
          unitPriceMinor: 39900,
          discountMinor: 0,
          amountMinor: 39900
        }
      ],
      totalMinor: 39900,
      staffCode: 'S-12'
    }
  })

export const Purchase = z
  .object({
    id: Id,
    source: z.string().max(64),
    receiptNumber: z.string().max(100),
    kind: z.enum(['sale', 'return']),
    storeId: Id,
    staffId: Id.nullable(),
    customerId: Id.nullable().meta({ description: 'Null on an anonymous receipt.' }),
    purchasedAt: Instant,
    purchasedOn: Day.meta({ description: "The store's day of the purchase." }),
    currency: Currency,
    exchangeRate: z.number().nullable(),
    totalMinor: Minor,
    roundingMinor: Minor,
    netMinor: Minor.meta({ description: "In the tenant's currency; negative on a return." }),
    units: z.number(),
    returnOf: z
      .object({
        source: z.string().max(64),
        receiptNumber: z.string().max(100),
        purchaseId: Id.nullable().meta({
          description: 'The sale, once it is here; null while the return is unmatched.'
        })
      })
      .nullable(),
    lines: z
      .array(
        z.object({
          sku: z.string().max(64).nullable(),
          name: z.string().max(500).nullable(),
          brand: z.string().max(200).nullable(),
          category: z.string().max(200).nullable(),
          quantity: z.number(),
          unitPriceMinor: z.number().nullable(),
          discountMinor: Minor,
          amountMinor: Minor,
          promotionCode: z.string().max(64).nullable()
        })
      )
      .max(2_000),
    recordedAt: Instant
  })
  .meta({ id: 'Purchase' })

export const PushQuery = z.strictObject({
  unknownCustomer: z.enum(['create', 'reject']).optional().meta({
    description:
      'What to do with a customer who is not known yet: open a file (default) or refuse with customer.unknown.'
  })
})

/** Items are checked one by one, so that one malformed receipt does not keep back the other 999. */
export const BatchBody = z
  .strictObject({
    purchases: z
      .array(z.unknown().meta({ shownAs: 'PurchaseInput' }))
      .min(1)
      .max(1_000)
  })
  .meta({ id: 'PurchaseBatchInput' })

export const BatchAnswer = z
  .object({
    results: z
      .array(
        z.object({
          index: z.int().min(0).max(999),
          status: z.int().min(200).max(599),
          id: Id.optional(),
          problem: Problem.optional()
        })
      )
      .max(1_000)
  })
  .meta({ id: 'PurchaseBatchResult' })

export const ListPurchasesQuery = z
  .strictObject({
    ...PageQuery,
    customerId: Id.optional(),
    storeId: Id.optional(),
    purchasedAtFrom: InstantInput.optional().meta({ description: 'Inclusive.' }),
    purchasedAtTo: InstantInput.optional().meta({ description: 'Exclusive; not before purchasedAtFrom.' }),
    sort: z.enum(['purchasedAt', '-purchasedAt']).optional().meta({ description: 'Newest first when absent.' })
  })
  .refine(({ purchasedAtFrom: from, purchasedAtTo: to }) => !from || !to || Date.parse(from) <= Date.parse(to), {
    path: ['purchasedAtTo'],
    error: 'must not lie before purchasedAtFrom'
  })

export const PurchasePage = pageOf(Purchase).meta({ id: 'PurchasePage' })
