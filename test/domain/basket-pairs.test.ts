import fc from 'fast-check'
import t from 'tap'
import {
  type BasketItems,
  basketsOf,
  type PairCount,
  type PairQuestion,
  strongestPairs
} from '../../src/domain/basket-pairs.ts'

const itemsOf = (baskets: readonly (readonly number[])[]): BasketItems => ({
  baskets: Int32Array.from(baskets.flatMap((basket, no) => basket.map(() => no))),
  products: Int32Array.from(baskets.flat())
})

function pairsOf(baskets: readonly (readonly number[])[], question: Partial<PairQuestion> = {}): PairCount[] {
  const all = { minPairs: 1, only: null, sort: 'lift', limit: 100, ...question } as const
  return counted(strongestPairs(counted(basketsOf(itemsOf(baskets))), all)).pairs
}

function counted<T>(counting: Generator<void, T>): T {
  for (;;) {
    const { done, value } = counting.next()
    if (done) return value as T
  }
}

t.test('a product counts once a basket, whatever the order of its lines', async t => {
  const { offsets, products, counts, filled } = counted(
    basketsOf({ baskets: Int32Array.of(2, 0, 2, 0, 2, 0), products: Int32Array.of(5, 1, 3, 1, 5, 0) })
  )
  t.same([...offsets], [0, 2, 2, 4])
  t.same([...products], [0, 1, 3, 5])
  t.same([...counts], [1, 1, 0, 1, 0, 1])
  t.equal(filled, 2)
})

t.test('pairs in too few baskets are not listed', async t => {
  const baskets = [[0, 1], [0, 1], [0, 2], [1]]
  t.same(pairsOf(baskets, { minPairs: 2 }), [{ first: 0, second: 1, together: 2 }])
  t.same(pairsOf(baskets, { minPairs: 3 }), [])
  t.same(pairsOf([]), [])
  const foundIn = (least: number) =>
    counted(
      strongestPairs(counted(basketsOf(itemsOf(baskets))), { minPairs: least, only: null, sort: 'lift', limit: 5 })
    )
  t.match(foundIn(1), { fewer: 0, mostOfFewer: null })
  t.match(foundIn(2), { fewer: 0, mostOfFewer: null }, 'what is in one basket alone is in no pair of two')
  t.match(foundIn(3), { pairs: [], fewer: 1, mostOfFewer: 2 }, 'but it is said that there are some')
})

t.test('the strongest come first, or the most frequent, and no more than asked for', async t => {
  const baskets = [[0, 1], [0, 1], [0], [0], [1], [1], [2, 3]]
  t.same(pairsOf(baskets), [
    { first: 2, second: 3, together: 1 },
    { first: 0, second: 1, together: 2 }
  ])
  t.same(pairsOf(baskets, { sort: 'together', limit: 1 }), [{ first: 0, second: 1, together: 2 }])
})

const shops = fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }), { maxLength: 40 })

t.test('every pair is counted as counting baskets one by one would', async () => {
  const question = fc.record({
    minPairs: fc.integer({ min: 1, max: 4 }),
    only: fc.option(fc.integer({ min: 0, max: 13 })),
    sort: fc.constantFrom('lift' as const, 'together' as const),
    limit: fc.integer({ min: 1, max: 30 })
  })
  fc.assert(
    fc.property(shops, question, (baskets, asked) => {
      const sets = baskets.map(basket => new Set(basket))
      const count = (...skus: number[]) => sets.filter(set => skus.every(sku => set.has(sku))).length
      const all: PairCount[] = []
      for (let first = 0; first < 13; first++) {
        for (let second = first + 1; second < 13; second++) {
          const together = count(first, second)
          if (together < asked.minPairs) continue
          if (asked.only === null || asked.only === first || asked.only === second)
            all.push({ first, second, together })
        }
      }
      const lift = (pair: PairCount) => pair.together / (count(pair.first) * count(pair.second))
      const order = (a: PairCount, b: PairCount) =>
        asked.sort === 'lift'
          ? lift(b) - lift(a) || b.together - a.together
          : b.together - a.together || lift(b) - lift(a)
      const expected = all.sort(order).slice(0, asked.limit)
      return JSON.stringify(pairsOf(baskets, asked)) === JSON.stringify(expected)
    }),
    { numRuns: 300 }
  )
})

t.test('the order of lines and of baskets does not matter', async () => {
  fc.assert(
    fc.property(shops, baskets => {
      const turned = [...baskets].reverse().map(basket => [...basket].reverse())
      return JSON.stringify(pairsOf(baskets)) === JSON.stringify(pairsOf(turned))
    })
  )
})

t.test('counting pauses, so that others have their turn', async t => {
  const large = Array.from({ length: 3 }, () => Array.from({ length: 1_500 }, (_, product) => product))
  const counting = strongestPairs(counted(basketsOf(itemsOf(large))), {
    minPairs: 3,
    only: null,
    sort: 'lift',
    limit: 5
  })
  let pauses = 0
  for (let step = counting.next(); ; step = counting.next()) {
    if (step.done) {
      t.equal(step.value.pairs.length, 5)
      break
    }
    pauses++
  }
  t.ok(pauses >= 3, `${pauses} pauses in ${(3 * 1_500 * 1_499) / 2} steps`)
})
