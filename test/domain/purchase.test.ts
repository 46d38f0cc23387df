import fc from 'fast-check'
import t from 'tap'
import { convertMinor } from '../../src/domain/money.ts'
import { canonicalPurchase, type PurchaseFigures, settlePurchase } from '../../src/domain/purchase.ts'

const shoe = { sku: 'SHOE-42', quantity: 1, unitPriceMinor: 39900, discountMinor: 0, amountMinor: 39900 }
const sale = (changes: Partial<PurchaseFigures<typeof shoe>> = {}) =>
  ({ kind: 'sale', currency: 'CNY', lines: [shoe], totalMinor: 39900, ...changes }) as const
const line = (amountMinor: number, quantity = 1) => ({ ...shoe, amountMinor, quantity })
const refused =
  (changes: Parameters<typeof sale>[0], tenantCurrency = 'CNY') =>
  () =>
    settlePurchase(sale(changes), tenantCurrency)

t.test('a sale adds what the receipt says, and its line keeps its own fields', async t => {
  const settled = settlePurchase(sale(), 'CNY')
  t.match(settled, { netMinor: 39900, totalMinor: 39900, currency: 'CNY', exchangeRate: null, unitsThousandths: 1000 })
  t.match(settled.lines[0], { sku: 'SHOE-42', amountMinor: 39900, baseNetMinor: 39900, unitsThousandths: 1000 })
})

t.test('a return is positive on the receipt and negative in the ledger', async t => {
  const settled = settlePurchase(
    sale({ kind: 'return', lines: [line(39900, 1.5)], roundingMinor: 2, totalMinor: 39902 }),
    'CNY'
  )
  t.match(settled, {
    netMinor: -39902,
    totalMinor: 39902,
    roundingMinor: 2,
    unitsThousandths: -1500
  })
  t.match(settled.lines[0], { amountMinor: 39900, baseNetMinor: -39900, unitsThousandths: -1500 })
})

t.test('a sale and its full return come to nothing, in any currency', async t => {
  const amounts = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 10 })
  const rate = fc.integer({ min: 1, max: 1e8 }).map(scaled => scaled / 1e6)
  fc.assert(
    fc.property(amounts, rate, (amounts, exchangeRate) => {
      const receipt = {
        lines: amounts.map(amount => line(amount)),
        totalMinor: amounts.reduce((a, b) => a + b, 0),
        exchangeRate
      }
      const [sold, returned] = (['sale', 'return'] as const).map(kind =>
        settlePurchase(sale({ ...receipt, kind }), 'EUR')
      )
      return (sold?.netMinor ?? 0) + (returned?.netMinor ?? 1) === 0 && !Object.is(returned?.netMinor, -0)
    })
  )
  t.pass()
})

t.test("the till's own line amount wins; without it the line is worked out", async t => {
  const own = settlePurchase(sale({ lines: [{ ...shoe, unitPriceMinor: 1, discountMinor: 7 }] }), 'CNY')
  t.equal(own.netMinor, 39900)
  const worked = {
    kind: 'sale',
    currency: 'EUR',
    lines: [{ quantity: 0.5, unitPriceMinor: 333.333333, discountMinor: 7 }]
  } as const
  t.equal(settlePurchase({ ...worked, totalMinor: 160 }, 'EUR').lines[0]?.amountMinor, 160)
  t.throws(() => settlePurchase({ ...worked, lines: [{ quantity: 1, amountMinor: null }], totalMinor: 0 }, 'EUR'), {
    code: 'purchase.line_amount_missing',
    kind: 'invalid',
    errors: [{ pointer: '/lines/0/amountMinor' }]
  })
})

t.test('lines and rounding must come to the total, to the minor unit', async t => {
  t.throws(refused({ totalMinor: 39901 }), {
    code: 'purchase.total_mismatch',
    kind: 'unprocessable',
    facts: { expectedMinor: 39900, totalMinor: 39901 }
  })
  t.equal(settlePurchase(sale({ totalMinor: 39901, roundingMinor: 1 }), 'CNY').netMinor, 39901)
  t.equal(settlePurchase(sale({ totalMinor: 39898, roundingMinor: -2 }), 'CNY').netMinor, 39898)
})

t.test('an exchange may hold goods taken back, but a sale is never negative', async t => {
  const exchange = settlePurchase(sale({ lines: [line(500), line(-500, -1)], totalMinor: 0 }), 'CNY')
  t.match(exchange, { netMinor: 0, unitsThousandths: 0 })
  t.throws(refused({ lines: [line(-1, -1)], totalMinor: -1 }), { code: 'purchase.negative_total' })
})

