import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import {
  addFirstUse,
  emptyFirstUse,
  explainFirstUse,
  type FirstUseColumns,
  firstPlaces,
  firstUseOfOne,
  isFirstUser,
  isNewProduct,
  isProvisional,
  type ProductBuyers
} from '../../src/domain/first-users.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'

const { loyalty: policy } = DEFAULT_POLICY
const DAY = 20_000
const NEVER = 1e9

const product = (times: readonly number[], rows: readonly number[] = times.map((_, row) => row)): ProductBuyers => ({
  rows,
  times,
  from: 0,
  to: times.length,
  firstSoldDay: DAY
})
const counted = (rows: number, products: readonly ProductBuyers[], asOfTime = NEVER, asOfDay = DAY + 200) => {
  const columns = emptyFirstUse(rows)
  for (const one of products) addFirstUse(columns, one, asOfTime, asOfDay, policy)
  return columns
}
const plain = ({ products, observed, provisional, expected }: FirstUseColumns) => ({
  products: [...products],
  observed: [...observed],
  provisional: [...provisional],
  expected: [...expected]
})
const sentences = (grounds: Parameters<typeof allInWords>[0]) => allInWords(grounds, 'en').map(({ text }) => text)

/** Buyers of one product, each row once, with many equal times. */
const buyers = fc.uniqueArray(
  fc.record({ row: fc.integer({ min: 0, max: 199 }), time: fc.integer({ min: 0, max: 40 }) }),
  { selector: ({ row }) => row, maxLength: 200 }
)
const asProduct = (list: readonly { row: number; time: number }[]) =>
  product(
    list.map(({ time }) => time),
    list.map(({ row }) => row)
  )

t.test('a product is new from 90 days after the first sale of anything', async t => {
  t.ok(isNewProduct(DAY + 90, DAY, policy))
  t.notOk(isNewProduct(DAY + 89, DAY, policy))
})

t.test('places are provisional until there are 50 buyers or 180 days have passed', async t => {
  t.ok(isProvisional(49, DAY, DAY + 179, policy))
  t.notOk(isProvisional(50, DAY, DAY + 179, policy))
  t.notOk(isProvisional(49, DAY, DAY + 180, policy))
})

t.test('one in forty is an innovator and sixteen in a hundred are early adopters, rounded up', async t => {
  const places = (n: number) => firstPlaces(product([...Array(n).keys()]), NEVER, policy)
  t.match(places(1), { buyers: 1, innovators: 1, earlyAdopters: 1 })
  t.match(places(40), { innovators: 1, earlyAdopters: 7 })
  t.match(places(41), { innovators: 2, earlyAdopters: 7 })
  t.match(places(100), { innovators: 3, innovatorUntil: 2, earlyAdopters: 16, earlyAdopterUntil: 15 })
  t.match(places(1000), { innovators: 25, earlyAdopters: 160 })
  t.equal(places(0), null)
})

t.test('who bought at the same time shares a rank, and all of them are in', async t => {
  t.match(firstPlaces(product([5, 1, 1, 1, 9, 9]), NEVER, policy), { innovators: 3, innovatorUntil: 1 })
  const { observed, expected } = counted(3, [product([7, 7, 7])])
  t.same(
    [[...observed], [...expected]],
    [
      [1, 1, 1],
      [1, 1, 1]
    ],
    'where all are first, nobody is'
  )
})

t.test('ranks are by definition: no more than ⌈0.025·n⌉ − 1 bought earlier', async t => {
  fc.assert(
    fc.property(buyers, fc.integer({ min: 1, max: 50 }), (list, asOfTime) => {
      const past = list.filter(({ time }) => time < asOfTime)
      const { observed, products, expected } = counted(200, [asProduct(list)], asOfTime)
      const slots = Math.ceil(past.length / 40)
      const innovators = past.filter(one => past.filter(other => other.time < one.time).length < slots)
      return [...Array(200).keys()].every(row => {
        const bought = past.some(one => one.row === row)
        const chance = innovators.length / past.length
        return (
          observed[row] === (innovators.some(one => one.row === row) ? 1 : 0) &&
          products[row] === (bought ? 1 : 0) &&
          (bought ? Math.abs((expected[row] as number) - chance) < 1e-11 : expected[row] === 0)
        )
      })
    })
  )
  t.pass()
})

