import fc, { type Arbitrary } from 'fast-check'
import t from 'tap'
import { LANGUAGES } from '../../src/domain/language.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { columnOf, columnsOf, FilledBlock } from '../../src/domain/segment-columns.ts'
import { compileRule } from '../../src/domain/segment-evaluation.ts'
import { explainRule } from '../../src/domain/segment-explanation.ts'
import { SEGMENT_FIELDS } from '../../src/domain/segment-fields.ts'
import { AGGREGATE_FUNCTIONS, type SegmentCondition, type SegmentRule } from '../../src/domain/segment-rule.ts'
import { changeReason, conditionReason } from '../../src/domain/segment-texts.ts'

const asOfDay = dayNumber('2026-11-21')

/** The finding of a single condition whose figure is this number. */
function find(condition: SegmentCondition, value: number | null) {
  const block = new FilledBlock(columnsOf([condition]), 1)
  const { key } = columnOf(condition)
  const fill = (figure: number | null) => {
    block.numbers(key)[0] = figure ?? Number.NaN
  }
  fill(value)
  const [finding] = explainRule(condition, block, 0, asOfDay).conditions
  if (!finding) throw new Error('no finding')
  const holdsWith = (figure: number) => {
    fill(figure)
    return compileRule(condition, block).holds(0)
  }
  return { finding, holdsWith }
}

const small = fc.integer({ min: 0, max: 40 })
const compared: Arbitrary<Pick<SegmentCondition, 'operator' | 'value'>> = fc.oneof(
  fc.record({ operator: fc.constantFrom('at_least', 'at_most', 'is'), value: small }),
  fc.tuple(small, small).map(([a, b]) => ({ operator: 'between', value: [Math.min(a, b), Math.max(a, b)] }) as const)
)
const counted = compared.map(comparison => ({ aggregate: { function: 'count' }, ...comparison }) as const)

t.test('so much more, or less, as is said makes a condition hold, and one less than that does not', async () => {
  fc.assert(
    fc.property(counted, small, (condition, value) => {
      const { finding, holdsWith } = find(condition, value)
      return finding.changes.every(({ code, facts }) => {
        if (code === 'segment.more') return holdsWith(value + facts.by) && !holdsWith(value + facts.by - 1)
        if (code === 'segment.less') return holdsWith(value - facts.by) && !holdsWith(value - facts.by + 1)
        if (code === 'segment.until_below') return holdsWith(facts.limit) && !holdsWith(facts.limit - 1)
        return code === 'segment.until_above' && holdsWith(facts.limit) && !holdsWith(facts.limit + 1)
      })
    })
  )
})

t.test('what only waits for time holds from the day that is named, or up to it', async () => {
  const waiting: Arbitrary<SegmentCondition> = fc.oneof(
    fc.tuple(compared, fc.option(fc.integer({ min: 1, max: 40 }))).map(([comparison, withinDays]) => ({
      aggregate: { function: 'days_since', withinDays } as const,
      ...comparison
    })),
    compared.map(comparison => ({ field: 'daysSinceCreated', ...comparison }))
  )
  fc.assert(
    fc.property(waiting, fc.integer({ min: 1, max: 40 }), (condition, value) => {
      const within = ('aggregate' in condition && condition.aggregate.withinDays) || Number.POSITIVE_INFINITY
      fc.pre(value <= within)
      const { finding, holdsWith } = find(condition, value)
      // Beyond its window a last purchase is not known any more.
      const holdsOn = (day: number) => value + day - asOfDay <= within && holdsWith(value + day - asOfDay)
      return finding.changes.every(({ code, facts }) => {
        if (code === 'segment.from_day') {
          return !finding.holds && holdsOn(dayNumber(facts.on)) && !holdsOn(dayNumber(facts.on) - 1)
        }
        if (code === 'segment.until_day') {
          return finding.holds && holdsOn(dayNumber(facts.on)) && !holdsOn(dayNumber(facts.on) + 1)
        }
        return code === 'segment.by_purchase' || code === 'segment.ended_by_purchase'
      })
    })
  )
})

t.test('a condition is decisive if it alone would turn the answer', async t => {
  const [a, b] = [
    { aggregate: { function: 'count' }, operator: 'at_least', value: 3 },
    { field: 'age', operator: 'at_least', value: 18 }
  ] as const
  const decisive = (rule: SegmentRule, count: number, age: number | null) => {
    const block = new FilledBlock(columnsOf([rule]), 1)
    block.numbers(columnOf(a).key)[0] = count
    block.numbers(columnOf(b).key)[0] = age ?? Number.NaN
    return explainRule(rule, block, 0, asOfDay).conditions.map(one => one.decisive)
  }
  t.same(decisive({ all: [a, b] }, 3, 20), [true, true])
  t.same(decisive({ all: [a, b] }, 2, 20), [true, false])
  t.same(decisive({ all: [a, b] }, 2, null), [false, false])
  t.same(decisive({ any: [a, b] }, 3, 20), [false, false])
  t.same(decisive({ any: [a, { not: b }] }, 1, 20), [true, true])
})

