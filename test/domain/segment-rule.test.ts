import fc, { type Arbitrary } from 'fast-check'
import t from 'tap'
import type { AttributeValue } from '../../src/domain/customer.ts'
import { columnOf, columnsOf, FilledBlock } from '../../src/domain/segment-columns.ts'
import { compileRule } from '../../src/domain/segment-evaluation.ts'
import { OPERATORS_OF, SEGMENT_FIELDS, segmentField } from '../../src/domain/segment-fields.ts'
import {
  AGGREGATE_FUNCTIONS,
  conditionsOf,
  type Scalar,
  type SegmentCondition,
  type SegmentOperator,
  type SegmentRule
} from '../../src/domain/segment-rule.ts'
import { readSegmentRule } from '../../src/domain/segment-rule-validation.ts'

const STORE = '0193a1f0-7c1e-7b3a-9d52-000000000001'

const faultsOf = (value: unknown) => {
  const read = readSegmentRule(value)
  return 'faults' in read
    ? read.faults.map(({ pointer, code }) => `${pointer} ${code.replace('segment_rule.', '')}`)
    : []
}

const age = (operator: SegmentOperator, value: SegmentCondition['value']): SegmentCondition => ({
  field: 'age',
  operator,
  value
})

/** Conditions of every field and operator, with values that fit. */
const conditions: Arbitrary<SegmentCondition> = fc.oneof(
  ...Object.keys(SEGMENT_FIELDS).map(field => conditionOn(field)),
  conditionOn('attributes.shoeSize'),
  fc
    .record({
      function: fc.constantFrom(...AGGREGATE_FUNCTIONS),
      withinDays: fc.option(fc.integer({ min: 1, max: 3 })),
      brand: fc.option(fc.constantFrom('x', 'y'))
    })
    .chain(aggregate =>
      fc
        .constantFrom(...OPERATORS_OF.number)
        .chain(operator =>
          valueFor(operator, fc.integer({ min: 0, max: 5 })).map(value => ({ aggregate, operator, value }))
        )
    )
)

function conditionOn(name: string): Arbitrary<SegmentCondition> {
  const field = segmentField(name)
  if (!field) throw new Error(name)
  const small = fc.integer({ min: 0, max: 5 })
  const values: Record<typeof field.kind, Arbitrary<Scalar>> = {
    boolean: fc.boolean(),
    choice: field.kind === 'choice' ? fc.constantFrom(...field.choices) : fc.constant(''),
    number: small,
    id: fc.constantFrom(STORE, STORE.toUpperCase(), STORE.replace('1', '2')),
    list: field.kind === 'list' && field.choices ? fc.constantFrom(...field.choices) : fc.constantFrom('x', 'y'),
    attribute: fc.oneof(small, fc.boolean(), fc.constantFrom('x', 'y'))
  }
  return fc.constantFrom(...OPERATORS_OF[field.kind]).chain(operator => {
    const sized = operator === 'at_least' || operator === 'at_most' || operator === 'between'
    return valueFor(operator, sized ? small : values[field.kind]).map(value => ({ field: name, operator, value }))
  })
}

function valueFor(operator: SegmentOperator, one: Arbitrary<Scalar>): Arbitrary<SegmentCondition['value']> {
  if (operator === 'is_null') return fc.boolean()
  if (operator === 'in') return fc.array(one, { minLength: 1, maxLength: 3 })
  if (operator !== 'between') return one
  return fc.tuple(one, one).map(pair => [...pair].sort((a, b) => Number(a) - Number(b)))
}

const rules: Arbitrary<SegmentRule> = fc.letrec<{ rule: SegmentRule; group: SegmentRule[] }>(tie => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    conditions,
    tie('group').map(all => ({ all })),
    tie('group').map(any => ({ any })),
    tie('rule').map(not => ({ not }))
  ),
  group: fc.array(tie('rule'), { minLength: 1, maxLength: 3 })
})).rule

/** What a customer has, by the key of a figure, as a person would write it down: null where it is not known. */
type Customer = (condition: SegmentCondition) => AttributeValue | null