t.test(
  'neither the order of products and buyers nor what comes later changes anything, nor do whole weeks',
  async t => {
    fc.assert(
      fc.property(fc.array(buyers, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (lists, asOfTime) => {
        const found = plain(counted(200, lists.map(asProduct), asOfTime))
        t.same(
          plain(
            counted(
              200,
              [...lists].reverse().map(list => asProduct([...list].reverse())),
              asOfTime
            )
          ),
          found
        )
        const past = lists.map(list => asProduct(list.filter(({ time }) => time < asOfTime)))
        t.same(plain(counted(200, past, asOfTime)), found)
        const later = lists.map(list => asProduct(list.map(({ row, time }) => ({ row, time: time + 7 * 86_400_000 }))))
        t.same(plain(counted(200, later, asOfTime + 7 * 86_400_000)), found)
      }),
      { numRuns: 30 }
    )
  }
)

t.test('places of young products with few buyers are counted as provisional', async t => {
  const young = counted(60, [product([...Array(49).keys()])], NEVER, DAY + 179)
  t.same([young.observed[0], young.provisional[0], young.provisional[1]], [1, 1, 1])
  const known = counted(60, [product([...Array(50).keys()])], NEVER, DAY + 179)
  t.same([known.observed[0], known.provisional[0]], [1, 0])
})

t.test('many first places among few products make a first user; as many as fall by lot do not', async t => {
  t.ok(isFirstUser(3, 2, 3 * 0.025, policy))
  t.notOk(isFirstUser(80, 2, 80 * 0.025, policy), 'as many as by lot')
  t.notOk(isFirstUser(80, 4, 80 * 0.025, policy), 'a heavy buyer')
  t.ok(isFirstUser(80, 6, 80 * 0.025, policy))
  t.notOk(isFirstUser(0, 0, 0, policy))
  t.notOk(isFirstUser(5, 5, 5, policy), 'always the only buyer')
})

t.test('a chance of exactly 5 % is enough', async t => {
  t.ok(isFirstUser(1, 1, 0.05, policy))
  t.ok(isFirstUser(1, 1, Math.round(0.05 * 2 ** 40) / 2 ** 40, policy), 'as columns keep it')
  t.notOk(isFirstUser(1, 1, 0.0501, policy))
})

t.test('one more first place never unmakes a first user, one more product without never makes one', async t => {
  const cases = fc
    .integer({ min: 1, max: 300 })
    .chain(n =>
      fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.double({ min: 0.025, max: 1, noNaN: true }))
    )
  fc.assert(
    fc.property(cases, ([products, observed, chance]) => {
      const now = isFirstUser(products, observed, products * chance, policy)
      const more = isFirstUser(products, Math.min(observed + 1, products), products * chance, policy)
      const diluted = isFirstUser(products + 1, observed, (products + 1) * chance, policy)
      return (!now || more) && (now || !diluted)
    })
  )
  t.pass()
})

t.test('the explanation says how many places, and how many by lot', async t => {
  const early = explainFirstUse(4, 2, 1, 0.1, policy)
  t.equal(early.firstUser, true)
  t.same(sentences(early.reasons), [
    'Among the first to buy 2 of 4 new products, where 0.10 would fall to him by lot (chance 0.36 %).'
  ])
  t.same(sentences(early.missing), ['1 of 2 first places is provisional: the product is young and has few buyers.'])
  const heavy = explainFirstUse(40, 1, 0, 1, policy)
  t.same(sentences(heavy.reasons), [
    'Among the first to buy 1 of 40 new products; 1.00 would fall to him by lot, so that proves nothing.'
  ])
  t.same(sentences(heavy.changes), ['Being among the first with 3 more new products would make him a first user.'])
  t.same(sentences(explainFirstUse(0, 0, 0, 0, policy).missing), ['Has bought no new product yet.'])
})

t.test('the row of one customer alone is the row of the columns', async t => {
  fc.assert(
    fc.property(fc.array(buyers, { maxLength: 8 }), lists => {
      const products = lists.map(asProduct)
      const { products: bought, observed, provisional, expected } = counted(200, products, NEVER, DAY + 100)
      for (const row of [0, 1, 2, 50]) {
        const his = products.flatMap(one => {
          const at = Array.from(one.rows).indexOf(row)
          const places = firstPlaces(one, NEVER, policy)
          if (at < 0 || places === null) return []
          return [{ firstSoldDay: one.firstSoldDay, time: one.times[at] as number, places }]
        })
        t.same(firstUseOfOne(his, DAY + 100, policy), {
          products: bought[row],
          observed: observed[row],
          provisional: provisional[row],
          expected: expected[row]
        })
      }
    }),
    { numRuns: 50 }
  )
})
