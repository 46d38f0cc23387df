import { parse } from 'csv-parse/sync'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { decisionFixtures } from '../support/decisions.ts'
import { startService, type TestTenant } from '../support/service.ts'

const NOW = '2026-03-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

const LETTER =
  'Dear shop,\r\n\r\nI, Zoë Müller, paid {$10.00} on XX/XX/XXXX (receipt R-10023);\ncall 0151/23456789 or mail "ZOE@example.com".\nMr Cooper said: \'no\'. XXXX XXXX\n\t— Müller, Lindenstraße 5 😀'
const CLEARED =
  'Dear shop,\r\n\r\nI, [name], paid {$10.00} on XX/XX/XXXX (receipt [number]);\ncall [phone] or mail "[e-mail]".\nMr [name] said: \'no\'. XXXX XXXX\n\t— [name], [address] 😀'

async function open() {
  const shop = await service.newTenant()
  const { make } = shop
  const storeId = await make('/v1/stores', { code: 'S1', name: 'Store', timeZone: 'Europe/Berlin' })
  const hire = (code: string, storeIds: string[] = []) =>
    make('/v1/staff', { code, name: code, storeIds, roles: ['front_line'] })
  const [anna, bo, cy] = [await hire('Anna'), await hire('Bo'), await hire('Cy', [storeId])]
  const customerId = await make('/v1/customers', {
    kind: 'person',
    name: 'Zoë Müller',
    contacts: [
      { type: 'phone', value: '+49 151 23456789' },
      { type: 'email', value: 'zoe@example.com' }
    ],
    addresses: [{ line1: 'Lindenstraße 5', postalCode: '50674', city: 'Köln' }]
  })
  await make('/v1/products', { sku: 'X', name: 'Shoe' })
  const purchaseId = await make('/v1/purchases', {
    source: 'pos',
    receiptNumber: 'R-10023',
    kind: 'sale',
    storeCode: 'S1',
    purchasedAt: '2026-03-01T10:00:00Z',
    currency: 'EUR',
    customer: { id: customerId },
    lines: [{ sku: 'X', quantity: 1, amountMinor: 1000 }],
    totalMinor: 1000
  })
  const heard = (text = LETTER, more: Record<string, unknown> = {}) =>
    make('/v1/feedback', { kind: 'suggestion', channel: 'letter', text, customerId, ownerStaffId: bo, ...more })
  const propose = async (more: Record<string, unknown> = {}, text = LETTER) =>
    shop.call('POST', '/v1/notices', {
      feedbackId: await heard(text),
      title: 'Wide shoes',
      staffId: anna,
      ...more
    })
  const draft = async (more: Record<string, unknown> = {}, text = LETTER) => {
    const path = `/v1/notices/${(await propose(more, text)).body.id}`
    return { path, ...notice(shop, path, { anna, bo }) }
  }
  return { shop, storeId, anna, bo, cy, customerId, purchaseId, heard, propose, draft, hire }
}

const storesOf = async (shop: TestTenant): Promise<string[]> =>
  (await shop.call('GET', '/v1/stores')).body.data.map(({ id }: { id: string }) => id)

/** What is done with one notice. */
const notice = (shop: TestTenant, path: string, { anna, bo }: { anna: string; bo: string }) => ({
  preview: async () => (await shop.call('GET', `${path}/preview`)).body,
  reject: (number: number, reason: unknown, staffId: string | undefined = anna) =>
    shop.call('POST', `${path}/rejections`, { number, reason, staffId }),
  replace: (body: Record<string, unknown>) => shop.call('POST', `${path}/replacements`, { kind: 'other', ...body }),
  review: (staffId = bo, verdict = 'approved') => shop.call('POST', `${path}/reviews`, { verdict, staffId }),
  publish: () => shop.call('POST', `${path}/publications`),
  read: (staffId = anna) => shop.call('POST', `${path}/readings`, { staffId }),
  comment: (text: string, staffId = bo) => shop.call('PUT', `${path}/comment`, { text, staffId }),
  withdraw: () => shop.call('POST', `${path}/withdrawals`, { reason: 'He asked us to.' }),
  now: async () => (await shop.call('GET', path)).body
})

