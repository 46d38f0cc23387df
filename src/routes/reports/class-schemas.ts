import { z } from 'zod'
import { DEFECTION_STATES } from '../../domain/cadence.ts'
import { AbcClass, Cutoffs } from '../shared/classification.ts'
import { Currency, Id, Minor, Share } from '../shared/schemas.ts'
import { Count, MinorOrNull, RunNamed, ShareOrNull, StoreIdOrNull, StoreQuery } from './schemas.ts'

const Counts = z.object({ A: Count, B: Count, C: Count, none: Count })
const Shares = z.object({ A: Share, B: Share, C: Share, none: Share })
const Counted = z.record(z.string().max(64), Count)
const Day = z.string().max(10).meta({ format: 'date' })

export const AbcCurveQuery = z.strictObject({
  runId: Id.toLowerCase().optional().meta({ description: 'An applied run; the last one when absent.' })
})

export const AbcCurve = z
  .object({
    report: z.literal('abc-curve'),
    currency: Currency,
    run: RunNamed.nullable().meta({ description: 'Null before the first run, and everything else is empty.' }),
    window: z
      .object({ fromOn: Day.nullable(), toOn: Day })
      .nullable()
      .meta({ description: 'The days that the run counted, `toOn` excluded.' }),
    customers: Count.meta({ description: 'Customers who were ranked.' }),
    turnoverMinor: Minor,
    classes: z
      .array(
        z.object({
          abcClass: z.enum(['A', 'B', 'C']),
          customers: Count,
          customerShare: Share,
          turnoverMinor: Minor,
          turnoverShare: Share
        })
      )
      .max(3),
    cutoffs: Cutoffs,
    gini: ShareOrNull,
    topFifthShare: ShareOrNull.meta({ description: 'Share of the turnover of the best fifth of the customers.' }),
    lorenz: z
      .array(z.object({ customerShare: Share, amountShare: Share }))
      .max(101)
      .meta({ description: 'The Lorenz curve, the poorest customers first.' }),
    excluded: z
      .object({
        noPurchase: Count,
        zeroNet: Count,
        negativeNet: Count,
        anonymousMinor: Minor,
        anonymousShare: ShareOrNull
      })
      .meta({ description: 'Customers in no class, and turnover of nobody known.' }),
    data: z
      .array(
        z.object({
          customers: Count.meta({ description: 'So many of the best customers …' }),
          customerShare: Share,
          turnoverShare: Share.meta({ description: '… make this share of the turnover.' }),
          nextAmountMinor: MinorOrNull.meta({ description: 'Amount of the next customer; null at the end.' })
        })
      )
      .max(1_000)
      .meta({ description: 'The curve, the best customers first, at corners that lie on it exactly.' })
  })
  .meta({
    id: 'AbcCurve',
    example: {
      report: 'abc-curve',
      currency: 'EUR',
      run: { id: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21', asOf: '2026-11-21T09:30:00.000Z' },
      window: { fromOn: '2025-11-21', toOn: '2026-11-21' },
      customers: 4,
      turnoverMinor: 100000,
      classes: [
        { abcClass: 'A', customers: 1, customerShare: 0.25, turnoverMinor: 80000, turnoverShare: 0.8 },
        { abcClass: 'B', customers: 2, customerShare: 0.5, turnoverMinor: 18000, turnoverShare: 0.18 },
        { abcClass: 'C', customers: 1, customerShare: 0.25, turnoverMinor: 2000, turnoverShare: 0.02 }
      ],
      cutoffs: { aMinor: 80000, bMinor: 6000 },
      gini: 0.61,
      topFifthShare: 0.8,
      lorenz: [
        { customerShare: 0, amountShare: 0 },
        { customerShare: 1, amountShare: 1 }
      ],
      excluded: { noPurchase: 1, zeroNet: 0, negativeNet: 0, anonymousMinor: 5000, anonymousShare: 0.0476 },
      data: [
        { customers: 0, customerShare: 0, turnoverShare: 0, nextAmountMinor: 80000 },
        { customers: 1, customerShare: 0.25, turnoverShare: 0.8, nextAmountMinor: 12000 },
        { customers: 4, customerShare: 1, turnoverShare: 1, nextAmountMinor: null }
      ]
    }
  })

export const ClassMigrationQuery = z.strictObject({
  fromRunId: Id.toLowerCase()
    .optional()
    .meta({ description: 'The earlier run, applied; the one before the later when absent.' }),
  toRunId: Id.toLowerCase().optional().meta({ description: 'The later run, applied; the last one when absent.' })
})

export const ClassMigration = z
  .object({
    report: z.literal('class-migration'),
    fromRun: RunNamed.nullable().meta({ description: 'Null while there are not two runs to compare.' }),
    toRun: RunNamed.nullable(),
    newcomers: Counts.meta({ description: 'Classified for the first time after the earlier run; in no row.' }),
    customers: Count.meta({ description: 'Customers of both runs.' }),
    stayedShare: ShareOrNull.meta({ description: 'Share of them who are in the same class.' }),
    data: z
      .array(
        z.object({
          from: AbcClass.meta({ description: 'Class in the earlier run.' }),
          customers: Count,
          counts: Counts.meta({ description: 'Where they are in the later run.' }),
          shares: Shares.nullable().meta({ description: 'The same as shares of the row; null for an empty row.' })
        })
      )
      .max(4)
  })
  .meta({ id: 'ClassMigration' })

export const FindingsQuery = z.strictObject({
  storeId: StoreQuery.storeId.meta({ description: 'Only customers whose home store it is.' })
})

const head = {
  storeId: StoreIdOrNull,
  run: RunNamed.nullable().meta({ description: 'The run that found it; null before the first.' }),
  customers: Count.meta({ description: 'Customers who were classified.' })
}

export const RfmGrid = z
  .object({
    report: z.literal('rfm-grid'),
    currency: Currency,
    ...head,
    scores: z.int().min(1).max(20).meta({ description: 'Scores go from 1 to this, the best.', example: 5 }),
    unscored: Count.meta({ description: 'Customers without scores: nothing bought in the window.' }),
    data: z
      .array(
        z.object({
          r: z.int().min(1).max(20).meta({ description: 'How recently.' }),
          f: z.int().min(1).max(20).meta({ description: 'How often.' }),
          customers: Count,
          share: ShareOrNull.meta({ description: 'Of the customers with scores.' }),
          amountMinor: Minor,
          meanAmountMinor: MinorOrNull
        })
      )
      .max(400)
  })
  .meta({ id: 'RfmGrid' })

export const LoyaltyByClass = z
  .object({
    report: z.literal('loyalty-by-class'),
    currency: Currency,
    ...head,
    firstUsers: Count,
    priceDriven: Count,
    bases: Counted.meta({
      description: 'Customers by what their level rests on.',
      example: { brand: 40, patronage: 60 }
    }),
    patterns: Counted.meta({
      description: 'Customers by pattern of attitude and repetition; `unknown` without a stated attitude.',
      example: { true: 12, spurious: 3, unknown: 85 }
    }),
    data: z
      .array(
        z.object({
          abcClass: AbcClass,
          loyaltyLevel: z.string().max(64).meta({ example: 'loyal' }),
          customers: Count,
          share: ShareOrNull.meta({ description: 'Of the class; null where nobody is in it.' }),
          amountMinor: Minor
        })
      )
      .max(100)
  })
  .meta({ id: 'LoyaltyByClass' })

export const TrustLadder = z
  .object({
    report: z.literal('trust-ladder'),
    ...head,
    data: z
      .array(
        z.object({
          trustLevel: z.string().max(64).meta({ example: 'behavioral' }),
          customers: Count,
          share: ShareOrNull,
          reached: Count.nullable().meta({
            description: 'Customers on this rung or a higher one; null for `insufficient`, which is no rung.'
          }),
          counts: Counts.meta({ description: 'By class.' })
        })
      )
      .max(10)
      .meta({ description: 'From the highest rung down.' })
  })
  .meta({ id: 'TrustLadder' })

export const DefectionOverview = z
  .object({
    report: z.literal('defection-overview'),
    currency: Currency,
    ...head,
    atRisk: Count.meta({ description: 'Customers with an advice.' }),
    valueAtStakeMinor: Minor.meta({ description: 'What is lost if all of them leave.' }),
    data: z
      .array(
        z.object({
          dimension: z.enum(['state', 'basis', 'recommendation', 'cause', 'class', 'store']),
          key: z.string().max(64).nullable().meta({
            description: 'The code, or the id of a store; null for customers without a home store.',
            example: DEFECTION_STATES[2]
          }),
          label: z.string().max(200).nullable().meta({ description: "The store's name." }),
          customers: Count,
          atRisk: Count,
          valueAtStakeMinor: Minor,
          expectedValueMinor: MinorOrNull.meta({ description: 'An estimate; null where no model gives one.' })
        })
      )
      .max(10_100)
      .meta({
        description: 'Every customer is counted once in each dimension; of advice and cause only those at risk.'
      })
  })
  .meta({ id: 'DefectionOverview' })
