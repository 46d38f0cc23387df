/** What was in which basket, one row for each line: numbers of baskets and of products, both from 0 on. */
export interface BasketItems {
  readonly baskets: Int32Array
  readonly products: Int32Array
}

/** Baskets one after the other, each with its products once, ascending: those of basket k from offsets[k] to offsets[k + 1]. */
export interface Baskets {
  readonly offsets: Int32Array
  readonly products: Int32Array
  /** In how many baskets each product is. */
  readonly counts: Int32Array
  /** Baskets with anything in them. */
  readonly filled: number
}

export interface PairQuestion {
  /** Pairs in fewer baskets are chance, and are only counted. */
  readonly minPairs: number
  /** Only pairs with this product; null for all. */
  readonly only: number | null
  readonly sort: 'lift' | 'together'
  readonly limit: number
}

/** Two products, the first with the smaller number, and in how many baskets both are. */
export interface PairCount {
  readonly first: number
  readonly second: number
  readonly together: number
}

/** The pairs that were asked for, and what is known of those in too few baskets. */
export interface FoundPairs {
  readonly pairs: PairCount[]
  /** Pairs in fewer baskets than asked for, of products that each are in as many. */
  readonly fewer: number
  /** In how many baskets the most frequent of these is; null without any. */
  readonly mostOfFewer: number | null
}

/** Counting steps between two moments at which the caller may do something else. */
const STEPS_AT_ONCE = 1_000_000
/** Rows up to this length are sorted in place. */
const SMALL = 24

/** Puts the rows in order, whatever order they come in, and counts a product once a basket. Pauses as `strongestPairs` does. */
export function* basketsOf({ baskets, products }: BasketItems): Generator<void, Baskets> {
  let most = -1
  for (const basket of baskets) if (basket > most) most = basket
  const starts = startsOf(baskets, most + 1)
  const sorted = new Int32Array(products.length)
  const next = starts.slice()
  for (let row = 0; row < baskets.length; row++) {
    const basket = baskets[row] as number
    const place = next[basket] as number
    sorted[place] = products[row] as number
    next[basket] = place + 1
  }
  return yield* withoutRepeats(starts, sorted)
}

function* withoutRepeats(starts: Int32Array, sorted: Int32Array): Generator<void, Baskets> {
  const offsets = new Int32Array(starts.length)
  let kept = 0
  let largest = -1
  let filled = 0
  let pause = STEPS_AT_ONCE
  for (let basket = 0; basket + 1 < starts.length; basket++) {
    const from = starts[basket] as number
    const to = starts[basket + 1] as number
    sortRow(sorted, from, to)
    let last = -1
    for (let at = from; at < to; at++) {
      const product = sorted[at] as number
      if (product === last) continue
      last = product
      // What is written lies behind what is still to be read.
      sorted[kept++] = product
    }
    if (to > from) filled++
    if (last > largest) largest = last
    offsets[basket + 1] = kept
    if (to > pause) {
      pause = to + STEPS_AT_ONCE
      yield
    }
  }
  const products = sorted.slice(0, kept)
  const counts = new Int32Array(largest + 1)
  for (const product of products) counts[product] = (counts[product] as number) + 1
  return { offsets, products, counts, filled }
}

/** Most baskets are small: to put a few numbers in order where they are is cheaper than to make a view of them. */
function sortRow(numbers: Int32Array, from: number, to: number): void {
  if (to - from > SMALL) {
    numbers.subarray(from, to).sort()
    return
  }
  for (let at = from + 1; at < to; at++) {
    const number = numbers[at] as number
    let place = at
    for (; place > from && (numbers[place - 1] as number) > number; place--)
      numbers[place] = numbers[place - 1] as number
    numbers[place] = number
  }
}

/**
 * The strongest pairs of products, or those most often together; ties by the other figure, then by number. A pair is in no
 * more baskets than either of its products, so products in too few baskets are left out first (Agrawal and Srikant 1994).
 * Each of the others is taken in turn: what else is in its baskets is counted, which takes room for one count a product,
 * however many pairs there are. Pauses now and then, for whoever has other things to do meanwhile.
 */
