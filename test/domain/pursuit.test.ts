import t from 'tap'
import { ROLE_SCOPES, ROLES } from '../../src/domain/access.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { RECOMMENDATIONS } from '../../src/domain/defection-advice.ts'
import { careOfClass, decidePursuit, effortOf, notPursuedBecause } from '../../src/domain/pursuit.ts'

const nobody = { priceDriven: false, recommendation: null, strategic: false } as const

t.test('who buys by price alone, and who is to be let go, is not pursued; price comes first', async t => {
  t.equal(notPursuedBecause(nobody), null)
  t.equal(notPursuedBecause({ ...nobody, priceDriven: true }), 'price_driven')
  t.equal(notPursuedBecause({ ...nobody, recommendation: 'let_go' }), 'let_go')
  t.equal(notPursuedBecause({ ...nobody, priceDriven: true, recommendation: 'let_go' }), 'price_driven')
})

t.test('whatever else is advised, he is pursued', async t => {
  for (const recommendation of RECOMMENDATIONS.filter(one => one !== 'let_go')) {
    t.equal(notPursuedBecause({ ...nobody, recommendation }), null, recommendation)
  }
})

t.test('the mark of a manager as strategic stands above the figures', async t => {
  t.equal(notPursuedBecause({ priceDriven: true, recommendation: 'let_go', strategic: true }), null)
})

t.test('an override needs a reason to be one, and somebody who may decide it', async t => {
  for (const asks of [false, true]) {
    for (const may of [false, true]) t.equal(decidePursuit(null, asks, may), 'granted')
  }
  t.equal(decidePursuit('let_go', false, true), 'refused')
  t.equal(decidePursuit('let_go', true, true), 'overridden')
  t.equal(decidePursuit('price_driven', true, false), 'override_refused')
})

t.test('managers of a store and the owner may decide it, and nobody else', async t => {
  t.same(
    ROLES.filter(role => ROLE_SCOPES[role].includes('pursuits:manage')),
    ['store_manager', 'owner']
  )
})

t.test(
  'to win back and to keep are efforts; to mend what went wrong is owed to everybody, and else it is one',
  async t => {
    const efforts = (toMend: boolean) => RECOMMENDATIONS.map(action => effortOf(action, toMend))
    t.same(efforts(true), [null, 'win_back', null, 'keep', null])
    t.same(efforts(false), ['recover', 'win_back', null, 'keep', null])
  }
)

t.test('the care that is spared is that of his class', async t => {
  const care = (abcClass: 'A' | 'B' | 'C' | 'none') => careOfClass(abcClass, DEFAULT_POLICY.standing)
  t.same([care('A'), care('B'), care('C'), care('none')], [60, 20, 5, 5])
})
