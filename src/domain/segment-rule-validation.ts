import type { FieldFault } from './errors.ts'
import { OPERATORS_OF, type SegmentField, segmentField } from './segment-fields.ts'
import {
  AGGREGATE_FUNCTIONS,
  CONDITIONS_AT_MOST,
  NARROWINGS,
  RULE_DEPTH_AT_MOST,
  type Scalar,
  SEGMENT_OPERATORS,
  type SegmentOperator,
  type SegmentRule,
  VALUES_AT_MOST,
  WITHIN_DAYS_AT_MOST
} from './segment-rule.ts'

const FAULTS_AT_MOST = 100
const LONGEST_TEXT = 200
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const NUMBER_FIELD: SegmentField = { kind: 'number', unit: 'plain' }

/** A rule, or everything that keeps a value from being one. */
export type ReadRule = { readonly rule: SegmentRule } | { readonly faults: readonly FieldFault[] }

/**
 * Reads a rule out of JSON. Every fault is told with its place below `base` (RFC 6901): members that a rule does not have,
 * fields that do not exist, operators that do not fit the field, values that do not fit the operator, groups without
 * rules, and more depth or conditions than a rule may have.
 */
export function readSegmentRule(value: unknown, base = ''): ReadRule {
  const reading: Reading = { faults: [], conditions: 0 }
  checkRule(reading, value, base, 1)
  if (reading.conditions > CONDITIONS_AT_MOST) {
    report(reading, base, 'too_many_conditions', `has more than ${CONDITIONS_AT_MOST} conditions`)
  }
  if (reading.faults.length > 0) return { faults: reading.faults.slice(0, FAULTS_AT_MOST) }
  return { rule: value as SegmentRule }
}

interface Reading {
  readonly faults: FieldFault[]
  conditions: number
}

type Members = Readonly<Record<string, unknown>>

function report({ faults }: Reading, pointer: string, reason: string, message: string): void {
  // A rule of a megabyte may hold very many of them.
  if (faults.length < FAULTS_AT_MOST) faults.push({ pointer, code: `segment_rule.${reason}`, message })
}

function checkRule(reading: Reading, value: unknown, pointer: string, depth: number): void {
  const form = isObject(value) ? FORMS.find(name => Object.hasOwn(value, name)) : undefined
  if (depth > RULE_DEPTH_AT_MOST) {
    report(reading, pointer, 'too_deep', `lies deeper than ${RULE_DEPTH_AT_MOST} rules inside one another`)
  } else if (!isObject(value) || form === undefined) {
    report(reading, pointer, 'malformed', `is not an object with one of the members ${FORMS.join(', ')}`)
  } else if (form === 'field' || form === 'aggregate') {
    checkMembers(reading, value, pointer, [form, 'operator', 'value'])
    checkCondition(reading, form, value, pointer)
  } else {
    checkMembers(reading, value, pointer, [form])
    if (form === 'not') checkRule(reading, value.not, `${pointer}/not`, depth + 1)
    else checkGroup(reading, value[form], `${pointer}/${form}`, depth)
  }
}

const FORMS = ['all', 'any', 'not', 'field', 'aggregate'] as const

function checkGroup(reading: Reading, value: unknown, pointer: string, depth: number): void {
  if (!Array.isArray(value)) report(reading, pointer, 'malformed', 'is not a list of rules')
  else if (value.length === 0) report(reading, pointer, 'empty', 'holds no rule')
  else if (value.length > CONDITIONS_AT_MOST) {
    report(reading, pointer, 'too_many_conditions', `holds more than ${CONDITIONS_AT_MOST} rules`)
  } else {
    for (const [index, part] of value.entries()) checkRule(reading, part, `${pointer}/${index}`, depth + 1)
  }
}

function checkCondition(reading: Reading, form: 'field' | 'aggregate', value: Members, pointer: string): void {
  reading.conditions++
  const field =
    form === 'field'
      ? checkField(reading, value.field, `${pointer}/field`)
      : checkAggregate(reading, value.aggregate, `${pointer}/aggregate`)
  const operator = checkOperator(reading, value.operator, field, `${pointer}/operator`)
  if (!Object.hasOwn(value, 'value')) report(reading, `${pointer}/value`, 'value_invalid', 'is missing')
  else if (field && operator) checkValue(reading, value.value, field, operator, `${pointer}/value`)
}

function checkField(reading: Reading, name: unknown, pointer: string): SegmentField | undefined {
  const field = typeof name === 'string' ? segmentField(name) : undefined
  if (!field) report(reading, pointer, 'field_unknown', 'is no field that a rule can ask for')
  return field
}

