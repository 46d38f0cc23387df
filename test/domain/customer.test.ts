import fc from 'fast-check'
import t from 'tap'
import { normalizeContact, readContacts } from '../../src/domain/contact.ts'
import { blankFile, type CustomerChange, faultsOf, revise } from '../../src/domain/customer.ts'

const TODAY = '2026-11-21'
const readPhone = (raw: string) => (/^\+\d{5,}$/.test(raw) ? raw : null)
const person = (change: CustomerChange) => revise(blankFile('person'), { name: 'Anna', ...change })
const codesOf = (change: CustomerChange) =>
  faultsOf(person(change), TODAY).map(({ pointer, code }) => `${pointer} ${code}`)

t.test('a person may have been born from 1 January 1900 up to the latest day', async t => {
  t.same(codesOf({ birthDate: '1900-01-01' }), [])
  t.same(codesOf({ birthDate: '1899-12-31' }), ['/birthDate customer.birth_too_early'])
  t.same(codesOf({ birthDate: TODAY }), [])
  t.same(codesOf({ birthDate: '2026-11-22' }), ['/birthDate customer.birth_in_future'])
  t.same(codesOf({ birthYear: 1900 }), [])
  t.same(codesOf({ birthYear: 1899 }), ['/birthYear customer.birth_too_early'])
  t.same(codesOf({ birthYear: 2026 }), [])
  t.same(codesOf({ birthYear: 2027 }), ['/birthYear customer.birth_in_future'])
})

t.test('date and year of birth agree', async t => {
  t.match(person({ birthDate: '1984-05-17' }), { birthYear: 1984 })
  t.same(codesOf({ birthDate: '1984-05-17', birthYear: 1984 }), [])
  t.same(codesOf({ birthDate: '1984-05-17', birthYear: 1985 }), ['/birthYear customer.birth_year_contradicts'])
  const known = person({ birthDate: '1984-05-17' })
  t.match(revise(known, { birthDate: '1990-01-01' }), { birthYear: 1990 })
  t.match(revise(known, { birthDate: null }), { birthDate: null, birthYear: null })
  t.match(revise(known, { birthDate: null, birthYear: 1984 }), { birthDate: null, birthYear: 1984 })
  t.match(revise(known, { birthYear: null }), { birthDate: '1984-05-17', birthYear: 1984 })
  t.match(revise(person({ birthYear: 1984 }), { name: 'B' }), { birthYear: 1984 })
})

t.test('an organisation has neither gender nor birth', async t => {
  const change = { kind: 'organization', gender: 'other', birthDate: '1984-05-17' } as const
  t.same(
    codesOf(change),
    ['/gender', '/birthDate', '/birthYear'].map(field => `${field} customer.not_a_person`)
  )
  t.same(codesOf({ kind: 'organization' }), [])
})

t.test('something tells a customer from others', async t => {
  const contact = { type: 'line', value: 'x', normalized: 'x', label: null } as const
  t.same(codesOf({ name: null }), [' customer.unidentified'])
  t.same(codesOf({ name: ' \t' }), [' customer.unidentified'])
  t.same(codesOf({ name: null, contacts: [contact] }), [])
  t.same(codesOf({ name: null, externalIds: [{ system: 'pos', key: '1' }] }), [])
})

t.test('attributes are at most 50, and 8,192 characters of JSON together', async t => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, n]))
  t.same(codesOf({ attributes: many(50) }), [])
  t.same(codesOf({ attributes: many(51) }), ['/attributes customer.attributes_too_large'])
  const long = (length: number) => ({ a: 'x'.repeat(length - '{"a":""}'.length) })
  t.same(codesOf({ attributes: long(8_192) }), [])
  t.same(codesOf({ attributes: long(8_193) }), ['/attributes customer.attributes_too_large'])
})

