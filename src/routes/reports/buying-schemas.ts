import { z } from 'zod'
import { DEMAND_STATES } from '../../domain/demand-change.ts'
import { Currency, Id, integerQuery, Minor, Share, text } from '../shared/schemas.ts'
import {
  Count,
  DaysQuery,
  DaysWindow,
  Figure,
  MinorOrNull,
  Month,
  MonthsQuery,
  MonthsWindow,
  ShareOrNull,
  Sku,
  StoreIdOrNull,
  StoreQuery
} from './schemas.ts'

const Partial = z.boolean().meta({ description: 'The month is not over; the figure can only grow.' })
const Name = z.string().max(300)
const Day = z.string().max(10).meta({ format: 'date' })

export const MonthsOfStoreQuery = z.strictObject({ ...MonthsQuery, ...StoreQuery })

export const CoreShare = z
  .object({
    report: z.literal('core-share'),
    currency: Currency,
    storeId: StoreIdOrNull,
    window: MonthsWindow,
    data: z
      .array(
        z.object({
          storeId: Id.nullable().meta({ description: 'Null: all stores together.' }),
          storeCode: z.string().max(64).nullable(),
          storeName: z.string().max(200).nullable(),
          month: Month,
          partial: Partial,
          customers: Count.meta({ description: 'Known customers who bought.' }),
          coreCustomers: Count.nullable().meta({
            description:
              'Those of them who were loyal, first users or A at the end of the month; null before the first run.'
          }),
          netMinor: Minor,
          knownMinor: Minor.meta({ description: 'Turnover of known customers.' }),
          coreMinor: MinorOrNull.meta({ description: 'Turnover of core customers.' }),
          aCustomers: Count.nullable().meta({ description: 'A customers whose home store it is.' }),
          managedCustomers: Count.nullable().meta({ description: 'Those of them with a relationship manager.' }),
          caredCustomers: Count.nullable().meta({ description: 'Those whose care is up to date; null: not recorded.' }),
          customerShare: ShareOrNull,
          revenueShare: ShareOrNull,
          knownShare: ShareOrNull,
          managedShare: ShareOrNull,
          caredShare: ShareOrNull,
          coreShare: ShareOrNull.meta({ description: 'The one figure: the mean of the shares that are known.' })
        })
      )
      .max(600_060)
  })
  .meta({ id: 'CoreShare' })

export const CohortRetention = z
  .object({
    report: z.literal('cohort-retention'),
    currency: Currency,
    storeId: StoreIdOrNull,
    window: MonthsWindow,
    customers: Count.meta({ description: 'Customers who began in the window.' }),
    excluded: z.object({ anonymousReceipts: Count, anonymousMinor: Minor }),
    average: z
      .array(z.object({ age: Count, cohorts: Count, share: ShareOrNull }))
      .max(60)
      .meta({ description: 'All cohorts together, weighed by size, months that are not over left out.' }),
    data: z
      .array(
        z.object({
          cohort: Month.meta({ description: 'Month of the first purchase ever, in the store if one is named.' }),
          size: Count,
          partial: Partial,
          months: z
            .array(
              z.object({
                age: Count.meta({ description: 'Months since the first purchase.' }),
                month: Month,
                customers: Count.meta({ description: 'Those of the cohort who bought in this month.' }),
                share: ShareOrNull,
                netMinor: Minor,
                partial: Partial
              })
            )
            .max(60)
        })
      )
      .max(60)
  })
  .meta({ id: 'CohortRetention' })

export const HabitsQuery = z.strictObject({
  ...DaysQuery,
  ...StoreQuery,
  table: z
    .enum(['categories', 'hours'])
    .optional()
    .meta({ description: 'Which table CSV shows; `categories` when absent.' })
})

export const PurchaseHabits = z
  .object({
    report: z.literal('purchase-habits'),
    currency: Currency,
    storeId: StoreIdOrNull,
    window: DaysWindow,
    baskets: z
      .object({
        receipts: Count,
        medianMinor: Figure.nullable(),
        meanMinor: Figure.nullable(),
        medianUnits: Figure.nullable()
      })
      .meta({ description: 'Sales with a positive amount, anonymous ones included.' }),
    frequency: z
      .object({
        customers: Count,
        gaps: Count.meta({ description: 'Pairs of consecutive purchase days of one customer.' }),
        medianGapDays: Figure.nullable(),
        judged: Count.meta({ description: 'Customers with at least two gaps.' }),
        regular: Count.meta({ description: 'Those of them whose gaps vary little.' }),
        regularShare: ShareOrNull
      })
      .meta({ description: 'Days between purchase days of known customers.' }),
    excluded: z.object({
      anonymousReceipts: Count.meta({ description: 'In baskets, categories and hours, not in the frequency.' }),
      freeReceipts: Count.meta({ description: 'Sales of nothing or less; in the categories alone.' }),
      returns: Count,
      returnsMinor: Minor.meta({ description: 'Taken off the categories.' }),
      furtherCategories: Count.meta({ description: 'Categories that are not listed, and their turnover.' }),
      furtherMinor: Minor
    }),
    hours: z
      .array(
        z.object({
          weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }),
          hour: z.int().min(0).max(23).meta({ description: "By the store's clock." }),
          receipts: Count,
          share: ShareOrNull,
          netMinor: Minor
        })
      )
      .max(168),
    data: z
      .array(
        z.object({
          category: z.string().max(300).nullable().meta({ description: 'Null: products without a category.' }),
          netMinor: Minor,
          share: ShareOrNull.meta({ description: 'Of all categories with turnover above zero.' }),
          units: Figure
        })
      )
      .max(100)
  })
  .meta({ id: 'PurchaseHabits' })

