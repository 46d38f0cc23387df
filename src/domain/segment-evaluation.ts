import { columnOf, type FactBlock } from './segment-columns.ts'
import { type SegmentField, segmentField } from './segment-fields.ts'
import type { Scalar, SegmentCondition, SegmentRule } from './segment-rule.ts'

/** Whether something holds for the customer in a row. */
export type RowTest = (row: number) => boolean

/** A rule, or a part of one, ready to be asked of one customer after the other. */
export interface CompiledRule {
  readonly holds: RowTest
  /**
   * The conditions that decide the answer, by their place in the order of reading: of `all` every one if it holds and those
   * that fail if not; of `any` those that hold, and every one if none does.
   */
  deciding(row: number): number[]
}

/**
 * A rule over the figures of a block, whose rows may be refilled between two askings. There are but yes and no: a
 * condition whose figure is not known does not hold, save `is_null`, and `not` turns the answer as it is. So
 * `not (age at_least 18)` takes in whoever's age is not known; to leave them out, ask for `age is_null false` as well.
 */
export function compileRule(rule: SegmentRule, facts: FactBlock): CompiledRule {
  return assemble(rule, condition => conditionTest(condition, facts))
}

/**
 * A rule over tests of its conditions, which are asked for in the order of reading: the one definition of `all`, `any` and
 * `not`, for loaded figures and for what-if questions alike.
 */
export function assemble(
  rule: SegmentRule,
  testOf: (condition: SegmentCondition, index: number) => RowTest
): CompiledRule {
  let count = 0
  const build = (part: SegmentRule): CompiledRule => {
    if ('all' in part) return group(part.all.map(build), true)
    if ('any' in part) return group(part.any.map(build), false)
    if ('not' in part) {
      const { holds, deciding } = build(part.not)
      return { holds: row => !holds(row), deciding }
    }
    const index = count++
    return { holds: testOf(part, index), deciding: () => [index] }
  }
  return build(rule)
}

/** `all` ends with the first that fails, `any` with the first that holds: each ends with the first that is not `goOn`. */
function group(parts: readonly CompiledRule[], goOn: boolean): CompiledRule {
  const tests = parts.map(part => part.holds)
  const holds: RowTest = row => {
    for (const test of tests) if (test(row) !== goOn) return !goOn
    return goOn
  }
  return {
    holds,
    deciding: row => {
      const answer = holds(row)
      return parts.filter(part => part.holds(row) === answer).flatMap(part => part.deciding(row))
    }
  }
}

/** A single condition over the figures of a block. Comparisons with NaN, the number that is not known, are false. */
export function conditionTest(condition: SegmentCondition, facts: FactBlock): RowTest {
  const { key, holds } = columnOf(condition)
  const field = 'field' in condition ? segmentField(condition.field) : undefined
  return holds === 'number'
    ? numberTest(condition, facts.numbers(key), field)
    : valueTest(condition, facts.values(key), field)
}

function numberTest(
  { operator, value }: SegmentCondition,
  column: Float64Array,
  field: SegmentField | undefined
): RowTest {
  const number = column as ArrayLike<number> as { readonly [row: number]: number }
  const code = (given: Scalar) => codeOf(given, field)
  switch (operator) {
    case 'is': {
      const wanted = code(value as Scalar)
      return row => number[row] === wanted
    }
    case 'in': {
      const wanted = new Set((value as readonly Scalar[]).map(code))
      return row => wanted.has(number[row] as number)
    }
    case 'at_least': {
      const least = value as number
      return row => (number[row] as number) >= least
    }
    case 'at_most': {
      const most = value as number
      return row => (number[row] as number) <= most
    }
    case 'between': {
      const [from, to] = value as readonly [number, number]
      return row => (number[row] as number) >= from && (number[row] as number) <= to
    }
    case 'contains':
      return row => number[row] === 1
    case 'is_null':
      return row => Number.isNaN(number[row]) === value
  }
}

/** A choice is its place, and yes is 1. */
function codeOf(value: Scalar, field: SegmentField | undefined): number {
  return field?.kind === 'choice' ? field.choices.indexOf(String(value)) : Number(value)
}

function valueTest(
  { operator, value }: SegmentCondition,
  kept: ReturnType<FactBlock['values']>,
  field: SegmentField | undefined
): RowTest {
  const spelled = (given: Scalar) => (field?.kind === 'id' ? String(given).toLowerCase() : given)
  const compare = (holds: (one: number) => boolean): RowTest => {
    return row => {
      const one = kept[row]
      return typeof one === 'number' && holds(one)
    }
  }
  switch (operator) {
    case 'is': {
      const wanted = spelled(value as Scalar)
      return row => kept[row] === wanted
    }
    case 'in': {
      const wanted = new Set<unknown>((value as readonly Scalar[]).map(spelled))
      return row => wanted.has(kept[row])
    }
    case 'at_least':
      return compare(one => one >= (value as number))
    case 'at_most':
      return compare(one => one <= (value as number))
    case 'between': {
      const [from, to] = value as readonly [number, number]
      return compare(one => one >= from && one <= to)
    }
    case 'contains':
      return row => {
        const one = kept[row]
        return Array.isArray(one) ? one.includes(value as Scalar) : one === value
      }
    case 'is_null':
      return row => (kept[row] === null) === value
  }
}