function checkAggregate(reading: Reading, value: unknown, pointer: string): SegmentField | undefined {
  if (!isObject(value)) {
    report(reading, pointer, 'malformed', 'is not an object')
    return undefined
  }
  checkMembers(reading, value, pointer, ['function', 'withinDays', ...NARROWINGS])
  if (!AGGREGATE_FUNCTIONS.some(name => name === value.function)) {
    report(reading, `${pointer}/function`, 'function_unknown', `is none of ${AGGREGATE_FUNCTIONS.join(', ')}`)
  }
  const { withinDays = null } = value
  if (withinDays !== null && !isWhole(withinDays, 1, WITHIN_DAYS_AT_MOST)) {
    report(reading, `${pointer}/withinDays`, 'value_invalid', `is not a whole number from 1 to ${WITHIN_DAYS_AT_MOST}`)
  }
  for (const name of NARROWINGS) {
    const given = value[name] ?? null
    if (given === null) continue
    const fault = name === 'storeId' ? (isId(given) ? null : 'is not an id') : textFault(given)
    if (fault) report(reading, `${pointer}/${name}`, 'value_invalid', fault)
  }
  return NUMBER_FIELD
}

function checkOperator(
  reading: Reading,
  value: unknown,
  field: SegmentField | undefined,
  pointer: string
): SegmentOperator | undefined {
  const operator = SEGMENT_OPERATORS.find(name => name === value)
  const fitting = field ? OPERATORS_OF[field.kind] : SEGMENT_OPERATORS
  if (operator && fitting.includes(operator)) return operator
  report(reading, pointer, 'operator_unfit', `is none of ${fitting.join(', ')}`)
  return undefined
}

function checkValue(
  reading: Reading,
  value: unknown,
  field: SegmentField,
  operator: SegmentOperator,
  pointer: string
): void {
  const wrong = (message: string, at = pointer) => report(reading, at, 'value_invalid', message)
  const single = (given: unknown, at = pointer) => {
    const fault = scalarFault(given, operator === 'at_least' || operator === 'at_most' ? numberLike(field) : field)
    if (fault) wrong(fault, at)
  }
  if (operator === 'is_null') {
    if (typeof value !== 'boolean') wrong('is not true or false')
  } else if (operator === 'in') {
    if (!Array.isArray(value) || value.length === 0) wrong('is not a list of values')
    else if (value.length > VALUES_AT_MOST) wrong(`holds more than ${VALUES_AT_MOST} values`)
    else for (const [index, one] of value.entries()) single(one, `${pointer}/${index}`)
  } else if (operator === 'between') {
    const [from, to] = Array.isArray(value) && value.length === 2 ? value : []
    if (scalarFault(from, numberLike(field)) || scalarFault(to, numberLike(field)))
      wrong('is not a list of two numbers')
    else if (from > to) wrong('begins with the larger number')
  } else single(value)
}

/** Attributes hold what the shop puts there; to compare by size only numbers can be given. */
const numberLike = (field: SegmentField): SegmentField | 'number' => (field.kind === 'attribute' ? 'number' : field)

/** Why a value cannot be one that the field holds; null when it can. */
function scalarFault(value: unknown, field: SegmentField | 'number'): string | null {
  if (field === 'number') return isNumber(value) ? null : 'is not a number'
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'is not true or false'
    case 'choice':
      return choiceFault(value, field.choices)
    case 'number':
      return isWhole(value, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) ? null : 'is not a whole number'
    case 'id':
      return isId(value) ? null : 'is not an id'
    case 'list':
      return field.choices ? choiceFault(value, field.choices) : textFault(value)
    case 'attribute':
      return typeof value === 'boolean' || isNumber(value) ? null : textFault(value)
  }
}

const choiceFault = (value: unknown, choices: readonly string[]): string | null =>
  choices.includes(value as string) ? null : `is none of ${choices.join(', ')}`

const textFault = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= LONGEST_TEXT
    ? null
    : `is not a text of 1 to ${LONGEST_TEXT} characters`

const isNumber = (value: unknown): value is Scalar => typeof value === 'number' && Number.isFinite(value)

const isWhole = (value: unknown, from: number, to: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to

const isId = (value: unknown): boolean => typeof value === 'string' && UUID.test(value)

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkMembers(reading: Reading, value: Members, pointer: string, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const token = name.slice(0, LONGEST_TEXT).replaceAll('~', '~0').replaceAll('/', '~1')
    report(reading, `${pointer}/${token}`, 'unknown_member', 'is not a member of a rule like this')
  }
}
