/** Who belongs to a segment, as a tree: all of several rules, any of them, the opposite of one, or a single condition. */
export type SegmentRule =
  | { readonly all: readonly SegmentRule[] }
  | { readonly any: readonly SegmentRule[] }
  | { readonly not: SegmentRule }
  | SegmentCondition

export type SegmentCondition = FieldCondition | AggregateCondition

export type Scalar = string | number | boolean

/** What a condition compares with; `between` takes two numbers, both included, and `in` a list. */
export type SegmentValue = Scalar | readonly Scalar[]

interface Comparison {
  readonly operator: SegmentOperator
  readonly value: SegmentValue
}

/** Asks for a field of the file or of the classification; `attributes.shoeSize` is the attribute `shoeSize`. */
export interface FieldCondition extends Comparison {
  readonly field: string
}

/** Asks for what was bought. */
export interface AggregateCondition extends Comparison {
  readonly aggregate: SegmentAggregate
}

export const SEGMENT_OPERATORS = ['is', 'in', 'at_least', 'at_most', 'between', 'contains', 'is_null'] as const

export type SegmentOperator = (typeof SEGMENT_OPERATORS)[number]

/**
 * `sum`: net minor units, returns taken off on their own day. `count`: receipts of sales. `average`: sum ÷ count, unknown
 * without a sale. `distinct_days`: days with a sale of a positive amount. `days_since`: days from the last of these to the
 * day asked for, unknown without one. `distinct_products`: products on receipts of sales.
 */
export const AGGREGATE_FUNCTIONS = [
  'sum',
  'count',
  'average',
  'distinct_days',
  'distinct_products',
  'days_since'
] as const

export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number]

/** What narrows an aggregate: by product, brand and category its lines count alone, by store the receipts of that store. */
export const NARROWINGS = ['sku', 'brand', 'category', 'storeId'] as const

/**
 * What was bought in the `withinDays` days before the day asked for, or ever. That day itself is out, so that nothing
 * that happens on it, or later, can be seen.
 */
export interface SegmentAggregate {
  readonly function: AggregateFunction
  readonly withinDays?: number | null | undefined
  readonly sku?: string | null | undefined
  readonly brand?: string | null | undefined
  readonly category?: string | null | undefined
  readonly storeId?: string | null | undefined
}

/** Rules inside one another, a single condition counted. */
export const RULE_DEPTH_AT_MOST = 8
export const CONDITIONS_AT_MOST = 50
/** Values of one `in`. */
export const VALUES_AT_MOST = 100
export const WITHIN_DAYS_AT_MOST = 3_650

/** A condition with its place in the rule (RFC 6901). */
export interface PlacedCondition {
  readonly pointer: string
  readonly condition: SegmentCondition
}

/** The conditions of a rule in the order of reading. */
export function conditionsOf(rule: SegmentRule, pointer = ''): PlacedCondition[] {
  if ('all' in rule) return rule.all.flatMap((part, index) => conditionsOf(part, `${pointer}/all/${index}`))
  if ('any' in rule) return rule.any.flatMap((part, index) => conditionsOf(part, `${pointer}/any/${index}`))
  if ('not' in rule) return conditionsOf(rule.not, `${pointer}/not`)
  return [{ pointer, condition: rule }]
}

/**
 * A rule as it is kept: what is null is left out, for it says nothing, and ids are in lower case. Whatever is written one way or
 * the other means the same and is the same version.
 */
export function plainRule(rule: SegmentRule): SegmentRule {
  if ('all' in rule) return { all: rule.all.map(plainRule) }
  if ('any' in rule) return { any: rule.any.map(plainRule) }
  if ('not' in rule) return { not: plainRule(rule.not) }
  if ('field' in rule) return ID_FIELDS.has(rule.field) ? { ...rule, value: inLowerCase(rule.value) } : rule
  const named = Object.entries(rule.aggregate).filter(([, value]) => value !== null && value !== undefined)
  const aggregate = Object.fromEntries(named) as unknown as SegmentAggregate
  const { storeId } = aggregate
  return { ...rule, aggregate: storeId ? { ...aggregate, storeId: storeId.toLowerCase() } : aggregate }
}

/** A rule as it is compared: two that say the same in the same places are alike, in whatever order an `in` has its values. */
export const comparableRule = (rule: SegmentRule): SegmentRule => unordered(plainRule(rule))

function unordered(rule: SegmentRule): SegmentRule {
  if ('all' in rule) return { all: rule.all.map(unordered) }
  if ('any' in rule) return { any: rule.any.map(unordered) }
  if ('not' in rule) return { not: unordered(rule.not) }
  if (rule.operator !== 'in' || typeof rule.value !== 'object') return rule
  // Each with its type: the text 1 is not the number 1.
  const marked = rule.value.map(value => JSON.stringify(value))
  return { ...rule, value: [...new Set(marked)].sort() }
}

const inLowerCase = (value: SegmentValue): SegmentValue => {
  const lower = (one: Scalar) => (typeof one === 'string' ? one.toLowerCase() : one)
  return typeof value === 'object' ? value.map(lower) : lower(value)
}

/** The fields that hold ids. */
const ID_FIELDS: ReadonlySet<string> = new Set(['homeStoreId', 'relationshipManagerId'])
