import type { Language } from './language.ts'
import { minorText } from './money.ts'
import type { Reason } from './reason.ts'
import type { ConditionChange, ConditionFinding, FoundValue } from './segment-explanation.ts'
import { attributeKey, type SegmentFieldName, segmentField, type Unit } from './segment-fields.ts'
import type { AggregateFunction, Scalar, SegmentCondition } from './segment-rule.ts'
import { ENGLISH } from './segment-texts-en.ts'
import { CHINESE } from './segment-texts-zh.ts'
import type { Words } from './segment-words.ts'

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, zh: CHINESE }

/** The sentence of a condition: what it looks at, what was found, and what is asked for, or must not be. `currency` is the tenant's. */
export function conditionReason(finding: ConditionFinding, currency: string, language: Language): Reason {
  const { condition, code, value } = finding
  const words = WORDS[language]
  const speak = speaker(condition, currency, words)
  const found = value === null ? words.unknown : speak(value)
  const sentence = isExcluded(finding) ? words.excluded : words.sentence
  const text = sentence(subjectOf(condition, words), found, demandOf(condition, speak, words))
  return { code, text, facts: factsOf(condition, value) }
}

/** The sentence of what would turn a condition. */
export function changeReason(
  change: ConditionChange,
  finding: Pick<ConditionFinding, 'pointer' | 'condition'>,
  currency: string,
  language: Language
): Reason {
  const { condition } = finding
  const words = WORDS[language]
  const speak = speaker(condition, currency, words)
  return {
    code: change.code,
    text:
      changeText(change, demandOf(condition, speak, words), speak, words) + (isExcluded(finding) ? words.excludes : ''),
    facts: change.facts
  }
}

/** Whether the rule asks that the condition does not hold: an odd number of `not` stands above it. */
const isExcluded = ({ pointer }: Pick<ConditionFinding, 'pointer'>): boolean =>
  pointer.split('/').filter(part => part === 'not').length % 2 === 1

type Speak = (value: Scalar | readonly Scalar[]) => string

function subjectOf(condition: SegmentCondition, words: Words): string {
  if ('aggregate' in condition) {
    const { aggregate } = condition
    const what = words.functions[aggregate.function] + words.narrowed(aggregate)
    return aggregate.withinDays ? words.withinDays(what, aggregate.withinDays) : what
  }
  const key = attributeKey(condition.field)
  if (key !== null) return words.attribute(key)
  const name = words.fields[condition.field as SegmentFieldName]
  return condition.operator === 'contains' ? words.item(name, String(condition.value)) : name
}

function demandOf({ operator, value, ...condition }: SegmentCondition, speak: Speak, words: Words): string {
  const isList = 'field' in condition && segmentField(condition.field)?.kind === 'list'
  switch (operator) {
    case 'is_null':
      return value === true ? words.unknown : words.known
    case 'contains':
      return isList ? words.yes : speak(value)
    case 'at_least':
      return words.atLeast(speak(value))
    case 'at_most':
      return words.atMost(speak(value))
    case 'between': {
      const [from, to] = value as readonly [number, number]
      return words.between(speak(from), speak(to))
    }
    case 'in':
      return words.oneOf(speak(value))
    case 'is':
      return speak(value)
  }
}

/** Values as a reader of the language knows them: amounts in the currency, choices by their names. */
function speaker(condition: SegmentCondition, currency: string, words: Words): Speak {
  const unit = unitOf(condition)
  const isChoice = 'field' in condition && segmentField(condition.field)?.kind === 'choice'
  const one = (value: Scalar): string => {
    if (typeof value === 'boolean') return value ? words.yes : words.no
    if (typeof value === 'string') return isChoice ? words.choice(value) : value
    if (unit === 'minor') return `${minorText(Math.round(value), currency)} ${currency}`
    return words.unit[unit](String(value))
  }
  return value => (typeof value === 'object' ? value.map(one).join(words.list) : one(value))
}

function unitOf(condition: SegmentCondition): Unit {
  if ('aggregate' in condition) return UNITS[condition.aggregate.function]
  const field = segmentField(condition.field)
  return field?.kind === 'number' ? field.unit : 'plain'
}

const UNITS: Readonly<Record<AggregateFunction, Unit>> = {
  sum: 'minor',
  count: 'plain',
  average: 'minor',
  distinct_days: 'days',
  distinct_products: 'plain',
  days_since: 'days'
}

function changeText(change: ConditionChange, demand: string, speak: Speak, words: Words): string {
  const { facts } = change
  const figure = 'by' in facts ? speak(facts.by) : 'limit' in facts ? speak(facts.limit) : 'on' in facts ? facts.on : ''
  return words.changes[change.code](String(figure), demand)
}

/** The figures of the sentence, flat. */
function factsOf(condition: SegmentCondition, value: FoundValue): Reason['facts'] {
  const { operator } = condition
  const asked = condition.value
  const joined = (one: Scalar | readonly Scalar[] | null) =>
    typeof one === 'object' && one !== null ? one.join(', ') : one
  const compared =
    operator === 'between' && typeof asked === 'object'
      ? { from: asked[0] ?? null, to: asked[1] ?? null }
      : { expected: joined(asked) }
  const what =
    'field' in condition
      ? { field: condition.field }
      : Object.fromEntries(Object.entries(condition.aggregate).filter(([, given]) => given !== undefined))
  return short({ ...what, operator, ...compared, actual: joined(value) })
}

/** Facts are for a glance; whoever wants a long list whole finds it in the rule. */
const short = (facts: Record<string, Scalar | null>): Reason['facts'] =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 500) : value])
  )