t.test('a patch leaves what is absent, clears what is null, replaces lists and merges attributes', async t => {
  const file = person({ tags: ['a', 'b', 'a'], attributes: { x: 1, y: [true] }, addresses: [{ city: 'Köln' }] })
  t.same(file.tags, ['a', 'b'])
  t.same(revise(file, {}), file)
  t.same(revise(file, { tags: ['c'] }).tags, ['c'])
  t.same(revise(file, { tags: null, addresses: null, attributes: null, name: null }), blankFile('person'))
  t.same(revise(file, { attributes: { x: null, z: 'new' } }).attributes, { y: [true], z: 'new' })
  t.equal(revise(file, { name: '  B  ' }).name, 'B')
})

t.test('the same patch twice is the same as once', async t => {
  const change = fc.record(
    {
      name: fc.option(fc.string(), { nil: null }),
      birthDate: fc.constantFrom('1984-05-17', null),
      birthYear: fc.constantFrom(1984, 1990, null),
      tags: fc.option(fc.array(fc.constantFrom('a', 'b', 'c')), { nil: null }),
      externalIds: fc.array(fc.record({ system: fc.constantFrom('a', 'b'), key: fc.constantFrom('1', '2') })),
      attributes: fc.dictionary(fc.constantFrom('a', 'b'), fc.option(fc.integer(), { nil: null }))
    },
    { requiredKeys: [] }
  )
  fc.assert(
    fc.property(change, change, (first, second) => {
      const once = revise(revise(blankFile('person'), first), second)
      return JSON.stringify(revise(once, second)) === JSON.stringify(once)
    })
  )
  t.pass()
})

t.test('external ids are a set: order and repetition make no difference', async t => {
  const ids = [
    { system: 'web', key: '1' },
    { system: 'pos', key: '2' },
    { system: 'pos', key: '1' }
  ]
  const files = [ids, ids.toReversed(), [...ids, ...ids]].map(externalIds => person({ externalIds }).externalIds)
  t.same(files[0], files[1])
  t.same(files[0], files[2])
  t.equal(files[0]?.length, 3)
})

t.test('contacts are compared by type: E.164, lower case, and compatibility forms made plain', async t => {
  t.equal(normalizeContact('phone', '+4912345', readPhone), '+4912345')
  t.equal(normalizeContact('phone', '12', readPhone), null)
  t.equal(normalizeContact('email', ' Jörg.Müller@Example.COM ', readPhone), 'jörg.müller@example.com')
  t.equal(normalizeContact('wechat', ' ＡＢＣ_1 ', readPhone), 'abc_1')
  t.equal(normalizeContact('other', ' ', readPhone), null)
  t.equal(normalizeContact('other', 'x'.repeat(320), readPhone)?.length, 320)
  t.equal(normalizeContact('other', 'ﷺ'.repeat(100), readPhone), null, 'longer than an index can hold')
})

t.test('an address of mail has one @, something before it and a domain with a dot behind it', async t => {
  for (const good of ['a@b.c', 'a+b@sub.example.com', 'a.b@xn--80ak6aa92e.com', '用户@例子.中国']) {
    t.equal(normalizeContact('email', good, readPhone), good)
  }
  for (const bad of [
    'a',
    '@b.c',
    'a@',
    'a@b',
    'a@@b.c',
    'a b@c.d',
    'a@b..c',
    'a@.b.c',
    'a@b.c.',
    `${'a'.repeat(65)}@b.c`
  ]) {
    t.equal(normalizeContact('email', bad, readPhone), null, bad)
  }
})

t.test('the same contact in two spellings is one, the first; every fault is named', async t => {
  const { contacts, faults } = readContacts(
    [
      { type: 'email', value: 'A@b.c', label: 'work' },
      { type: 'email', value: 'a@B.c' },
      { type: 'other', value: 'a@b.c' },
      { type: 'email', value: 'nobody' }
    ],
    readPhone
  )
  t.same(contacts, [
    { type: 'email', value: 'A@b.c', normalized: 'a@b.c', label: 'work' },
    { type: 'other', value: 'a@b.c', normalized: 'a@b.c', label: null }
  ])
  t.same(faults, [{ pointer: '/contacts/3/value', code: 'contact.email_invalid', message: 'is not an e-mail address' }])
})