t.test('POST /v1/notices', async t => {
  t.test('201 makes a draft that shows nothing to anybody, with the author and who is responsible', async t => {
    const { shop, anna, bo, propose } = await open()
    const { status, body } = await propose()
    t.equal(status, 201)
    t.match(body, {
      state: 'draft',
      authorStaffId: anna,
      responsibleStaffId: bo,
      reviewerStaffId: null,
      publishedText: null
    })
    t.same((await shop.call('GET', '/v1/notice-board')).body.data, [])
    const written = await fixtures.eventsLike(shop.tenant.id, 'notice.%')
    t.match(written, [{ type: 'notice.proposed', data: { authorStaffId: anna, replacements: 7 } }])
    t.notMatch(JSON.stringify(written), /Müller|Wide/)
  })

  t.test('422 for a title that says who it is, for nobody as author, and for what is unknown', async t => {
    const { propose } = await open()
    const refused = async (more: Record<string, unknown>) => (await propose(more)).body.code
    t.equal(await refused({ title: 'A letter of Frau MUELLER' }), 'notice.personal_data')
    t.equal(await refused({ title: 'From Bob Miller', names: ['Bob Miller'] }), 'notice.personal_data')
    t.equal(await refused({ title: 'Please ring 030 1234567 / lena@x.org' }), 'notice.personal_data', 'of nobody known')
    t.equal(await refused({ title: 'About order no. 4711-22' }), 'notice.personal_data')
    t.equal(await refused({ staffId: undefined }), 'staff.required')
    t.equal(await refused({ staffId: uuidv7() }), 'staff.unknown')
    t.equal(await refused({ storeId: uuidv7() }), 'store.unknown')
    t.equal(await refused({ feedbackId: uuidv7() }), 'feedback.unknown')
    const crowd = await propose({}, 'a@b.example, '.repeat(1_001))
    t.match(crowd.body, { status: 422, code: 'notice.too_many_replacements' }, 'it could never be published')
    t.equal((await propose({}, 'a@b.example, '.repeat(1_000))).status, 201)
  })
})

t.test('GET /v1/notices/:id/preview', async t => {
  t.test('200 shows each replacement with its place, line, kind and basis, and the text as it would be', async t => {
    const { draft } = await open()
    const preview = await (await draft()).preview()
    t.equal(preview.originalText, LETTER, 'the words are kept to the byte')
    t.equal(preview.text, CLEARED)
    t.same(preview.undecided, [])
    t.same(
      preview.replacements.map((one: Record<string, unknown>) => [
        one.number,
        one.line,
        one.kind,
        one.basis,
        one.original
      ]),
      [
        [1, 3, 'name', 'known', 'Zoë Müller'],
        [2, 3, 'number', 'known', 'R-10023'],
        [3, 4, 'phone', 'known', '0151/23456789'],
        [4, 4, 'email', 'known', 'ZOE@example.com'],
        [5, 5, 'name', 'pattern', 'Cooper'],
        [6, 6, 'name', 'known', 'Müller'],
        [7, 6, 'address', 'known', 'Lindenstraße 5']
      ]
    )
    for (const { startsAt, endsAt, original } of preview.replacements) t.equal(LETTER.slice(startsAt, endsAt), original)
  })

  t.test('without customers.pii:read nothing of the words that says who it is, not even what was rejected', async t => {
    const { shop, draft } = await open()
    const { path, reject } = await draft()
    await reject(1, 'He is known to all.')
    const clerk = await shop.withScopes('notices:write')
    const { body } = await clerk.call('GET', `${path}/preview`)
    t.equal(body.originalText, null)
    t.equal(body.text, CLEARED.replace('[name]', '[…]'))
    t.ok(body.replacements.every(({ original }: { original: string | null }) => original === null))
  })

  t.test(
    'names of others come from an editor, from whoever has a contact in the text, and are found again',
    async t => {
      const { shop, draft } = await open()
      await shop.call('POST', '/v1/customers', {
        kind: 'person',
        name: '王小明',
        contacts: [{ type: 'email', value: 'wang@example.com' }]
      })
      const text = 'Bob Miller and 小明 (wang@example.com) saw it; Bobby did not.'
      const { path, preview, now } = await draft({ names: ['Bob Miller'] }, text)
      t.equal((await preview()).text, '[name] and [name] ([e-mail]) saw it; Bobby did not.')
      const added = await shop.call('POST', `${path}/detections`, { names: ['Bobby'] })
      t.match([added.status, added.body.version], [201, 2])
      t.equal((await preview()).text, '[name] and [name] ([e-mail]) saw it; [name] did not.')
      await shop.call('POST', `${path}/detections`, {})
      t.equal((await now()).version, 2, 'nothing new, no version')
    }
  )
})

