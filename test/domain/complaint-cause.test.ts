import t from 'tap'
import { COMPLAINT_CAUSES, expectSubCause, SUB_CAUSES, sourcesOf } from '../../src/domain/complaint-cause.ts'

const links = { promotionCode: 'SPRING', sku: 'SHOE', supplierId: 'SUP-1', staffId: 'bo' }
const NOTHING = { promotionCode: null, sku: null, supplierId: null, staffId: null }

t.test('each cause leads back to its source', async t => {
  t.same(sourcesOf('expectation_gap', 'promotion_promised_more', links), [{ kind: 'promotion', key: 'SPRING' }])
  t.same(sourcesOf('expectation_gap', 'guidance_promised_more', links), [{ kind: 'guidance', key: 'bo' }])
  t.same(sourcesOf('expectation_gap', null, { ...links, promotionCode: null }), [{ kind: 'guidance', key: 'bo' }])
  t.same(sourcesOf('product_quality', 'defect', links), [
    { kind: 'product', key: 'SHOE' },
    { kind: 'supplier', key: 'SUP-1' }
  ])
  t.same(sourcesOf('staff_service', 'rudeness', links), [{ kind: 'training', key: 'bo' }])
  t.same(sourcesOf('undetermined', null, links), [])
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