t.test('what is not known is said to be so, and what would make it known', async t => {
  const since = { aggregate: { function: 'days_since' }, operator: 'at_most', value: 30 } as const
  t.match(find(since, null).finding, {
    code: 'segment.condition_unknown',
    holds: false,
    value: null,
    changes: [{ code: 'segment.by_purchase' }]
  })
  const known = { field: 'age', operator: 'is_null', value: true } as const
  t.match(find(known, 30).finding, { code: 'segment.condition_fails', changes: [{ code: 'segment.if_unknown' }] })
  t.match(find(known, null).finding, { code: 'segment.condition_holds', changes: [{ code: 'segment.if_known' }] })
})

t.test('sentences', async t => {
  const say = (
    condition: SegmentCondition,
    value: number | null,
    language: (typeof LANGUAGES)[number],
    pointer = ''
  ) => {
    const finding = { ...find(condition, value).finding, pointer }
    return [
      conditionReason(finding, 'CNY', language).text,
      ...finding.changes.map(change => changeReason(change, finding, 'CNY', language).text)
    ]
  }
  const spent = {
    aggregate: { function: 'sum', withinDays: 1, brand: 'Aokang', category: 'shoes' },
    operator: 'between',
    value: [10_000, 20_050]
  } as const

  t.test('name what is looked at, what was found, and what is asked for', async t => {
    t.same(say(spent, 15_000, 'en'), [
      'Net amount bought of the brand “Aokang” in the category “shoes”, last 1 day: 150.00 CNY; asked for: from 100.00 CNY to 200.50 CNY.',
      'Met until it falls below 100.00 CNY.',
      'Met until it passes 200.50 CNY.'
    ])
    t.same(say(spent, 15_000, 'zh'), [
      '最近 1 天净消费额（品牌“Aokang”，品类“shoes”）：150.00 CNY；要求：100.00 CNY至200.50 CNY。',
      '在低于 100.00 CNY 之前一直满足。',
      '在超过 200.50 CNY 之前一直满足。'
    ])
    const level = { field: 'loyaltyLevel', operator: 'in', value: ['loyal', 'non_loyal'] } as const
    t.equal(say(level, 1, 'en')[0], 'Loyalty: switcher; asked for: one of loyal, non loyal.')
    t.equal(say(level, 1, 'zh')[0], '忠诚度：摇摆；要求：以下之一：忠诚、不忠诚。')
    const tag = { field: 'tags', operator: 'contains', value: 'vip' } as const
    t.equal(say(tag, 0, 'en')[0], 'Tag “vip”: no; asked for: yes.')
    const age = { field: 'age', operator: 'at_least', value: 18 } as const
    t.same(say(age, 17, 'en'), ['Age: 17 years; asked for: at least 18 years.', '1 year more would meet this.'])
    t.same(say(age, null, 'zh'), ['年龄：未知；要求：至少 18 岁。', '需要先知道这一项。'])
    t.same(
      say(tag, 0, 'en', '/all/1/not'),
      ['Tag “vip”: no; must not be: yes.', 'It would have to be: yes. That is what the rule excludes.'],
      'what must not hold is said to be so'
    )
    t.same(say(tag, 0, 'zh', '/not')[0], '标签“vip”：否；不得为：是。')
    t.equal(say(tag, 0, 'en', '/not/any/0/not')[0], 'Tag “vip”: no; asked for: yes.')
  })

  t.test('exist for every field and function, in every language, with facts that fit a problem document', async t => {
    const numbers = Object.keys(SEGMENT_FIELDS).filter(
      field => field !== 'homeStoreId' && field !== 'relationshipManagerId'
    )
    const asked: SegmentCondition[] = [
      ...numbers.map(field => ({ field, operator: 'is_null', value: true }) as const),
      ...AGGREGATE_FUNCTIONS.map(name => ({ aggregate: { function: name }, operator: 'at_least', value: 3 }) as const)
    ]
    for (const condition of asked) {
      if ('field' in condition && ['tags', 'contactTypes', 'externalSystems'].includes(condition.field)) continue
      for (const language of LANGUAGES) {
        const { finding } = find(condition, 2)
        for (const { text, facts } of [
          conditionReason(finding, 'EUR', language),
          ...finding.changes.map(change => changeReason(change, finding, 'EUR', language))
        ]) {
          t.notMatch(text, /undefined|NaN|\[object|segment\./)
          if (language === 'zh') t.match(text, /[\u4e00-\u9fff]/)
          t.notOk(Object.values(facts).some(fact => typeof fact === 'object' && fact !== null))
        }
      }
    }
  })
})