t.test('an editor adds and rejects replacements', async t => {
  t.test('a rejected one needs a reason, stays on record and leaves the text as it is', async t => {
    const { draft } = await open()
    const { reject, preview, now } = await draft()
    t.equal((await reject(5, undefined)).status, 400)
    t.equal((await reject(5, '')).status, 400)
    t.equal((await reject(99, 'x')).body.code, 'notice_replacement.not_found')
    t.equal((await reject(5, 'Mr Cooper is the brand.')).status, 201)
    t.equal((await reject(5, 'Again')).body.code, 'notice_replacement.not_found')
    const seen = await preview()
    t.match(seen.replacements[4], { rejectedReason: 'Mr Cooper is the brand.', rejectedAt: NOW })
    t.ok(seen.text.includes('Mr Cooper said'))
    t.same(seen.undecided, [], 'it was decided on')
    t.equal((await now()).version, 2)
  })

  t.test('a place or a text is replaced, by the word of its kind or another one', async t => {
    const { draft } = await open()
    const { replace, preview } = await draft({}, 'The mayor of our town, and the mayor again. 😀')
    t.equal((await replace({ text: 'mayor', replacement: 'official' })).status, 201)
    t.equal((await replace({ startsAt: 13, endsAt: 21, kind: 'address' })).status, 201)
    t.equal((await preview()).text, 'The official of [address], and the official again. 😀')
    const refused = async (body: Record<string, unknown>) => (await replace(body)).body.code
    t.equal(await refused({ text: 'mayor' }), 'notice.text_not_found')
    t.equal(await refused({ startsAt: 4, endsAt: 6 }), 'notice.replacement_overlaps')
    t.equal(await refused({ startsAt: 45, endsAt: 46 }), 'notice.place_invalid', 'half a character')
    t.equal(await refused({ startsAt: 5, endsAt: 500 }), 'notice.place_invalid')
    t.equal(await refused({ startsAt: 0, endsAt: 3, replacement: 'Zoë' }), 'notice.personal_data')
    t.equal((await replace({ startsAt: 0 })).status, 400)
  })
})