/** Customers of whom anything may be known or not; the same figure is the same for every condition that asks for it. */
const customers: Arbitrary<Customer> = fc.func(fc.nat({ max: 11 })).map(draw => condition => {
  const number = draw(columnOf(condition).key)
  if (number % 6 === 0) return null
  const field = 'field' in condition ? segmentField(condition.field) : undefined
  switch (field?.kind) {
    case 'boolean':
    case 'list':
      return number % 2 === 0
    case 'choice':
      return field.choices[number % field.choices.length] as string
    case 'id':
      return number % 2 === 0 ? STORE : STORE.replace('1', '2')
    case 'attribute':
      return ([number % 6, true, 'x', ['x', 3], ['y'], 'y'] as const)[number % 6] as AttributeValue
    default:
      return number % 6
  }
})

/** The rules spelled out, for one customer. */
function naive(rule: SegmentRule, customer: Customer): boolean {
  if ('all' in rule) return rule.all.every(part => naive(part, customer))
  if ('any' in rule) return rule.any.some(part => naive(part, customer))
  if ('not' in rule) return !naive(rule.not, customer)
  const has = customer(rule)
  const { operator, value } = rule
  if (operator === 'is_null') return (has === null) === value
  if (has === null) return false
  const isList = 'field' in rule && segmentField(rule.field)?.kind === 'list'
  const same = (one: Scalar) => (typeof one === 'string' && /^0193/.test(one) ? has === one.toLowerCase() : has === one)
  switch (operator) {
    case 'is':
      return same(value as Scalar)
    case 'in':
      return (value as Scalar[]).some(same)
    case 'contains':
      return isList ? has === true : Array.isArray(has) ? has.includes(value as Scalar) : same(value as Scalar)
    case 'at_least':
      return typeof has === 'number' && has >= Number(value)
    case 'at_most':
      return typeof has === 'number' && has <= Number(value)
    case 'between':
      return typeof has === 'number' && has >= Number((value as Scalar[])[0]) && has <= Number((value as Scalar[])[1])
  }
}

/** A block that holds what the customers have, as a repository would fill it. */
function blockOf(all: readonly SegmentRule[], rows: readonly Customer[]): FilledBlock {
  const block = new FilledBlock(columnsOf(all), rows.length)
  for (const { condition } of all.flatMap(rule => conditionsOf(rule))) {
    const column = columnOf(condition)
    const field = 'field' in condition ? segmentField(condition.field) : undefined
    rows.forEach((customer, row) => {
      const has = customer(condition)
      if (column.holds === 'value') block.values(column.key)[row] = has
      else if (has === null) block.numbers(column.key)[row] = Number.NaN
      else block.numbers(column.key)[row] = field?.kind === 'choice' ? field.choices.indexOf(String(has)) : Number(has)
    })
  }
  return block
}

const crowd = fc.array(customers, { minLength: 1, maxLength: 8 })

t.test('a rule over columns takes in exactly those whom it takes in one by one', async () => {
  fc.assert(
    fc.property(rules, crowd, (rule, rows) => {
      const { holds } = compileRule(rule, blockOf([rule], rows))
      return rows.every((customer, row) => holds(row) === naive(rule, customer))
    }),
    { numRuns: 500 }
  )
})

t.test('what tests make up is what the service accepts', async () => {
  fc.assert(fc.property(rules, rule => 'rule' in readSegmentRule(JSON.parse(JSON.stringify(rule)))))
})

t.test('laws of the tree', async t => {
  const equal = (a: SegmentRule, b: SegmentRule, rows: readonly Customer[]) => {
    const block = blockOf([a, b], rows)
    const [first, second] = [compileRule(a, block), compileRule(b, block)]
    return rows.every((_, row) => first.holds(row) === second.holds(row))
  }
  const law = (title: string, make: (parts: SegmentRule[]) => [SegmentRule, SegmentRule]) =>
    t.test(title, async () => {
      fc.assert(
        fc.property(fc.array(rules, { minLength: 1, maxLength: 3 }), crowd, (parts, rows) =>
          equal(...make(parts), rows)
        )
      )
    })
  law('not twice is nothing', ([one]) => [one as SegmentRule, { not: { not: one as SegmentRule } }])
  law('not all is any not, what is not known included', parts => [
    { not: { all: parts } },
    { any: parts.map(not => ({ not })) }
  ])
  law('not any is all not', parts => [{ not: { any: parts } }, { all: parts.map(not => ({ not })) }])
  law('the order of rules makes no difference', parts => [
    { all: [{ any: parts }, ...parts] },
    { all: [...parts].reverse().concat({ any: [...parts].reverse() }) }
  ])
  law('a rule and its opposite leave nobody out and nobody twice', parts => [
    { any: [{ all: parts }, { not: { all: parts } }] },
    { not: { all: [{ all: parts }, { not: { all: parts } }] } }
  ])
})

