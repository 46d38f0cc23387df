import type { AttributeValue } from './customer.ts'
import { attributeKey, type SegmentFieldName, segmentField } from './segment-fields.ts'
import {
  conditionsOf,
  NARROWINGS,
  type SegmentAggregate,
  type SegmentCondition,
  type SegmentRule
} from './segment-rule.ts'

/** An aggregate with all that narrows it, null where nothing does. */
export type Aggregate = { readonly [K in keyof SegmentAggregate]-?: Exclude<SegmentAggregate[K], undefined> }

/** Where a figure of a customer comes from. */
export type FactSource =
  | { readonly field: SegmentFieldName }
  /** Whether the list holds the item. */
  | { readonly list: 'tags' | 'contactTypes' | 'externalSystems'; readonly item: string }
  | { readonly attribute: string }
  | { readonly aggregate: Aggregate }

/**
 * One figure of every customer that conditions look at. Equal figures have equal keys, and are loaded once however many
 * conditions of however many segments ask for them. A `number` is a number, 1 or 0 for yes and no, or the place of a
 * choice among those of its field, and NaN where nothing is known; a `value` is as it is kept, null where nothing is.
 */
export interface FactColumn {
  readonly key: string
  readonly holds: 'number' | 'value'
  readonly source: FactSource
}

/** The figures of some customers: a row each, a column for each key. */
export interface FactBlock {
  numbers(key: string): Float64Array
  values(key: string): (AttributeValue | null)[]
}

/** A block with room for so many customers, to be filled again and again. */
export class FilledBlock implements FactBlock {
  readonly columns: readonly FactColumn[]
  readonly rows: number
  private readonly ofNumbers = new Map<string, Float64Array>()
  private readonly ofValues = new Map<string, (AttributeValue | null)[]>()

  constructor(columns: readonly FactColumn[], rows: number) {
    this.columns = columns
    this.rows = rows
    for (const { key, holds } of columns) {
      if (holds === 'number') this.ofNumbers.set(key, new Float64Array(rows).fill(Number.NaN))
      else this.ofValues.set(key, new Array(rows).fill(null))
    }
  }

  numbers(key: string): Float64Array {
    return found(this.ofNumbers.get(key))
  }

  values(key: string): (AttributeValue | null)[] {
    return found(this.ofValues.get(key))
  }
}

function found<T>(column: T | undefined): T {
  if (column === undefined) throw new Error('the block lacks a figure that a condition looks at')
  return column
}

/** The figure that a condition looks at. */
export function columnOf(condition: SegmentCondition): FactColumn {
  const source = sourceOf(condition)
  return { key: JSON.stringify(source), holds: kindOf(source), source }
}

/** The figures that rules need together, each once. */
export function columnsOf(rules: readonly SegmentRule[]): FactColumn[] {
  const columns = rules.flatMap(rule => conditionsOf(rule)).map(({ condition }) => columnOf(condition))
  return [...new Map(columns.map(column => [column.key, column])).values()]
}

function sourceOf(condition: SegmentCondition): FactSource {
  if ('aggregate' in condition) return { aggregate: completeAggregate(condition.aggregate) }
  const { field, value } = condition
  const attribute = attributeKey(field)
  if (attribute !== null) return { attribute }
  if (field === 'tags' || field === 'contactTypes' || field === 'externalSystems') {
    return { list: field, item: String(value) }
  }
  return { field: field as SegmentFieldName }
}

function kindOf(source: FactSource): FactColumn['holds'] {
  if ('attribute' in source) return 'value'
  return 'field' in source && segmentField(source.field)?.kind === 'id' ? 'value' : 'number'
}

/** With every member, in one order, so that equal aggregates compare as equal. */
export function completeAggregate(aggregate: SegmentAggregate): Aggregate {
  const { withinDays = null, sku = null, brand = null, category = null, storeId = null } = aggregate
  return {
    function: aggregate.function,
    withinDays,
    sku,
    brand,
    category,
    storeId: storeId?.toLowerCase() ?? null
  }
}

/** Whether an aggregate takes everything that a customer bought. */
export const isNarrowed = (aggregate: Aggregate): boolean => NARROWINGS.some(name => aggregate[name] !== null)