t.test('nothing is published unreviewed', async t => {
  t.test('409 for a draft, 403 for the author as reviewer, and the reviewer is recorded', async t => {
    const { shop, anna, bo, draft } = await open()
    const { publish, review, now } = await draft()
    t.equal((await publish()).body.code, 'notice.not_reviewed')
    t.equal((await review(anna)).body.code, 'notice.reviewer_is_author')
    t.equal((await review(uuidv7())).body.code, 'staff.unknown')
    const reviewed = await review()
    t.match([reviewed.status, reviewed.body], [201, { state: 'reviewed', reviewerStaffId: bo, reviewedAt: NOW }])
    const published = await publish()
    t.match([published.status, published.body], [201, { state: 'published', publishedText: CLEARED, publishedAt: NOW }])
    t.equal((await publish()).body.code, 'notice.invalid_state')
    t.equal((await now()).authorStaffId, anna)
    const [hanging] = (await shop.call('GET', '/v1/notice-board')).body.data
    t.match(hanging, { title: 'Wide shoes', text: CLEARED, readAt: null })
  })

  t.test('403 for who left a place as it is: he may send it back, and somebody else approves it', async t => {
    const { shop, anna, bo, cy, draft } = await open()
    const { path, publish, review, reject, preview } = await draft()
    t.equal((await shop.call('POST', `${path}/rejections`, { number: 5, reason: 'x' })).body.code, 'staff.required')
    t.equal((await reject(1, 'He is known to all.', bo)).status, 201)
    t.match((await preview()).replacements[0], { rejectedByStaffId: bo, createdByStaffId: anna })
    const refused = await review(bo)
    t.match([refused.status, refused.body.code], [403, 'notice.reviewer_undid'])
    t.equal((await review(bo, 'sent_back')).status, 201)
    t.equal((await review(cy)).status, 201)
    t.equal((await publish()).status, 201)
    t.equal((await review(bo)).body.code, 'notice.reviewer_undid', 'nor once it hangs')
  })

  t.test('422 for who has left: he neither reviews nor reads, and is responsible for nothing', async t => {
    const { shop, anna, bo, cy, draft, propose } = await open()
    const { path, review, publish, read, reject } = await draft()
    await shop.call('PATCH', `/v1/staff/${cy}`, { active: false })
    const left = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
    t.same(left(await review(cy)), [422, 'staff.left'])
    t.same(left(await reject(1, 'x', cy)), [422, 'staff.left'])
    t.same(left(await propose({ staffId: cy })), [422, 'staff.left'])
    t.same(left(await propose({ responsibleStaffId: cy })), [422, 'staff.left'])
    t.same(left(await shop.call('PATCH', path, { responsibleStaffId: cy })), [422, 'staff.left'])
    await review()
    await publish()
    t.same(left(await read(cy)), [422, 'staff.left'])
    for (const [method, where, body] of [
      ['POST', '/v1/feedback', { kind: 'praise', channel: 'web', text: 'Fine.', ownerStaffId: cy }],
      ['POST', '/v1/inquiries', { channel: 'counter', about: 'Boots?', name: 'Jo', staffId: cy }],
      [
        'POST',
        '/v1/listening-sessions',
        { kind: 'customer_meeting', plannedAt: '2026-03-12T10:00:00Z', staffIds: [anna, cy], customerIds: [] }
      ],
      ['POST', `/v1/staff/${bo}/absences`, { fromOn: '2026-03-12', toOn: '2026-03-13', deputyStaffId: cy }]
    ] as const) {
      const session = { ...body, ...(where.includes('listening') ? { storeId: (await storesOf(shop))[0] } : {}) }
      t.same(left(await shop.call(method, where, session)), [422, 'staff.left'], where)
    }
  })

  t.test('every edit makes it a draft again, off the board', async t => {
    const { shop, draft } = await open()
    const { path, publish, review, reject, replace, now } = await draft()
    const edits = [
      () => reject(5, 'The brand'),
      () => replace({ text: 'Dear', replacement: 'To' }),
      () => shop.call('PATCH', path, { title: 'Other' }),
      () => shop.call('POST', `${path}/detections`, { names: ['shop'] }),
      () => review(undefined, 'sent_back')
    ]
    for (const edit of edits) {
      await review()
      t.equal((await publish()).status, 201)
      t.ok((await edit()).status < 300)
      t.match(await now(), { state: 'draft', publishedText: null })
      t.same((await shop.call('GET', '/v1/notice-board')).body.data, [])
      t.equal((await publish()).body.code, 'notice.not_reviewed')
    }
  })

  t.test('409 where more is known of the customer than when it was proposed', async t => {
    const { shop, customerId, draft } = await open()
    const { path, publish, review, preview } = await draft({}, 'We, the Lee family, were pleased.')
    await review()
    await shop.call('PATCH', `/v1/customers/${customerId}`, { name: 'Zoë Müller-Lee' })
    const refused = await publish()
    t.match([refused.status, refused.body.code, refused.body.facts], [409, 'notice.personal_data_left', { places: 1 }])
    t.equal((await review()).body.code, 'notice.personal_data_left')
    t.match((await preview()).undecided, [{ startsAt: 8, endsAt: 11, line: 1, kind: 'name' }])
    await shop.call('POST', `${path}/detections`, {})
    await review()
    t.equal((await publish()).body.publishedText, 'We, the [name] family, were pleased.')
  })

  t.test('409 where the title or the comment says who it is by now; the preview shows where', async t => {
    const { shop, customerId, heard, draft } = await open()
    const feedbackId = await heard('The Bodo shoes are nice.', { customerId: null })
    const { path, publish, review, preview, comment } = await draft({ feedbackId, title: 'Praise by Zoë Müller' })
    await comment('Thank you, Zoe!')
    t.match(await preview(), { title: 'Praise by Zoë Müller', titleFindings: [], comment: 'Thank you, Zoe!' })
    await review()
    await shop.call('PATCH', `/v1/feedback/${feedbackId}`, { customerId })
    const facts = { places: 2, inText: 0, inTitle: 1, inComment: 1 }
    t.match((await publish()).body, { status: 409, code: 'notice.personal_data_left', facts })
    t.match((await review()).body, { status: 409, code: 'notice.personal_data_left', facts })
    t.match(await preview(), {
      titleFindings: [{ startsAt: 10, endsAt: 20, kind: 'name' }],
      commentFindings: [{ startsAt: 11, endsAt: 14, kind: 'name' }],
      undecided: []
    })
    await shop.call('PATCH', path, { title: 'Praise' })
    await comment('Thank you!')
    await review()
    t.equal((await publish()).status, 201)
  })

  t.test('422 for a title with what is replaced in the text, and for names that stand in the title', async t => {
    const { shop, draft } = await open()
    const { path, reject } = await draft(
      { names: ['Bob Miller'], title: 'Anke was great' },
      'Bob Miller saw Mr Cooper.'
    )
    const retitled = async (title: string) => (await shop.call('PATCH', path, { title })).body.code ?? 'taken'
    t.equal(await retitled('Miller is right'), 'notice.personal_data', 'the names themselves are not kept')
    t.equal(await retitled('On Mr Cooper shoes'), 'notice.personal_data')
    t.equal((await reject(2, 'The brand')).status, 201)
    t.equal(await retitled('On Mr Cooper shoes'), 'taken', 'it was left in the text for a reason')
    t.equal(await retitled('Anke was great'), 'taken')
    const added = await shop.call('POST', `${path}/detections`, { names: ['Anke'] })
    t.match(added.body, { status: 422, code: 'notice.personal_data', errors: [{ pointer: '/names' }] })
  })

  t.test('412 for a review of another version than the one that was looked at', async t => {
    const { shop, bo, draft } = await open()
    const { path, replace } = await draft()
    await replace({ text: 'Dear' })
    const review = (version: string) =>
      shop.call('POST', `${path}/reviews`, { verdict: 'approved', staffId: bo }, { 'if-match': version })
    t.equal((await review('"1"')).status, 412)
    t.equal((await review('"2"')).status, 201)
  })
})

