import { createHash } from 'node:crypto'
import { Writable } from 'node:stream'
import t, { type Test as T } from 'tap'
import { makeShop } from '../src/cli/demo/shop.ts'
import { displayWidth, table } from '../src/cli/demo/table.ts'
import { demo } from '../src/cli/demo.ts'
import { settlePurchase } from '../src/domain/purchase.ts'
import { PurchaseBody } from '../src/routes/purchases/schemas.ts'
import { normalizePhone } from '../src/services/phones.ts'
import { startService } from './support/service.ts'

const shop = makeShop({ seed: 'demo', until: '2026-11-21' })
const { purchases, customers } = shop
/** Of a small shop. It changes with the generator, and with nothing else. */
const CHECKSUM = '118ed98dc421a9cf'

const share = <T>(items: readonly T[], which: (item: T) => unknown) => items.filter(which).length / items.length
const between = (t: T, found: number, low: number, high: number, what: string) =>
  t.ok(found >= low && found <= high, `${what}: ${found} lies in ${low}..${high}`)

t.test('the same seed and day make the same shop, another seed another one', async t => {
  const small = (seed: string, until = '2026-11-21') =>
    createHash('sha256')
      .update(JSON.stringify(makeShop({ seed, until, customers: 200, purchases: 2_000 })))
      .digest('hex')
  t.equal(small('demo'), small('demo'))
  t.equal(small('demo').slice(0, 16), CHECKSUM)
  t.not(small('other'), small('demo'))
  t.not(small('demo', '2026-11-20'), small('demo'))
})

t.test('the shop has the size it names', async t => {
  t.equal(customers.length, 2_000)
  between(t, purchases.length, 29_000, 31_000, 'receipts')
  t.equal(shop.products.length, 120)
  t.equal(shop.stores.length, 3)
  t.equal(shop.staff.length, 14)
  const days = purchases.map(purchase => purchase.purchasedAt).sort()
  t.ok((days[0] as string) >= '2025-05-21', 'eighteen months, not more')
  t.ok((days.at(-1) as string) < '2026-11-21', 'nothing on the last day or later')
})

t.test('each receipt comes to its total, and every seventh was held against the contract', async t => {
  const faults = purchases.filter((purchase, index) => index % 7 === 0 && !PurchaseBody.safeParse(purchase).success)
  t.same(faults.slice(0, 3), [])
  for (const purchase of purchases) settlePurchase(purchase, 'EUR')
  const numbers = new Set(purchases.map(({ source, receiptNumber }) => `${source} ${receiptNumber}`))
  t.equal(numbers.size, purchases.length, 'no number is given twice')
})

t.test(
  'the ledger has what a shop has: returns, strangers, reductions, another currency, late and early arrivals',
  async t => {
    const returns = purchases.filter(({ kind }) => kind === 'return')
    between(t, returns.length / purchases.length, 0.04, 0.06, 'share of returns')
    between(
      t,
      share(purchases, ({ customer }) => !customer),
      0.1,
      0.14,
      'anonymous share'
    )
    const lines = purchases.flatMap(purchase => purchase.lines)
    between(
      t,
      share(lines, line => line.promotionCode),
      0.1,
      0.25,
      'share of lines on promotion'
    )
    const inYuan = purchases.filter(({ currency }) => currency === 'CNY')
    between(t, inYuan.length / purchases.length, 0.25, 0.45, 'share in another currency')
    t.ok(inYuan.some(({ roundingMinor }) => roundingMinor !== 0))

    const seen = new Set<string>()
    let [early, lost, late] = [0, 0, 0]
    let latest = ''
    const all = new Set(purchases.map(({ source, receiptNumber }) => `${source} ${receiptNumber}`))
    for (const { source, receiptNumber, kind, returnOf, purchasedAt } of purchases) {
      seen.add(`${source} ${receiptNumber}`)
      if (kind === 'sale') {
        if (purchasedAt < latest) late++
        else latest = purchasedAt
        continue
      }
      const sale = returnOf && `${returnOf.source} ${returnOf.receiptNumber}`
      if (sale === null || !all.has(sale)) lost++
      else if (!seen.has(sale)) early++
    }
    between(t, lost, 50, 300, 'returns without their sale')
    between(t, early, 50, 300, 'returns before their sale')
    between(t, late, 200, 5_000, 'receipts that come late')
  }
)

t.test('the seasons and the launches show', async t => {
  const inMonth = (month: string) => purchases.filter(({ purchasedAt }) => purchasedAt.startsWith(month)).length
  t.ok(inMonth('2025-12') > 1.7 * inMonth('2026-02'), 'December beside February')
  const launched = shop.products.filter(product => product.launchedOn)
  t.equal(launched.length, 3)
  for (const { sku, launchedOn } of launched) {
    const sold = purchases.filter(purchase => purchase.lines.some(line => line.sku === sku))
    t.ok(sold.length > 100, `${sku} sells`)
    // A day of the store may begin the evening before in UTC.
    const first = Date.parse(`${launchedOn}T00:00:00Z`) - 12 * 3_600_000
    t.ok(
      sold.every(({ purchasedAt }) => Date.parse(purchasedAt) >= first),
      `${sku} does not sell before its launch`
    )
  }
})

