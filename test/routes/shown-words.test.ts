import fc from 'fast-check'
import t from 'tap'
import { ROLE_SCOPES } from '../../src/domain/access.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-06-10T10:00:00.000Z') })
t.teardown(() => service.close())

const MARIE = {
  kind: 'person',
  name: 'Marie-Luise Özdemir',
  birthDate: '1980-02-03',
  contacts: [
    { type: 'phone', value: '+49 151 23456789' },
    { type: 'email', value: 'marie.oezdemir@example.com' },
    { type: 'wechat', value: 'marie_oe80' }
  ],
  addresses: [{ line1: 'Hauptstraße 12', postalCode: '80331', city: 'München', country: 'DE' }],
  externalIds: [{ system: 'pos', key: 'KD-77120' }]
}

/** A shop whose counter may answer and not see persons, with two customers and a receipt of the first. */
const world = async () => {
  const shop = await service.newTenant()
  const { make } = shop
  await make('/v1/stores', { code: 'S1', name: 'Store', timeZone: 'Europe/Berlin' })
  const marie = await make('/v1/customers', MARIE)
  const bob = await make('/v1/customers', {
    kind: 'person',
    name: 'Robert Kowalczyk',
    contacts: [{ type: 'email', value: 'bob@example.com' }]
  })
  const sell = (receiptNumber: string, customerId: string) =>
    make('/v1/purchases', {
      source: 'pos',
      receiptNumber,
      kind: 'sale',
      storeCode: 'S1',
      purchasedAt: '2026-02-01T10:00:00Z',
      currency: 'EUR',
      customer: { id: customerId },
      lines: [{ sku: 'SHOE', name: 'Shoe', quantity: 1, amountMinor: 100 }],
      totalMinor: 100
    })
  const purchaseId = await sell('BON-2026-17', marie)
  const counter = await shop.withScopes(...ROLE_SCOPES.front_line)
  return { shop, counter, marie, bob, purchaseId, sell }
}

const say = async (caller: TestTenant, body: object, headers: Record<string, string> = {}) =>
  caller.call('POST', '/v1/feedback', { kind: 'question', channel: 'letter', ...body }, headers)

const LETTER = [
  'Dear shop,\r\nI am Frau Özdemir ("Marie-Luise"), born 3.2.1980, Hauptstr. 12, 80331 München.',
  'On receipt bon-2026-17 the heel is loose; my number with you is KD-77120.',
  'Call 0151/234 567 89, write to MARIE.OEZDEMIR@example.com or to marie_oe80.',
  'My neighbour Kowalczyk (bob@example.com) has the same; so has Mr. Parker. XXXX\t– please answer!'
].join('\n')

const SAYS_WHO =
  /marie|luise|zdemir|1980|hauptstr|80331|m.nchen|bon-2026|77120|0151|234 567|oe80|kowalczyk|bob@|parker/iu

t.test('the counter reads what it has to answer, and nothing of it says who somebody is', async t => {
  const { shop, counter, marie } = await world()
  const sent = await say(shop, { text: LETTER, customerId: marie })
  const { body } = await counter.call('GET', `/v1/feedback/${sent.body.id}`)
  t.notMatch(body.text, SAYS_WHO)
  t.match(body, { masked: true, customerId: marie })
  t.match(body.text, /^Dear shop,\r\nI am Frau \[name\]/)
  t.match(body.text, /the heel is loose/)
  t.match(body.text, /so has Mr\. \[name\]\. XXXX\t– please answer!$/)
  t.equal((await shop.call('GET', `/v1/feedback/${sent.body.id}`)).body.text, LETTER, 'with the scope every byte')
})

t.test('a receipt that the feedback is of tells who the buyer is, and so his name is found', async t => {
  const { shop, counter, purchaseId } = await world()
  const { body } = await say(shop, { text: 'Özdemir here. Where is my receipt BON-2026-17?', purchaseId })
  const shown = await counter.call('GET', `/v1/feedback/${body.id}`)
  t.equal(shown.body.text, '[name] here. Where is my receipt [number]?')
})

t.test('what a POST answered is answered again as it was, also when more is known by then', async t => {
  const { shop, counter, bob } = await world()
  const headers = { 'idempotency-key': 'counter-1' }
  const input = { text: 'Bob called.', customerId: bob }
  const first = await say(counter, input, headers)
  t.match(first.body, { text: 'Bob called.', masked: true })
  await shop.call('PATCH', `/v1/customers/${bob}`, { name: 'Bob Kowalczyk' })
  const again = await say(counter, input, headers)
  t.same([again.status, again.body], [first.status, first.body])
  const now = await counter.call('GET', `/v1/feedback/${first.body.id}`)
  t.equal(now.body.text, '[name] called.', 'read anew, it is cleared of what is known now')
  t.not(now.headers.get('etag'), first.headers.get('etag'), 'and so is the tag')
})

t.test('a list is cleared of what is known of each customer, and shows the beginning of what is long', async t => {
  const { shop, counter, marie, bob } = await world()
  for (let n = 0; n < 12; n++) {
    const [customerId, name] = n % 2 === 0 ? [marie, 'Özdemir'] : [bob, 'Kowalczyk']
    await say(shop, { text: `${name} says ${n}: ${'shoes '.repeat(n * 40)}${name}`, customerId })
  }
  const { body } = await counter.call('GET', '/v1/feedback?limit=50')
  t.equal(body.data.length, 12)
  for (const { text } of body.data) {
    t.match(text, /^\[name\] says \d+: /)
    t.notMatch(text, SAYS_WHO)
    t.ok(text.length <= 1_010)
  }
  const [latest] = body.data
  t.match(latest.text, /…$/)
  t.match((await counter.call('GET', `/v1/feedback/${latest.id}`)).body.text, /shoes \[name\]$/, 'the whole, by itself')
})

t.test('whatever is put together of a customer and of words, what is known of him is not in the answer', async () => {
  const { shop, counter, marie } = await world()
  const known = ['Marie-Luise', 'Oezdemir', 'ÖZDEMIR', '+4915123456789', '0151 234 567 89', 'bon-2026-17', 'kd-77120']
  const piece = fc.oneof(fc.constantFrom(...known), fc.constantFrom('the shoes', 'XXXX', '"no"', '\r\n', '👍', 'hello'))
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async pieces => {
      const text = `Hello: ${pieces.join(' ')}`
      const { body } = await say(shop, { text, customerId: marie })
      const shown = (await counter.call('GET', `/v1/feedback/${body.id}`)).body.text
      return body.text === text && !SAYS_WHO.test(shown)
    }),
    { numRuns: 40 }
  )
})