t.test('a return carries no negative figure', async t => {
  const negative = { code: 'purchase.negative_return', kind: 'unprocessable' }
  t.throws(refused({ kind: 'return', lines: [line(-1)], totalMinor: -1 }), negative)
  t.throws(refused({ kind: 'return', lines: [line(5), line(-1)], totalMinor: 4 }), negative)
  t.throws(refused({ kind: 'return', lines: [line(5, -1)], totalMinor: 5 }), negative)
})

t.test('another currency needs its rate, and the own one takes none but 1', async t => {
  t.throws(refused({}, 'EUR'), { code: 'purchase.rate_missing' })
  t.throws(refused({ exchangeRate: 1.1 }), { code: 'purchase.rate_not_one' })
  t.equal(settlePurchase(sale({ exchangeRate: 1 }), 'CNY').exchangeRate, null)
  t.throws(refused({ exchangeRate: 0 }, 'EUR'), { code: 'money.rate_invalid' })
  t.throws(refused({ currency: 'ZZZ' }), { code: 'purchase.currency_unknown' })
})

t.test('each line and the rounding are converted once, and the ledger total is their sum', async t => {
  const receipt = { lines: [line(1), line(1), line(1)], roundingMinor: 1, totalMinor: 4, exchangeRate: 0.5 }
  const settled = settlePurchase(sale(receipt), 'EUR')
  t.same(
    settled.lines.map(each => each.baseNetMinor),
    [1, 1, 1]
  )
  t.match(settled, { netMinor: 4, totalMinor: 4, exchangeRate: 0.5 })
  const yen = settlePurchase(
    sale({ currency: 'JPY', lines: [line(1625)], totalMinor: 1625, exchangeRate: 0.0061538462 }),
    'EUR'
  )
  t.equal(yen.netMinor, 1000)
})

t.test('net is the sum of the lines and the rounding, always', async t => {
  const parts = fc.tuple(
    fc.array(fc.integer({ min: -1000, max: 1e6 }), { maxLength: 8 }),
    fc.integer({ min: -50, max: 50 })
  )
  fc.assert(
    fc.property(parts, fc.constantFrom(1.2345678901, 0.007, 151.3), ([amounts, roundingMinor], exchangeRate) => {
      const totalMinor = amounts.reduce((sum, amount) => sum + amount, roundingMinor)
      fc.pre(totalMinor >= 0)
      const settled = settlePurchase(
        sale({ lines: amounts.map(amount => line(amount)), roundingMinor, totalMinor, exchangeRate }),
        'KWD'
      )
      const converted = [...amounts, roundingMinor].map(amount => convertMinor(amount, exchangeRate, 'CNY', 'KWD'))
      return settled.netMinor === converted.reduce((sum, amount) => sum + amount, 0)
    })
  )
  t.pass()
})

t.test('amounts and quantities that the ledger cannot keep are refused', async t => {
  const range = { code: 'purchase.amount_out_of_range', kind: 'unprocessable' }
  t.equal(settlePurchase(sale({ lines: [line(1e12)], totalMinor: 1e12 }), 'CNY').netMinor, 1e12)
  t.throws(refused({ lines: [line(1e12 + 1)], totalMinor: 1e12 + 1 }), range)
  t.throws(refused({ lines: [line(1e12), line(1)], totalMinor: 1e12 + 1 }), range)
  t.throws(refused({ lines: [line(0.5)], totalMinor: 0.5 }), range)
  t.throws(refused({ exchangeRate: 1e8 }, 'EUR'), range)
  t.throws(refused({ lines: [line(39900, 1e9 + 1)] }), { code: 'purchase.quantity_out_of_range' })
  t.throws(refused({ lines: [line(39900, 0.0001)] }), { code: 'money.too_many_decimals' })
})

t.test('the same content is the same text, in whatever order its fields come', async t => {
  const text = canonicalPurchase({ b: [{ y: 1, x: null }], a: 'ä', c: undefined, d: null })
  t.equal(text, '{"a":"ä","b":[{"y":1}]}')
  t.equal(canonicalPurchase({ a: 'ä', b: [{ y: 1 }] }), text)
  t.not(canonicalPurchase({ lines: [1, 2] }), canonicalPurchase({ lines: [2, 1] }), 'lines have an order')
})

t.test('nothing but null is lost, so other content is another text', async t => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean())
  const content = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}$/),
    fc.oneof(leaf, fc.array(fc.record({ a: leaf, b: leaf })))
  )
  fc.assert(
    fc.property(content, content => {
      t.same(JSON.parse(canonicalPurchase(content)), content)
    }),
    { numRuns: 50 }
  )
})