t.test('the responsible person comments, and nobody else', async t => {
  const { anna, draft } = await open()
  const { comment, now } = await draft()
  t.equal((await comment('No', anna)).body.code, 'notice.not_responsible')
  t.equal((await comment('Sorry, Frau Müller')).body.code, 'notice.personal_data')
  t.equal((await comment('Ring me on 0171 9999999, lena@x.org')).body.code, 'notice.personal_data', 'whoever it is')
  t.match((await comment('Wide shoes come in January.')).body, {
    comment: 'Wide shoes come in January.',
    commentedAt: NOW
  })
  t.equal((await now()).state, 'draft')
})

t.test('read receipts: the first time counts, and the oldest unread is told of each person', async t => {
  const { shop, storeId, anna, bo, cy, draft } = await open()
  const elsewhere = (await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Other', timeZone: 'UTC' })).body.id
  const all = await draft()
  const other = await draft({ storeId: elsewhere })
  t.equal((await all.read()).body.code, 'notice.invalid_state', 'a draft is not read')
  for (const one of [all, other]) {
    await one.review()
    await one.publish()
  }
  const first = await all.read()
  t.match([first.status, first.body], [201, { staffId: anna, readAt: NOW }])
  t.same((await all.read()).body, first.body)
  t.equal((await all.read(uuidv7())).body.code, 'staff.unknown')
  const readings = (await shop.call('GET', `${all.path}/readings`)).body.data
  t.match(readings, [
    { staffName: 'Anna', readAt: NOW },
    { staffName: 'Bo', readAt: null },
    { staffName: 'Cy', readAt: null }
  ])
  const unread = (await shop.call('GET', '/v1/notice-board/unread')).body.data
  const of = (id: string) => unread.find(({ staffId }: { staffId: string }) => staffId === id)
  t.match(of(anna), { unread: 1, oldestPublishedAt: NOW, oldestNoticeId: other.path.split('/').at(-1) })
  t.match(of(bo), { unread: 2 })
  t.match(of(cy), { unread: 1, oldestNoticeId: all.path.split('/').at(-1) }, 'the other store is none of his')
  const board = async (query: string) => (await shop.call('GET', `/v1/notice-board?${query}`)).body.data.length
  t.same(
    [await board(`staffId=${anna}`), await board(`staffId=${anna}&unread=true`), await board(`staffId=${cy}`)],
    [2, 1, 1]
  )
  t.equal((await shop.call('GET', `/v1/notices?state=published&storeId=${storeId}`)).body.data.length, 1)
})

t.test('POST /v1/notices/:id/withdrawals takes it off for good', async t => {
  const { shop, draft } = await open()
  const { path, review, publish, withdraw, replace } = await draft()
  await review()
  await publish()
  t.match((await withdraw()).body, { state: 'withdrawn', publishedText: null, withdrawnReason: 'He asked us to.' })
  t.same((await shop.call('GET', '/v1/notice-board')).body.data, [])
  t.equal((await replace({ text: 'Dear' })).body.code, 'notice.invalid_state')
  t.equal((await shop.call('PATCH', path, { title: 'x' })).status, 409)
})

t.test('what a customer takes back hangs nowhere any more, by whichever way he does', async t => {
  const { shop, anna, heard, draft, propose } = await open()
  const feedbackId = await heard()
  const complaintId = await heard(LETTER, { kind: 'complaint' })
  const hanging = await draft({ feedbackId })
  const drafted = await draft({ feedbackId })
  const ofCase = await draft({ feedbackId: complaintId })
  for (const one of [hanging, ofCase]) {
    await one.review()
    t.equal((await one.publish()).status, 201)
  }
  t.equal((await shop.call('POST', `/v1/feedback/${feedbackId}/withdrawals`)).status, 200)
  t.equal((await shop.call('POST', `/v1/complaints/${complaintId}/withdrawals`, {})).status, 200)
  t.same((await shop.call('GET', '/v1/notice-board')).body.data, [])
  for (const one of [hanging, drafted, ofCase]) {
    t.match(await one.now(), { state: 'withdrawn', publishedText: null, withdrawnReason: 'feedback_withdrawn' })
    t.equal((await one.review()).body.code, 'notice.invalid_state')
  }
  const told = await fixtures.eventsLike(shop.tenant.id, 'notice.withdrawn')
  t.equal(told.length, 3)
  t.match(told[0], { data: { feedbackId, because: 'feedback_withdrawn' } })
  const again = await propose({ feedbackId, staffId: anna })
  t.match([again.status, again.body.code], [409, 'feedback.withdrawn'])
})

t.test('who is taken on may read what hangs there, and owes no reading of it', async t => {
  const { shop, storeId, draft, hire } = await open()
  t.teardown(() => service.clock.set(NOW))
  const before = await draft()
  await before.review()
  await before.publish()
  service.clock.set('2026-03-11T10:00:00.000Z')
  const dora = await hire('Dora', [storeId])
  const board = async (more = '') =>
    (await shop.call('GET', `/v1/notice-board?staffId=${dora}${more}`)).body.data.map(({ id }: { id: string }) => id)
  const idOf = ({ path }: { path: string }) => path.split('/').at(-1)
  const unread = async () =>
    (await shop.call('GET', '/v1/notice-board/unread')).body.data.find(
      ({ staffId }: { staffId: string }) => staffId === dora
    )
  t.same(await board(), [idOf(before)])
  t.same(await board('&unread=true'), [])
  t.match(await unread(), { unread: 0, oldestNoticeId: null })
  const after = await draft()
  await after.review()
  await after.publish()
  t.same(await board(), [idOf(after), idOf(before)])
  t.same(await board('&unread=true'), [idOf(after)])
  t.match(await unread(), { unread: 1, oldestNoticeId: idOf(after) })
  t.equal((await before.read(dora)).status, 201)
})

t.test('whoever reads the board neither edits nor publishes; reviewing is a manager’s', async t => {
  const { shop, bo, draft } = await open()
  const { path } = await draft()
  const reader = await shop.withScopes('notices:read')
  t.equal((await reader.call('GET', `${path}/preview`)).status, 403)
  const clerk = await shop.withScopes('notices:read', 'notices:write')
  t.equal((await clerk.call('POST', `${path}/reviews`, { verdict: 'approved', staffId: bo })).status, 403)
  t.equal((await clerk.call('POST', `${path}/publications`)).status, 403)
})

t.test('a key bound to a store reaches what its store heard, and of others what hangs on its board', async t => {
  const { shop, storeId, anna, bo, draft, heard } = await open()
  const elsewhere = (await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Other', timeZone: 'UTC' })).body.id
  const [own, theirs, elsewhereOnly] = [
    await draft({ feedbackId: await heard(LETTER, { storeId }) }),
    await draft({ feedbackId: await heard(LETTER, { storeId: elsewhere }) }),
    await draft({ feedbackId: await heard(LETTER, { storeId: elsewhere }), storeId: elsewhere })
  ]
  const bound = await shop.withKey({
    scopes: ['notices:read', 'notices:write', 'notices:manage', 'customers.pii:read'],
    storeId
  })
  const steps = ({ path }: { path: string }): [method: string, path: string, body?: unknown][] => [
    ['GET', `${path}/preview`],
    ['PATCH', path, { title: 'Other' }],
    ['POST', `${path}/detections`, {}],
    ['POST', `${path}/replacements`, { kind: 'other', text: 'Dear' }],
    ['POST', `${path}/rejections`, { number: 1, reason: 'Known', staffId: anna }],
    ['PUT', `${path}/comment`, { text: 'Yes.', staffId: bo }],
    ['POST', `${path}/reviews`, { verdict: 'approved', staffId: bo }],
    ['POST', `${path}/publications`],
    ['POST', `${path}/withdrawals`, { reason: 'None' }]
  ]
  for (const [method, path, body] of steps(own)) t.ok((await bound.call(method, path, body)).status < 300, path)
  for (const [method, path, body] of steps(theirs)) {
    const refused = await bound.call(method, path, body)
    t.match([refused.status, refused.body.code], [404, 'notice.not_found'], `${method} ${path}`)
  }
  const seen = async () => (await bound.call('GET', '/v1/notices')).body.data.map(({ id }: { id: string }) => id)
  const idOf = ({ path }: { path: string }) => path.split('/').at(-1)
  t.same(await seen(), [idOf(own)])
  t.equal((await bound.call('GET', theirs.path)).status, 404)
  for (const one of [theirs, elsewhereOnly]) {
    await one.review()
    await one.publish()
  }
  t.same(await seen(), [idOf(theirs), idOf(own)], 'it hangs on every board by now')
  t.equal((await bound.call('GET', theirs.path)).status, 200)
  t.equal((await bound.call('GET', `${theirs.path}/readings`)).status, 200)
  t.equal((await bound.call('POST', `${theirs.path}/readings`, { staffId: bo })).status, 201)
  t.equal((await bound.call('GET', `${theirs.path}/preview`)).status, 404)
  for (const path of [elsewhereOnly.path, `${elsewhereOnly.path}/readings`]) {
    t.equal((await bound.call('GET', path)).status, 404)
  }
  t.equal((await bound.call('POST', `${elsewhereOnly.path}/readings`, { staffId: bo })).status, 404)
})

t.test('the board as a table reads back as it hangs, line ends, quotes and masks included', async t => {
  const { shop, draft } = await open()
  const long = 'The shoes "leak",\n\r\nXXXX XX/XX/XXXX {$1.00}; '.repeat(1_000)
  for (const text of [long, LETTER, '=cmd() XXXX "a""b",\n\r\n;\t…']) {
    const { review, publish } = await draft({}, text)
    await review()
    await publish()
  }
  const rows: Record<string, string>[] = []
  for (let path: string | undefined = '/v1/notice-board?limit=1'; path !== undefined; ) {
    const { headers, body } = await shop.call('GET', path, undefined, { accept: 'text/csv' })
    t.match(headers.get('content-type'), /^text\/csv/)
    rows.push(...(parse(String(body), { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[]))
    path = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  t.same(
    rows.map(row => row.text),
    [`'=cmd() XXXX "a""b",\n\r\n;\t…`, CLEARED, long],
    'a formula is given an apostrophe, and nothing else is altered'
  )
  t.equal((await shop.call('GET', '/v1/notice-board', undefined, { accept: 'image/png' })).status, 406)
})

t.test('GET /v1/notices and the board come by page', async t => {
  const { shop, draft } = await open()
  const made = [await draft(), await draft(), await draft()]
  for (const one of made) {
    await one.review()
    await one.publish()
  }
  for (const list of ['/v1/notices?state=published', '/v1/notice-board?unread=false']) {
    const first = (await shop.call('GET', `${list}&limit=2`)).body
    const rest = (await shop.call('GET', `${list}&limit=2&cursor=${first.nextCursor}`)).body
    t.equal(rest.nextCursor, null)
    const ids = [...first.data, ...rest.data].map(({ id }: { id: string }) => id)
    t.same(ids, made.map(({ path }) => path.split('/').at(-1)).reverse())
  }
})
