import fc from 'fast-check'
import t from 'tap'
import {
  convertMinor,
  decimalToScaled,
  isCurrency,
  lineAmountMinor,
  minorDigits,
  minorText,
  roundHalfAway,
  toSafeMinor
} from '../../src/domain/money.ts'

t.test('minor digits are those of ISO 4217, not those that people write', async t => {
  const digits = {
    EUR: 2,
    USD: 2,
    CNY: 2,
    JPY: 0,
    KRW: 0,
    CLP: 0,
    XOF: 0,
    KWD: 3,
    TND: 3,
    IQD: 3,
    HUF: 2,
    IDR: 2,
    PKR: 2
  }
  for (const [currency, expected] of Object.entries(digits)) t.equal(minorDigits(currency), expected, currency)
})

t.test('what is no currency is refused', async t => {
  for (const code of ['EURO', 'eur', 'ZZZ', 'XTS', 'XAU', '']) {
    t.notOk(isCurrency(code), code)
    t.throws(() => minorDigits(code), { code: 'money.currency_unknown' })
  }
})

t.test('halves round away from zero, on both sides', async t => {
  const cases: [bigint, bigint, bigint][] = [
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [5n, -2n, -3n],
    [-5n, -2n, 3n],
    [49n, 100n, 0n],
    [50n, 100n, 1n],
    [-49n, 100n, 0n],
    [0n, 7n, 0n]
  ]
  for (const [numerator, denominator, expected] of cases) {
    t.equal(roundHalfAway(numerator, denominator), expected, `${numerator}/${denominator}`)
  }
  t.throws(() => roundHalfAway(1n, 0n), RangeError)
})

t.test('rounding is symmetric and never off by more than a half', async t => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 9n), (numerator, denominator) => {
      const rounded = roundHalfAway(numerator, denominator)
      const error = 2n * (rounded * denominator - numerator)
      return -denominator <= error && error <= denominator && roundHalfAway(-numerator, denominator) === -rounded
    })
  )
  t.pass()
})

t.test('a decimal is read exactly, exponents included', async t => {
  t.equal(decimalToScaled(0.1, 3), 100n)
  t.equal(decimalToScaled(-0, 3), 0n)
  t.equal(decimalToScaled(-2.675, 3), -2675n)
  t.equal(decimalToScaled(1e-7, 10), 1000n)
  t.equal(decimalToScaled(1.5e-7, 10), 1500n)
  t.equal(decimalToScaled(1e21, 0), 10n ** 21n)
  t.equal(decimalToScaled(1.5e21, 1), 15n * 10n ** 21n)
  t.throws(() => decimalToScaled(0.0001, 3), { code: 'money.too_many_decimals' })
  t.throws(() => decimalToScaled(0.1 + 0.2, 3), { code: 'money.too_many_decimals' })
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => decimalToScaled(value, 3), { code: 'money.number_invalid' })
  }
})

t.test('every number of three decimals survives the way through JSON', async t => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), thousandths => {
      return decimalToScaled(JSON.parse(String(thousandths / 1000)), 3) === BigInt(thousandths)
    })
  )
  t.pass()
})

t.test('a line is multiplied first, rounded once, and the discount comes off last', async t => {
  t.equal(lineAmountMinor(1, 39900), 39900)
  t.equal(lineAmountMinor(0.5, 5), 3, 'half a minor unit goes away from zero')
  t.equal(lineAmountMinor(-0.5, 5), -3)
  t.equal(lineAmountMinor(3, 33.333333), 100, 'the unit price is not rounded before')
  t.equal(lineAmountMinor(1.005, 100), 101, 'where binary arithmetic would say 100')
  t.equal(lineAmountMinor(0.5, 5, 3), 0)
  t.equal(lineAmountMinor(2, 1000, 250), 1750)
  t.throws(() => lineAmountMinor(1e9, 1e9), { code: 'money.out_of_range' })
  t.throws(() => lineAmountMinor(1, 1, 0.5), { code: 'money.too_many_decimals' })
})

t.test('a conversion respects the minor digits of both currencies', async t => {
  t.equal(convertMinor(39900, 0.1276, 'CNY', 'EUR'), 5091, '399.00 CNY = 50.9124 EUR')
  t.equal(convertMinor(1000, 162.5, 'EUR', 'JPY'), 1625, '10.00 EUR = 1625 JPY')
  t.equal(convertMinor(1625, 0.0061538462, 'JPY', 'EUR'), 1000)
  t.equal(convertMinor(1000, 0.3321, 'EUR', 'KWD'), 3321, '10.00 EUR = 3.321 KWD')
  t.equal(convertMinor(1n, 0.5, 'EUR', 'USD'), 1)
  t.equal(convertMinor(-1, 0.5, 'EUR', 'USD'), -1)
  t.equal(convertMinor(1_000_000, 0.0000000001, 'EUR', 'USD'), 0)
  for (const rate of [0, -1, Number.NaN]) {
    t.throws(() => convertMinor(1, rate, 'EUR', 'USD'), { code: 'money.rate_invalid' })
  }
  t.throws(() => convertMinor(1, 0.00000000001, 'EUR', 'USD'), { code: 'money.too_many_decimals' })
  t.throws(() => convertMinor(1e15, 1e6, 'EUR', 'USD'), { code: 'money.out_of_range' })
})

t.test('a rate of 1 within the same digits changes nothing', async t => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), amount => convertMinor(amount, 1, 'EUR', 'USD') === amount || amount === 0)
  )
  t.pass()
})

t.test('amounts are written in units of their currency', async t => {
  t.equal(minorText(1240, 'EUR'), '12.40')
  t.equal(minorText(-5, 'EUR'), '-0.05')
  t.equal(minorText(0, 'KWD'), '0.000')
  t.equal(minorText(1240, 'JPY'), '1240')
})

t.test('an amount that a number cannot hold exactly is refused', async t => {
  t.equal(toSafeMinor(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER)
  t.throws(() => toSafeMinor(2n ** 53n), { code: 'money.out_of_range', kind: 'unprocessable' })
})