t.test('the conditions that decide are enough to know the answer', async () => {
  fc.assert(
    fc.property(rules, crowd, (rule, rows) => {
      const block = blockOf([rule], rows)
      const compiled = compileRule(rule, block)
      const placed = conditionsOf(rule)
      return rows.every((customer, row) => {
        const deciding = new Set(compiled.deciding(row))
        // Whatever the others were: all yes, or all no.
        return [true, false].every(answer => {
          let index = 0
          const forced = (part: SegmentRule): boolean => {
            if ('all' in part) return part.all.map(forced).every(Boolean)
            if ('any' in part) return part.any.map(forced).some(Boolean)
            if ('not' in part) return !forced(part.not)
            const mine = index++
            return deciding.has(mine) ? naive(placed[mine]?.condition as SegmentRule, customer) : answer
          }
          return forced(rule) === compiled.holds(row)
        })
      })
    })
  )
})

t.test('equal figures are loaded once', async t => {
  const sum = (value: number, aggregate: object = {}): SegmentRule => ({
    aggregate: { function: 'sum', ...aggregate },
    operator: 'at_least',
    value
  })
  const all = [sum(1), sum(2, { withinDays: null, brand: null }), sum(3, { storeId: STORE.toUpperCase() })]
  t.equal(columnsOf([{ all }, sum(4, { storeId: STORE }), age('is', 3), { not: age('at_most', 9) }]).length, 3)
})

t.test('boundaries', async t => {
  const answer = (condition: SegmentCondition, has: AttributeValue | null) => {
    const block = blockOf([condition], [() => has])
    return compileRule(condition, block).holds(0)
  }
  t.test('at_least, at_most and between include what they name', async t => {
    t.same(
      [17, 18, 19].map(has => answer(age('at_least', 18), has)),
      [false, true, true]
    )
    t.same(
      [17, 18, 19].map(has => answer(age('at_most', 18), has)),
      [true, true, false]
    )
    t.same(
      [17, 18, 30, 31].map(has => answer(age('between', [18, 30]), has)),
      [false, true, true, false]
    )
  })
  t.test('what is not known fulfils no condition but is_null, and not turns that', async t => {
    t.notOk(answer(age('at_least', 0), null))
    t.notOk(answer(age('at_most', 200), null))
    t.ok(answer(age('is_null', true), null))
    t.notOk(answer(age('is_null', false), null))
    const block = blockOf([age('at_least', 18)], [() => null])
    t.ok(compileRule({ not: age('at_least', 18) }, block).holds(0))
  })
  t.test('an attribute is compared as what it is', async t => {
    const size = (operator: SegmentOperator, value: SegmentCondition['value']) => ({
      field: 'attributes.size',
      operator,
      value
    })
    t.ok(answer(size('is', 42), 42))
    t.notOk(answer(size('is', '42'), 42))
    t.notOk(answer(size('at_least', 1), '42'))
    t.ok(answer(size('contains', 'red'), ['blue', 'red']))
    t.ok(answer(size('contains', 'red'), 'red'))
    t.notOk(answer(size('is', 'red'), ['red']))
    t.ok(answer(size('is', true), true))
  })
})