export function* strongestPairs(baskets: Baskets, question: PairQuestion): Generator<void, FoundPairs> {
  const { counts } = baskets
  const frequent = onlyFrequent(baskets, question.minPairs)
  const found: PairCount[] = []
  const better = orderOf(counts, question.sort)
  const together = new Int32Array(counts.length)
  const touched: number[] = []
  let steps = 0
  let fewer = 0
  let mostOfFewer = 0
  const wanted = question.only === null ? counts.keys() : [question.only].values()
  for (const product of wanted) {
    if ((counts[product] ?? 0) < question.minPairs) continue
    const { basketsOf: holding, from, to } = frequent.holders(product)
    for (let place = from; place < to; place++) {
      const basket = holding[place] as number
      const start = frequent.offsets[basket] as number
      for (let at = (frequent.offsets[basket + 1] as number) - 1; at >= start; at--) {
        const other = frequent.products[at] as number
        // Each pair is met once, at the smaller of its two; one that is asked for is met from its own side alone.
        if (other <= product && question.only === null) break
        if (other === product) continue
        const count = together[other] as number
        if (count === 0) touched.push(other)
        together[other] = count + 1
        steps++
      }
    }
    for (const other of touched) {
      const count = together[other] as number
      together[other] = 0
      if (count < question.minPairs) {
        fewer++
        if (count > mostOfFewer) mostOfFewer = count
        continue
      }
      found.push({ first: Math.min(product, other), second: Math.max(product, other), together: count })
    }
    touched.length = 0
    if (found.length > 8 * question.limit) found.sort(better).splice(question.limit)
    if (steps > STEPS_AT_ONCE) {
      steps = 0
      yield
    }
  }
  const pairs = found.sort(better).slice(0, question.limit)
  return { pairs, fewer, mostOfFewer: fewer === 0 ? null : mostOfFewer }
}

/** The baskets without what is in too few of them, and for each product the baskets that hold it. */
function onlyFrequent({ offsets, products, counts }: Baskets, minPairs: number) {
  const kept = new Int32Array(offsets.length)
  const frequent = new Int32Array(products.length)
  const basketOf = new Int32Array(products.length)
  let rows = 0
  for (let basket = 0; basket + 1 < offsets.length; basket++) {
    for (let at = offsets[basket] as number; at < (offsets[basket + 1] as number); at++) {
      const product = products[at] as number
      if ((counts[product] as number) < minPairs) continue
      basketOf[rows] = basket
      frequent[rows++] = product
    }
    kept[basket + 1] = rows
  }
  const starts = startsOf(frequent.subarray(0, rows), counts.length)
  const holding = new Int32Array(rows)
  const next = starts.slice()
  for (let row = 0; row < rows; row++) {
    const place = next[frequent[row] as number] as number
    holding[place] = basketOf[row] as number
    next[frequent[row] as number] = place + 1
  }
  return {
    offsets: kept,
    products: frequent,
    holders: (product: number) => ({
      basketsOf: holding,
      from: starts[product] as number,
      to: starts[product + 1] as number
    })
  }
}

/** Where the rows of each key begin when they are put in the order of their keys; one more than there are keys. */
function startsOf(keys: Int32Array, count: number): Int32Array {
  const starts = new Int32Array(count + 1)
  for (const key of keys) starts[key + 1] = (starts[key + 1] as number) + 1
  for (let key = 0; key < count; key++) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number)
  return starts
}

/** The better of two pairs comes first. Lift compares as together / (first · second): the number of baskets is the same for all. */
function orderOf(counts: Int32Array, sort: PairQuestion['sort']): (one: PairCount, other: PairCount) => number {
  const lift = ({ first, second, together }: PairCount) =>
    together / ((counts[first] as number) * (counts[second] as number))
  const byNumber = (one: PairCount, other: PairCount) => one.first - other.first || one.second - other.second
  return sort === 'lift'
    ? (one, other) => lift(other) - lift(one) || other.together - one.together || byNumber(one, other)
    : (one, other) => other.together - one.together || lift(other) - lift(one) || byNumber(one, other)
}
