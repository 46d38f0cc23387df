import { z } from 'zod'
import { AGGREGATE_FUNCTIONS, type SegmentRule as Rule, SEGMENT_OPERATORS } from '../../domain/segment-rule.ts'
import { CustomerNamed } from '../shared/classification.ts'
import { Code, Day, flagQuery, Id, Instant, PageQuery, pageOf, Reason, text, Version } from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Scalar = z.union([z.string().max(8_192), z.number(), z.boolean()])
const Value = z.union([z.array(Scalar).max(1_000), z.string().max(8_192), z.number(), z.boolean()])

const CONDITION = {
  operator: z.enum(SEGMENT_OPERATORS).meta({ description: '`between` includes both ends.' }),
  value: Value.meta({
    description: 'A list for `in`, two numbers for `between`, true or false for `is_null`, one value otherwise.'
  })
}

const SegmentAggregate = z
  .object({
    function: z.enum(AGGREGATE_FUNCTIONS).meta({
      description:
        '`sum`: net minor units. `count`: receipts of sales. `average`: sum ÷ count. `distinct_days`: days with a paid sale. `distinct_products`: products on receipts of sales. `days_since`: days since the last paid sale.'
    }),
    withinDays: z.int().min(1).max(3_650).nullish().meta({
      description: 'Only the days before the day asked for, which itself is out. Absent: all days before it.',
      example: 90
    }),
    sku: z.string().max(200).nullish(),
    brand: z.string().max(200).nullish(),
    category: z.string().max(200).nullish(),
    storeId: Id.nullish()
  })
  .meta({ id: 'SegmentAggregate' })

const example = {
  all: [
    { field: 'abcClass', operator: 'in', value: ['A', 'B'] },
    { aggregate: { function: 'sum', withinDays: 90, brand: 'Aokang' }, operator: 'at_least', value: 50_000 },
    { not: { field: 'priceDriven', operator: 'is', value: true } }
  ]
} as const

/** As it is stored and shown. What callers send is read by the domain, which tells every fault with its place. */
const SegmentRule: z.ZodType<Rule> = z
  .union([
    z.object({ all: z.array(z.lazy(() => SegmentRule)).max(50) }),
    z.object({ any: z.array(z.lazy(() => SegmentRule)).max(50) }),
    z.object({ not: z.lazy(() => SegmentRule) }),
    z.object({ field: z.string().max(111), ...CONDITION }),
    z.object({ aggregate: SegmentAggregate, ...CONDITION })
  ])
  .meta({
    id: 'SegmentRule',
    description:
      'All of some rules, any of them, the opposite of one, or a condition. What is not known does not fulfil a condition, and `not` turns the answer as it is.',
    example
  })

const RuleInput = z.record(z.string().max(100), z.unknown()).meta({ shownAs: 'SegmentRule' })

export const Segment = z
  .object({
    id: Id,
    code: Code,
    name: text(200),
    description: text(2_000).nullable(),
    active: z.boolean().meta({ description: 'Whether each run computes it.' }),
    rule: SegmentRule,
    ruleVersion: Version,
    members: Count.nullable().meta({ description: 'As it was last computed; null before the first time.' }),
    computedAsOf: Instant.nullable(),
    computedRuleVersion: Version.nullable().meta({
      description: 'The rule by which the members were found: older than `ruleVersion` until the next computation.'
    }),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Segment' })

export const CreateSegmentBody = z
  .strictObject({
    code: Code,
    name: text(200),
    description: text(2_000).nullish(),
    active: z.boolean().optional(),
    rule: RuleInput
  })
  .meta({ id: 'CreateSegment', example: { code: 'aokang-friends', name: 'Friends of Aokang', rule: example } })

export const UpdateSegmentBody = z
  .strictObject({
    name: text(200).optional(),
    description: text(2_000).nullish(),
    active: z.boolean().optional(),
    rule: RuleInput.optional()
  })
  .meta({ id: 'UpdateSegment', example: { description: 'Whom we invite to the presentation.' } })

export const PreviewSegmentBody = z
  .strictObject({ rule: RuleInput })
  .meta({ id: 'PreviewSegment', example: { rule: example } })

export const SegmentPreview = z
  .object({
    asOfDay: Day.meta({ description: "The tenant's day: purchases of days before it count." }),
    customers: Count.meta({ description: 'How many were looked at.' }),
    members: Count,
    sample: z.array(z.object(CustomerNamed)).max(20)
  })
  .meta({ id: 'SegmentPreview' })

export const SegmentExplanation = z
  .object({
    segmentId: Id,
    customerId: Id,
    asOfDay: Day.meta({ description: "The tenant's day: purchases of days before it count." }),
    ruleVersion: Version,
    holds: z.boolean().meta({ description: 'Whether the rule holds for the customer now.' }),
    memberSince: Instant.nullable().meta({
      description: 'As the segment was last computed; null for whoever is not in it.'
    }),
    conditions: z
      .array(
        z.object({
          pointer: z
            .string()
            .max(1_000)
            .meta({ description: 'Where the condition is in the rule.', example: '/all/0' }),
          holds: z.boolean(),
          decisive: z
            .boolean()
            .meta({ description: 'Whether the answer would be another if this condition alone were.' }),
          value: Value.nullable().meta({ description: 'What was found; null where nothing is known.' }),
          reason: Reason,
          changes: z.array(Reason).max(10).meta({ description: 'What would turn this condition.' })
        })
      )
      .max(50)
  })
  .meta({ id: 'SegmentExplanation' })

export const SegmentPage = pageOf(Segment).meta({ id: 'SegmentPage' })

export const SegmentRulePage = pageOf(
  z
    .object({ version: Version, rule: SegmentRule, createdAt: Instant, createdBy: z.string().max(64).nullable() })
    .meta({ id: 'SegmentRuleVersion' })
).meta({ id: 'SegmentRulePage' })

export const SegmentMemberPage = pageOf(
  z.object({ ...CustomerNamed, enteredAt: Instant }).meta({ id: 'SegmentMember' })
).meta({ id: 'SegmentMemberPage' })

export const CustomerSegmentPage = pageOf(
  z
    .object({
      segmentId: Id,
      code: Code,
      name: text(200),
      enteredAt: Instant,
      leftAt: Instant.nullable().meta({ description: 'Null while the customer belongs to it.' }),
      enteredRuleVersion: Version,
      leftRuleVersion: Version.nullable()
    })
    .meta({ id: 'CustomerSegment' })
).meta({ id: 'CustomerSegmentPage' })

export const ExplanationParams = z.strictObject({ id: Id.toLowerCase(), customerId: Id.toLowerCase() })

export const ListSegmentsQuery = z.strictObject({
  active: flagQuery().optional().meta({ description: 'Only those that are computed, or only those at rest.' }),
  ...PageQuery
})
export const ListVersionsQuery = z.strictObject(PageQuery)
export const ListMembersQuery = z.strictObject({
  storeId: Id.optional().meta({ description: 'Only customers whose home store this is.' }),
  relationshipManagerId: Id.optional().meta({ description: 'Only customers whom this staff member looks after now.' }),
  ...PageQuery
})
export const ListCustomerSegmentsQuery = z.strictObject({
  current: flagQuery().optional().meta({ description: 'Only segments that the customer belongs to now.' }),
  ...PageQuery
})
