import t from 'tap'
import { complaintShop } from '../support/complaints.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z') })
t.teardown(() => service.close())
const open = async () => {
  service.clock.set('2026-03-02T10:00:00.000Z')
  return complaintShop(await service.newTenant(), () => service.services.eventDispatcher.dispatch())
}

t.test('POST /v1/complaints', async t => {
  t.test('201 opens a case beside a feedback of the same id', async t => {
    const { shop, complain, purchaseId, clerkId, customerId } = await open()
    const { status, body, headers } = await complain({ purchaseLineNo: 1 })
    t.equal(status, 201, JSON.stringify(body))
    t.equal(headers.get('location'), `/v1/complaints/${body.id}`)
    t.match(body, {
      state: 'received',
      subject: 'Sole came off',
      description: 'The sole came off.\n"After three weeks!"',
      customerId,
      purchaseId,
      purchaseLineNo: 1,
      sku: 'SHOE',
      supplierId: 'SUP-1',
      firstHandlerId: clerkId,
      handlerId: clerkId,
      answerDueAt: '2026-03-03T10:00:00.000Z',
      ending: 'open',
      handledFirstTime: null,
      otherComplaints: 0,
      causes: [],
      remedies: [],
      version: 1
    })
    const feedback = await shop.call('GET', `/v1/feedback/${body.id}`)
    t.match(feedback.body, { kind: 'complaint', text: 'The sole came off.\n"After three weeks!"', ownerStaffId: clerkId })
    t.same((await shop.call('GET', `/v1/complaints/${body.id}`)).body, body)
  })
})
