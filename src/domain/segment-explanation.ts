import type { AttributeValue } from './customer.ts'
import { type DayNumber, dayText } from './period.ts'
import { columnOf, type FactBlock } from './segment-columns.ts'
import { assemble, compileRule } from './segment-evaluation.ts'
import { type SegmentField, segmentField } from './segment-fields.ts'
import { conditionsOf, type SegmentCondition, type SegmentRule } from './segment-rule.ts'

/** What a customer has in the place that a condition looks at; null where it is not known. */
export type FoundValue = AttributeValue | null

/** What would turn the answer of a condition. Numbers are in the unit of what the condition asks for. */
export type ConditionChange =
  /** So much more is missing, or so much is too much. */
  | { readonly code: 'segment.more' | 'segment.less'; readonly facts: { readonly by: number } }
  /** It holds until the figure passes this limit. */
  | { readonly code: 'segment.until_below' | 'segment.until_above'; readonly facts: { readonly limit: number } }
  /** It begins to hold on this day by the passing of time, or holds up to this day, itself included. */
  | { readonly code: 'segment.from_day' | 'segment.until_day'; readonly facts: { readonly on: string } }
  | { readonly code: ChangeWithoutFigures; readonly facts: Readonly<Record<string, never>> }

type ChangeWithoutFigures =
  | 'segment.by_purchase'
  | 'segment.ended_by_purchase'
  | 'segment.other_value'
  | 'segment.any_other_value'
  | 'segment.if_known'
  | 'segment.if_unknown'

export type ConditionCode = 'segment.condition_holds' | 'segment.condition_fails' | 'segment.condition_unknown'

/** A condition as it is found for one customer. */
export interface ConditionFinding {
  readonly pointer: string
  readonly condition: SegmentCondition
  readonly code: ConditionCode
  readonly holds: boolean
  readonly value: FoundValue
  /** Whether the answer of the whole rule would turn if this condition alone did. */
  readonly decisive: boolean
  readonly changes: readonly ConditionChange[]
}

export interface RuleFinding {
  readonly holds: boolean
  readonly conditions: readonly ConditionFinding[]
}

/** Why a customer is in or out: every condition of the rule with what was found, for the customer in a row of the block. */
export function explainRule(rule: SegmentRule, facts: FactBlock, row: number, asOfDay: DayNumber): RuleFinding {
  const placed = conditionsOf(rule)
  const answers = placed.map(({ condition }) => compileRule(condition, facts).holds(row))
  const whole = assemble(rule, (_, index) => () => (answers[index] === true ? 1 : 0))
  const holds = whole.holds(0)
  return {
    holds,
    conditions: placed.map(({ pointer, condition }, index) => {
      const answer = answers[index] === true
      const value = foundValue(condition, facts, row)
      answers[index] = !answer
      const decisive = whole.holds(0) !== holds
      answers[index] = answer
      return {
        pointer,
        condition,
        code: codeOf(condition, value, answer),
        holds: answer,
        value,
        decisive,
        changes: changesOf(condition, value, answer, asOfDay)
      }
    })
  }
}

function codeOf({ operator }: SegmentCondition, value: FoundValue, holds: boolean): ConditionCode {
  if (value === null && operator !== 'is_null') return 'segment.condition_unknown'
  return holds ? 'segment.condition_holds' : 'segment.condition_fails'
}

/** What the figure stands for: a choice by its name, yes and no, a number, or the value as it is kept. */
function foundValue(condition: SegmentCondition, facts: FactBlock, row: number): FoundValue {
  const { key, holds } = columnOf(condition)
  if (holds === 'value') return facts.values(key)[row] ?? null
  const number = facts.numbers(key)[row] as number
  if (Number.isNaN(number)) return null
  const field = fieldOf(condition)
  if (field?.kind === 'choice') return field.choices[number] ?? null
  return field?.kind === 'boolean' || field?.kind === 'list' ? number === 1 : number
}

const fieldOf = (condition: SegmentCondition): SegmentField | undefined =>
  'field' in condition ? segmentField(condition.field) : undefined

/** Figures that grow by one a day by themselves, and that only a purchase takes back, or nothing does. */
function clockOf(condition: SegmentCondition): 'purchase' | 'nothing' | null {
  if ('aggregate' in condition) return condition.aggregate.function === 'days_since' ? 'purchase' : null
  return condition.field === 'daysSinceCreated' ? 'nothing' : null
}

function changesOf(
  condition: SegmentCondition,
  value: FoundValue,
  holds: boolean,
  asOfDay: DayNumber
): ConditionChange[] {
  const { operator } = condition
  if (operator === 'is_null') return [plain(value === null ? 'segment.if_known' : 'segment.if_unknown')]
  if (value === null) return [plain('aggregate' in condition ? 'segment.by_purchase' : 'segment.if_known')]
  const range = rangeOf(condition)
  if (range === null || typeof value !== 'number') {
    return [plain(holds ? 'segment.any_other_value' : 'segment.other_value')]
  }
  const clock = clockOf(condition)
  return clock === null ? rangeChanges(range, value) : clockChanges(condition, range, value, clock, asOfDay)
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The numbers that a condition lets pass, both ends included; null where it does not compare by size. */
function rangeOf({ operator, value }: SegmentCondition): Range | null {
  if (operator === 'at_least') return { from: value as number, to: Number.POSITIVE_INFINITY }
  if (operator === 'at_most') return { from: Number.NEGATIVE_INFINITY, to: value as number }
  if (operator === 'between') {
    const [from, to] = value as readonly [number, number]
    return { from, to }
  }
  return operator === 'is' && typeof value === 'number' ? { from: value, to: value } : null
}

function rangeChanges({ from, to }: Range, value: number): ConditionChange[] {
  if (value < from) return [{ code: 'segment.more', facts: { by: from - value } }]
  if (value > to) return [{ code: 'segment.less', facts: { by: value - to } }]
  return [
    ...(Number.isFinite(from) ? [{ code: 'segment.until_below', facts: { limit: from } } as const] : []),
    ...(Number.isFinite(to) ? [{ code: 'segment.until_above', facts: { limit: to } } as const] : [])
  ]
}

/** A figure that grows by one a day reaches a limit on a day that is known; beyond a window it is not known any more. */
function clockChanges(
  condition: SegmentCondition,
  range: Range,
  value: number,
  clock: 'purchase' | 'nothing',
  asOfDay: DayNumber
): ConditionChange[] {
  const within = 'aggregate' in condition ? (condition.aggregate.withinDays ?? Number.POSITIVE_INFINITY) : range.to
  const to = Math.min(range.to, within)
  const dayOf = (figure: number) => dayText(asOfDay + figure - value)
  if (value < range.from) {
    return range.from > to ? [] : [{ code: 'segment.from_day', facts: { on: dayOf(range.from) } }]
  }
  if (value > to) return clock === 'purchase' ? [plain('segment.by_purchase')] : []
  return [
    ...(Number.isFinite(to) ? [{ code: 'segment.until_day', facts: { on: dayOf(to) } } as const] : []),
    ...(clock === 'purchase' && range.from > 1 ? [plain('segment.ended_by_purchase')] : [])
  ]
}

const plain = (code: ChangeWithoutFigures): ConditionChange => ({ code, facts: {} })
