import t from 'tap'
import { changedFields } from '../../src/domain/merge-patch.ts'

const shop = { name: 'Aokang', team: 'Shoes' as string | null, storeIds: ['a', 'b'] }

t.test('fields whose value stays the same have not changed', async t => {
  t.same(changedFields(shop, { name: 'Aokang', storeIds: ['a', 'b'] }), [])
  t.same(changedFields(shop, {}), [])
})

t.test('fields with another value have, a cleared one and a list in another order included', async t => {
  t.same(changedFields(shop, { team: null, name: 'Aokang', storeIds: ['b', 'a'] }), ['team', 'storeIds'])
})

t.test('what is not known and stays so has not changed', async t => {
  t.same(changedFields({ ...shop, team: null }, { team: null }), [])
})