t.test('a rule is read with every fault in its place', async t => {
  t.test('nothing that is none', async t => {
    t.same(faultsOf(null), [' malformed'])
    t.same(faultsOf([]), [' malformed'])
    t.same(faultsOf({}), [' malformed'])
    t.same(faultsOf({ all: 'x' }), ['/all malformed'])
    t.same(faultsOf({ all: [] }), ['/all empty'])
    t.same(faultsOf({ not: [age('is', 1)] }), ['/not malformed'])
    t.same(faultsOf({ all: [age('is', 1)], any: [] }), ['/any unknown_member'])
    t.same(faultsOf({ ...age('is', 1), 'a/b~': 1 }), ['/a~1b~0 unknown_member'])
  })
  t.test('fields, functions and operators', async t => {
    t.same(faultsOf({ field: 'constructor', operator: 'is', value: 1 }), ['/field field_unknown'])
    t.same(faultsOf({ field: 'attributes.', operator: 'is', value: 1 }), ['/field field_unknown'])
    t.same(faultsOf({ field: 3, operator: 'was', value: 1 }), ['/field field_unknown', '/operator operator_unfit'])
    t.same(faultsOf({ field: 'tags', operator: 'is', value: 'vip' }), ['/operator operator_unfit'])
    t.same(faultsOf({ field: 'gender', operator: 'at_least', value: 'male' }), ['/operator operator_unfit'])
    t.same(faultsOf({ aggregate: { function: 'median' }, operator: 'is', value: 1 }), [
      '/aggregate/function function_unknown'
    ])
    t.same(faultsOf({ aggregate: 3, operator: 'is', value: 1 }), ['/aggregate malformed'])
    t.same(faultsOf({ field: 'age', operator: 'is' }), ['/value value_invalid'])
  })
  t.test('values that do not fit', async t => {
    const unfit: [string, SegmentOperator, unknown][] = [
      ['age', 'is', 1.5],
      ['age', 'at_least', '18'],
      ['age', 'between', [3]],
      ['age', 'between', [4, 3]],
      ['age', 'is_null', null],
      ['gender', 'is', 'none'],
      ['gender', 'in', []],
      ['gender', 'in', 'male'],
      ['gender', 'in', new Array(101).fill('male')],
      ['firstUser', 'is', 1],
      ['homeStoreId', 'is', 'S1'],
      ['tags', 'contains', ''],
      ['tags', 'contains', 'x'.repeat(201)],
      ['contactTypes', 'contains', 'pigeon'],
      ['attributes.size', 'at_least', '42'],
      ['attributes.size', 'is', null],
      ['attributes.size', 'between', ['a', 'b']]
    ]
    for (const [field, operator, value] of unfit) {
      t.same(
        faultsOf({ field, operator, value }),
        ['/value value_invalid'],
        `${field} ${operator} ${JSON.stringify(value)}`
      )
    }
    t.same(faultsOf({ field: 'gender', operator: 'in', value: ['male', 7] }), ['/value/1 value_invalid'])
    const narrowed = { function: 'sum', withinDays: 3_651, sku: '', brand: 7, category: null, storeId: 'S1' }
    t.same(faultsOf({ aggregate: narrowed, operator: 'is', value: 1 }), [
      '/aggregate/withinDays value_invalid',
      '/aggregate/sku value_invalid',
      '/aggregate/brand value_invalid',
      '/aggregate/storeId value_invalid'
    ])
  })
  t.test('8 rules inside one another and 50 conditions are as much as there may be', async t => {
    const nested = (depth: number): unknown => (depth === 1 ? age('is', 1) : { not: nested(depth - 1) })
    t.same(faultsOf(nested(8)), [])
    t.same(faultsOf(nested(9)), [`${'/not'.repeat(8)} too_deep`])
    const many = (count: number) => ({ any: new Array(count).fill(age('is', 1)) })
    t.same(faultsOf(many(50)), [])
    t.same(faultsOf(many(51)), ['/any too_many_conditions'])
    t.same(faultsOf({ all: [many(30), many(21)] }), [' too_many_conditions'])
  })
  t.test('no more than 100 faults are told of the worst rule', async t => {
    const worst = { all: new Array(50).fill({ any: new Array(50).fill({ field: 'x', operator: 'y', value: 1 }) }) }
    t.equal(faultsOf(worst).length, 100)
  })
})
