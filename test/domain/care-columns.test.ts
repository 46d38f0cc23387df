import fc from 'fast-check'
import t from 'tap'
import { ABC_CLASSES } from '../../src/domain/abc.ts'
import { carriedBy, countEntitled, graceOf, isEntitled, uncaredRows } from '../../src/domain/care-columns.ts'
import { STANDING_LEVELS } from '../../src/domain/standing.ts'

const STAFF = 3
const minutes = { key: 60, suitable: 20, general: 5 }
const one = fc.record({
  abcClass: fc.nat({ max: ABC_CLASSES.length - 1 }),
  standing: fc.nat({ max: STANDING_LEVELS.length - 1 }),
  priceDriven: fc.boolean(),
  strategic: fc.boolean(),
  found: fc.boolean(),
  holder: fc.nat({ max: STAFF }),
  byHand: fc.boolean(),
  leaving: fc.boolean()
})
type One = typeof one extends fc.Arbitrary<infer Value> ? Value : never

/** Customers in columns: those of whom something was found come first. */
function columnsOf(all: readonly One[]) {
  const customers = [...all.filter(({ found }) => found), ...all.filter(({ found }) => !found)]
  const found = customers.filter(customer => customer.found)
  const care = {
    classes: Uint8Array.from(found, ({ abcClass }) => abcClass),
    customerStandings: Uint8Array.from(found, ({ standing }) => standing),
    priceDriven: Uint8Array.from(found, ({ priceDriven }) => Number(priceDriven)),
    strategic: new Set(found.flatMap(({ strategic }, row) => (strategic ? [row] : [])))
  }
  const held = {
    holders: Uint32Array.from(customers, ({ holder }) => holder),
    byHand: Uint8Array.from(customers, ({ byHand }) => Number(byHand)),
    leaving: Uint8Array.from(customers, ({ leaving }) => Number(leaving))
  }
  return { customers, care, held }
}

/** The rule, said once more for one customer. */
const entitled = ({ found, abcClass, priceDriven, strategic }: One) =>
  found && ABC_CLASSES[abcClass] === 'A' && (strategic || !priceDriven)

t.test('class gives a manager to an A customer who is pursued, and to nobody of whom nothing was found', async t => {
  fc.assert(
    fc.property(fc.array(one), all => {
      const { customers, care } = columnsOf(all)
      const given = customers.filter(entitled).length
      const inA = customers.filter(({ found, abcClass }) => found && ABC_CLASSES[abcClass] === 'A').length
      t.same(countEntitled(care), { entitled: given, notPursued: inA - given })
      return customers.every((customer, row) => isEntitled(care, row) === entitled(customer))
    })
  )
})

t.test(
  'grace begins for whom class gave somebody and gives nobody any more, and ends for who is entitled again',
  async t => {
    fc.assert(
      fc.property(fc.array(one), all => {
        const { customers, care, held } = columnsOf(all)
        const rows = (wanted: (customer: One) => boolean) =>
          customers.flatMap((customer, row) => (customer.holder > 0 && wanted(customer) ? [row] : []))
        t.same(graceOf(care, held), {
          outside: rows(customer => !entitled(customer) && !customer.byHand),
          back: rows(customer => entitled(customer) && customer.leaving)
        })
      })
    )
  }
)

t.test('what somebody carries is the care of all whom he has, whatever gave them to him', async t => {
  fc.assert(
    fc.property(fc.array(one), all => {
      const { customers, care, held } = columnsOf(all)
      const expected = [1, 2, 3].map(place => {
        const his = customers.filter(({ holder }) => holder === place)
        return {
          customers: his.length,
          minutes: his.reduce((sum, { found, standing }) => sum + minutes[levelOf(found, standing)], 0),
          aCustomers: his.filter(entitled).length,
          byHand: his.filter(customer => customer.byHand && !entitled(customer)).length
        }
      })
      t.same(carriedBy(care, held, STAFF, minutes), expected)
    })
  )
})

t.test(
  'who has nobody, or somebody who is no manager, is to be cared for; the entitled only where there is somebody to give',
  async t => {
    fc.assert(
      fc.property(fc.array(one), fc.array(fc.boolean(), { minLength: STAFF, maxLength: STAFF }), (all, isManager) => {
        const { customers, care, held } = columnsOf(all)
        for (const placing of [true, false]) {
          const expected = customers.flatMap((customer, row) => {
            if (customer.holder > 0) return isManager[customer.holder - 1] ? [] : [row]
            return placing && entitled(customer) ? [row] : []
          })
          t.same(uncaredRows(care, held, isManager, placing), expected)
        }
      })
    )
  }
)

const levelOf = (found: boolean, standing: number) => (found ? (STANDING_LEVELS[standing] ?? 'general') : 'general')