export const PairsQuery = z.strictObject({
  ...DaysQuery,
  ...StoreQuery,
  sku: Sku.optional().meta({ description: 'Only pairs with this product.' }),
  sort: z
    .enum(['-lift', '-together'])
    .optional()
    .meta({ description: 'Strongest or most frequent first; `-lift` when absent.' }),
  limit: integerQuery(1, 200).optional().meta({ description: 'At most this many pairs, 1 to 200; 50 when absent.' })
})

export const ProductsBoughtTogether = z
  .object({
    report: z.literal('products-bought-together'),
    storeId: StoreIdOrNull,
    window: DaysWindow,
    baskets: Count.meta({ description: 'Sales with at least one product.' }),
    products: Count,
    minBasketPairs: Count.meta({
      description: 'Pairs in fewer baskets are not listed; a number of the policy.',
      example: 30
    }),
    excluded: z.object({
      receiptsWithoutProduct: Count,
      rareProducts: Count.meta({
        description: 'Products in fewer than `minBasketPairs` baskets: no pair with one of them can be listed.'
      }),
      pairsInFewer: Count.meta({
        description: 'Pairs of the other products that were together in fewer than `minBasketPairs` baskets.'
      }),
      mostTogether: Count.nullable().meta({
        description: 'In how many baskets the most frequent of these pairs was; null without any.'
      })
    }),
    data: z
      .array(
        z.object({
          skuA: z.string().max(64),
          nameA: Name,
          skuB: z.string().max(64),
          nameB: Name,
          together: Count.meta({ description: 'Baskets with both.' }),
          basketsA: Count,
          basketsB: Count,
          lift: Figure.meta({ description: 'How many times as often as by chance.', example: 3.2 }),
          support: Share.meta({ description: 'Of all baskets.' }),
          ofFirst: Share.meta({ description: 'Of the baskets with A, those with B too.' }),
          ofSecond: Share.meta({ description: 'Of the baskets with B, those with A too.' })
        })
      )
      .max(200)
  })
  .meta({ id: 'ProductsBoughtTogether' })

export const DemandQuery = z
  .strictObject({
    by: z.enum(['product', 'category']).optional().meta({ description: '`product` when absent.' }),
    weeks: integerQuery(9, 260)
      .optional()
      .meta({ description: 'Weeks, 9 to 260; 52 when absent. The first half is the baseline.' }),
    toOn: DaysQuery.toOn.meta({
      description: 'Only weeks that are over before this day; today when absent.',
      example: '2026-11-22'
    }),
    sku: Sku.optional().meta({ description: 'Only this product.' }),
    category: text(200).optional().meta({ description: 'Only this category.' }),
    state: z
      .enum(['changed', 'all', ...DEMAND_STATES])
      .optional()
      .meta({ description: 'Which items are listed; `changed`, or `all` where one is named, when absent.' }),
    limit: integerQuery(1, 200).optional().meta({ description: 'At most this many items, 1 to 200; 50 when absent.' })
  })
  .refine(({ by, sku, category }) => sku === undefined || (category === undefined && by !== 'category'), {
    path: ['sku'],
    message: 'is a product, and asked for are categories'
  })
  .refine(({ by, category }) => category === undefined || by !== 'product', {
    path: ['category'],
    message: 'is a category, and asked for are products'
  })

const Counted = Object.fromEntries(DEMAND_STATES.map(state => [state, Count])) as Record<
  (typeof DEMAND_STATES)[number],
  typeof Count
>

export const DemandChanges = z
  .object({
    report: z.literal('demand-changes'),
    by: z.enum(['product', 'category']),
    window: DaysWindow.nullable().meta({
      description: 'Whole weeks from Monday, as far as they are counted; null before the first classification run.'
    }),
    counts: z.object(Counted).meta({ description: 'All products, or categories, sold in the window.' }),
    data: z
      .array(
        z.object({
          key: z.string().max(300).meta({ description: 'The sku, or the category.' }),
          name: Name,
          state: z.enum(DEMAND_STATES).meta({
            description: '`baseline_short`, `no_spread`: too little, or too even, to say anything.'
          }),
          fromWeek: Day.meta({ description: 'The Monday of the first week that counts.' }),
          baselineWeeks: Count,
          baselineMean: Figure.nullable().meta({ description: 'Units a week.' }),
          baselineDeviation: Figure.nullable(),
          changedFrom: Day.nullable().meta({ description: 'The Monday of the week in which the change began.' }),
          detectedIn: Day.nullable().meta({ description: 'The Monday of the week that gave the signal.' }),
          meanSince: Figure.nullable().meta({ description: 'Units a week since the change began.' }),
          weeklyUnits: z.array(Figure).max(260).meta({ description: 'Net units of each week from `fromWeek` on.' })
        })
      )
      .max(200)
      .meta({ description: 'The largest change in units a week first.' })
  })
  .meta({ id: 'DemandChanges' })
