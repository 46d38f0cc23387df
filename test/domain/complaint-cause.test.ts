import t from 'tap'
import { COMPLAINT_CAUSES, expectSubCause, SUB_CAUSES, sourcesOf } from '../../src/domain/complaint-cause.ts'

const links = { promotionCode: 'SPRING', sku: 'SHOE', supplierId: 'SUP-1', staffId: 'bo' }
const NOTHING = { promotionCode: null, sku: null, supplierId: null, staffId: null }

t.test('each cause leads back to its source', async t => {
  t.same(sourcesOf('expectation_gap', 'promotion_promised_more', links), [{ kind: 'promotion', key: 'SPRING' }])
  t.same(sourcesOf('expectation_gap', 'guidance_promised_more', links), [{ kind: 'guidance', key: 'bo' }])
  t.same(sourcesOf('product_quality', 'defect', links), [
    { kind: 'product', key: 'SHOE' },
    { kind: 'supplier', key: 'SUP-1' }
  ])
  t.same(sourcesOf('staff_service', 'rudeness', links), [{ kind: 'training', key: 'bo' }])
  t.same(sourcesOf('undetermined', null, links), [])
})

t.test('wrong advice leads to the guidance, too', async t => {
  t.same(sourcesOf('staff_service', 'wrong_advice', links), [
    { kind: 'guidance', key: 'bo' },
    { kind: 'training', key: 'bo' }
  ])
})

t.test('nobody is blamed for what no guidance promised', async t => {
  const links = { ...NOTHING, staffId: 'bo' }
  for (const subCause of [null, 'promotion_promised_more', 'not_in_stock', 'price_not_as_shown', 'other']) {
    t.same(sourcesOf('expectation_gap', subCause, links), [], String(subCause))
  }
})

t.test('what is not known is no source', async t => {
  for (const cause of COMPLAINT_CAUSES) t.same(sourcesOf(cause, null, NOTHING), [], cause)
})

t.test('a sub-cause belongs to its cause, and an undetermined cause has none', async t => {
  for (const cause of COMPLAINT_CAUSES) {
    t.doesNotThrow(() => expectSubCause(cause, null))
    for (const subCause of SUB_CAUSES[cause]) t.doesNotThrow(() => expectSubCause(cause, subCause), subCause)
  }
  const refused = { code: 'complaint_cause.sub_cause_unknown' }
  t.throws(() => expectSubCause('staff_service', 'defect'), refused)
  t.throws(() => expectSubCause('undetermined', 'other'), refused)
})
