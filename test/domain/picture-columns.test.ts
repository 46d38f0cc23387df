import fc from 'fast-check'
import t from 'tap'
import { DEFECTION_STATES, measureCadence } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { DEFECTION_BASES, explainDefection } from '../../src/domain/defection.ts'
import { outlookReader } from '../../src/domain/outlook.ts'
import { PARTIAL_DEFECTION, spendOf } from '../../src/domain/partial-defection.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { emptyPicture, rhythmOf } from '../../src/domain/picture-columns.ts'
import { receiptDay } from '../../src/domain/receipt-days.ts'

const asOfDay = dayNumber('2026-11-22')

/** Purchase days before the day of the question, each with an amount; the columns of a shop with such customers. */
const customers = fc.array(
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 9_000 })), {
    selector: ([ago]) => ago,
    maxLength: 9
  }),
  { minLength: 1, maxLength: 12 }
)

function columnsOf(shop: readonly (readonly (readonly [ago: number, net: number])[])[]) {
  const sorted = shop.map(days => [...days].sort(([a], [b]) => b - a))
  const offsets = new Uint32Array(shop.length + 1)
  for (const [row, days] of sorted.entries()) offsets[row + 1] = (offsets[row] as number) + days.length
  const none = () => new Int32Array(shop.length)
  return {
    days: Int32Array.from(sorted.flat(), ([ago]) => receiptDay(asOfDay - ago, true)),
    nets: Float64Array.from(sorted.flat(), ([, net]) => net),
    offsets,
    sales: none(),
    returns: none(),
    lines: none(),
    promotionLines: none(),
    brandLines: none(),
    favouriteLines: none(),
    brandSwitches: none()
  }
}

function atOnce<T>(turns: Generator<void, T>): T {
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
  }
}

t.test('a column says of each customer what the explanation says of him alone', async () => {
  fc.assert(
    fc.property(customers, shop => {
      const facts = columnsOf(shop)
      const rhythm = atOnce(rhythmOf(facts, DEFAULT_POLICY, asOfDay))
      return shop.every((_, row) => {
        const [from, to] = [facts.offsets[row] as number, facts.offsets[row + 1] as number]
        const [days, nets] = [facts.days.slice(from, to), facts.nets.slice(from, to)]
        const { defection } = DEFAULT_POLICY
        const cadence = measureCadence(days, asOfDay, defection)
        const spend = spendOf(days, nets, 0, days.length, cadence.firstDay, asOfDay, defection)
        const one = explainDefection(cadence, rhythm.segment, spend, asOfDay, 'EUR', defection)
        return (
          DEFECTION_STATES[rhythm.states[row] as number] === one.state &&
          DEFECTION_BASES[rhythm.bases[row] as number] === one.basis &&
          PARTIAL_DEFECTION[rhythm.partials[row] as number] === one.partial
        )
      })
    })
  )
})

t.test('of whom nothing is known, it is not known either whether he buys much less than he used to', async t => {
  t.same(
    [...emptyPicture(2).partialDefections].map(code => PARTIAL_DEFECTION[code]),
    ['unknown', 'unknown']
  )
})

t.test(
  'without a model who came once is worth the less the longer ago it was, and who has a rhythm what it brought',
  async t => {
    const worth = (daysAgo: readonly number[]) => {
      const days = Int32Array.from(daysAgo, ago => receiptDay(asOfDay - ago, true))
      const nets = daysAgo.map(() => 3_650)
      const { valueIfStaysMinor } = outlookReader(null, DEFAULT_POLICY.defection, asOfDay)(days, nets, 0, days.length)
      return valueIfStaysMinor === null ? null : Math.round(valueIfStaysMinor)
    }
    t.same([[1], [365], [730], [3_650]].map(worth), [3_650, 3_650, 1_825, 365])
    t.same([worth([730, 400]), worth([])], [3_650, null])
    t.equal(worth([1_200, 1_100, 1_000]), 3 * 3_650, 'within one year, while he came')
  }
)