t.test('customers are told apart by key, phone and mail, and none of these is anybody’s', async t => {
  const contacts = customers.flatMap(customer => customer.contacts)
  const phones = contacts.filter(({ type }) => type === 'phone').map(({ value }) => normalizePhone(value, 'DE'))
  t.notOk(phones.includes(null), 'every number can be read')
  t.equal(new Set(phones).size, phones.length)
  t.ok(phones.every(phone => /^\+(4930231\d{5}|494066969\d{3}|33465 ?71\d{4}|86210000\d{4})$/.test(phone as string)))
  const mails = contacts.filter(({ type }) => type === 'email').map(({ value }) => value)
  t.equal(new Set(mails).size, mails.length)
  t.ok(mails.every(mail => mail.endsWith('@example.com')))
  between(
    t,
    share(customers, ({ kind }) => kind === 'organization'),
    0.02,
    0.045,
    'organisations'
  )
})

t.test('names come in several scripts', async t => {
  for (const script of [
    /\p{Script=Han}/u,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Arabic}/u,
    /\p{Script=Greek}/u,
    /[éüßłş]/
  ]) {
    t.ok(customers.filter(({ name }) => script.test(name)).length > 10, String(script))
  }
})

t.test('few customers bring most of the turnover', async t => {
  const net = new Map<string, number>()
  for (const purchase of purchases) {
    if (!purchase.customer) continue
    const who = JSON.stringify(purchase.customer)
    net.set(who, (net.get(who) ?? 0) + settlePurchase(purchase, 'EUR').netMinor)
  }
  const amounts = [...net.values()].sort((a, b) => b - a)
  const sum = (list: readonly number[]) => list.reduce((total, amount) => total + amount, 0)
  between(t, sum(amounts.slice(0, amounts.length / 5)) / sum(amounts), 0.5, 0.8, 'share of the top fifth')
})

t.test('columns stand under each other whatever script they hold', async t => {
  t.same(['abc', '上海', 'é', 'e\u0301', 'نور', '한', '😀'].map(displayWidth), [3, 4, 1, 1, 3, 2, 2])
  const lines = table(
    [{ title: 'name' }, { title: 'sum', align: 'right' }],
    [
      ['欧阳婷', '12'],
      ['Zoé', '1,234'],
      ['نور', '5']
    ]
  )
  t.same(lines, ['name      sum', '──────  ─────', '欧阳婷     12', 'Zoé     1,234', 'نور\u200e         5'])
  t.equal(new Set(lines.map(displayWidth)).size, 1)
})

t.test('the demo fills a service that runs, and a second time changes nothing', async t => {
  const service = await startService({ workers: true })
  t.teardown(() => service.close())
  const shop = await service.newTenant()
  const args = ['--url', service.baseUrl, '--customers', '150', '--purchases', '2000', '--until', yesterday()]

  const first = await runDemo(args, { CLIENTELE_API_KEY: shop.key.key })
  t.equal(first.code, 0)
  t.match(first.said, /^The demo shop: 3 stores, 14 staff, 120 products, 150 customers, [12],\d{3} receipts\.$/m)
  t.match(first.said, /^ {2}all +1\d\d +100\.0 % +[\d,.]+ +100\.0 %$/m)
  const [, covered, ofAll] = /^ {2}(\d+) of (\d+) A customers who are pursued have a/m.exec(first.said) ?? []
  t.ok(Number(covered) > 10)
  t.equal(covered, ofAll)
  t.match(first.said, / is a B:\n[\s\S]+? short\s+of A\./)

  const again = await runDemo(args, { CLIENTELE_API_KEY: shop.key.key })
  t.match(again.said, /[12],\d{3} receipts were there already; nothing was counted twice\./)
  t.equal(figures(again.said), figures(first.said))
})

t.test('the demo keeps out of a tenant that has a shop of its own, and says where to go', async t => {
  const service = await startService()
  t.teardown(() => service.close())
  const shop = await service.newTenant()
  await shop.call('POST', '/v1/stores', { code: 'MINE', name: 'Mine', timeZone: 'Europe/Berlin' })
  const small = ['--url', service.baseUrl, '--customers', '20', '--purchases', '100']
  await t.rejects(runDemo(small, { CLIENTELE_API_KEY: shop.key.key }), /tenant create/)
  await t.rejects(runDemo(small, {}), /CLIENTELE_API_KEY/)
  await t.rejects(runDemo(['--until', 'soon'], {}), /--until/)
})

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

/** The tables alone: below them come addresses and ids. */
const figures = (said: string) => /Who buys how much[\s\S]*?(?=How one class)/.exec(said)?.[0]

async function runDemo(args: readonly string[], environment: Record<string, string>) {
  let said = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      said += chunk
      done()
    }
  })
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const code = await demo.run(args, { environment, out, err: silent, closing: () => {} })
  return { code, said }
}
