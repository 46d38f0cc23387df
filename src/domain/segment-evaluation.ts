import type { AttributeValue } from './customer.ts'
import { columnOf, type FactBlock } from './segment-columns.ts'
import { type SegmentField, segmentField } from './segment-fields.ts'
import type { Scalar, SegmentCondition, SegmentRule } from './segment-rule.ts'

/**
 * Whether something holds for 32 customers at a time, a bit each: those in rows 32 · index and on, the first in the lowest
 * bit. Bits of rows that the block does not have mean nothing.
 */
export type WordTest = (index: number) => number

const EVERYBODY = ~0

/** A rule, or a part of one, ready to be asked of one customer after the other. */
export interface CompiledRule {
  readonly word: WordTest
  holds(row: number): boolean
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
  testOf: (condition: SegmentCondition, index: number) => WordTest
): CompiledRule {
  let count = 0
  const build = (part: SegmentRule): CompiledRule => {
    if ('all' in part) return group(part.all.map(build), allOf)
    if ('any' in part) return group(part.any.map(build), anyOf)
    if ('not' in part) {
      const { word, deciding } = build(part.not)
      return compiled(index => ~word(index), deciding)
    }
    const index = count++
    return compiled(testOf(part, index), () => [index])
  }
  return build(rule)
}

const compiled = (word: WordTest, deciding: CompiledRule['deciding']): CompiledRule => ({
  word,
  holds: row => ((word(row >>> 5) >>> (row & 31)) & 1) === 1,
  deciding
})

const allOf =
  (tests: readonly WordTest[]): WordTest =>
  index => {
    let word = EVERYBODY
    for (let next = 0; next < tests.length && word !== 0; next++) word &= (tests[next] as WordTest)(index)
    return word
  }

const anyOf =
  (tests: readonly WordTest[]): WordTest =>
  index => {
    let word = 0
    for (let next = 0; next < tests.length && word !== EVERYBODY; next++) word |= (tests[next] as WordTest)(index)
    return word
  }

function group(parts: readonly CompiledRule[], join: (tests: readonly WordTest[]) => WordTest): CompiledRule {
  const whole = compiled(join(parts.map(part => part.word)), row => {
    const answer = whole.holds(row)
    return parts.filter(part => part.holds(row) === answer).flatMap(part => part.deciding(row))
  })
  return whole
}

/** A single condition over the figures of a block. Comparisons with NaN, the number that is not known, are false. */
export function conditionTest(condition: SegmentCondition, facts: FactBlock): WordTest {
  const { key, holds } = columnOf(condition)
  const field = 'field' in condition ? segmentField(condition.field) : undefined
  if (holds === 'value') return valueWords(facts.values(key), valueTest(condition, field))
  return numberTest(condition, facts.numbers(key), field)
}

function numberTest(
  { operator, value }: SegmentCondition,
  column: Float64Array,
  field: SegmentField | undefined
): WordTest {
  switch (operator) {
    case 'is':
      return within(column, codeOf(value as Scalar, field), codeOf(value as Scalar, field))
    case 'in':
      return among(column, new Set((value as readonly Scalar[]).map(one => codeOf(one, field))))
    case 'at_least':
      return within(column, value as number, Number.POSITIVE_INFINITY)
    case 'at_most':
      return within(column, Number.NEGATIVE_INFINITY, value as number)
    case 'between': {
      const [from, to] = value as readonly [number, number]
      return within(column, from, to)
    }
    case 'contains':
      return within(column, 1, 1)
    case 'is_null': {
      const known = within(column, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
      return value === true ? index => ~known(index) : known
    }
  }
}

/** A choice is its place, and yes is 1. */
function codeOf(value: Scalar, field: SegmentField | undefined): number {
  return field?.kind === 'choice' ? field.choices.indexOf(String(value)) : Number(value)
}

/** Numbers from one to another, both included. */
function within(column: Float64Array, from: number, to: number): WordTest {
  return index => {
    const end = Math.min(32, column.length - 32 * index)
    let word = 0
    for (let bit = 0; bit < end; bit++) {
      const number = column[32 * index + bit] as number
      if (number >= from && number <= to) word |= 1 << bit
    }
    return word
  }
}

function among(column: Float64Array, wanted: ReadonlySet<number>): WordTest {
  return index => {
    const end = Math.min(32, column.length - 32 * index)
    let word = 0
    for (let bit = 0; bit < end; bit++) if (wanted.has(column[32 * index + bit] as number)) word |= 1 << bit
    return word
  }
}

type Kept = AttributeValue | null

function valueWords(kept: readonly Kept[], holds: (one: Kept) => boolean): WordTest {
  return index => {
    const end = Math.min(32, kept.length - 32 * index)
    let word = 0
    for (let bit = 0; bit < end; bit++) if (holds(kept[32 * index + bit] as Kept)) word |= 1 << bit
    return word
  }
}

function valueTest({ operator, value }: SegmentCondition, field: SegmentField | undefined): (one: Kept) => boolean {
  const spelled = (given: Scalar) => (field?.kind === 'id' ? String(given).toLowerCase() : given)
  const isNumber = (one: Kept): one is number => typeof one === 'number'
  switch (operator) {
    case 'is': {
      const wanted = spelled(value as Scalar)
      return one => one === wanted
    }
    case 'in': {
      const wanted = new Set<unknown>((value as readonly Scalar[]).map(spelled))
      return one => wanted.has(one)
    }
    case 'at_least':
      return one => isNumber(one) && one >= (value as number)
    case 'at_most':
      return one => isNumber(one) && one <= (value as number)
    case 'between': {
      const [from, to] = value as readonly [number, number]
      return one => isNumber(one) && one >= from && one <= to
    }
    case 'contains':
      return one => (Array.isArray(one) ? one.includes(value as Scalar) : one === value)
    case 'is_null':
      return one => (one === null) === value
  }
}
