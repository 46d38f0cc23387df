import fc from 'fast-check'
import t from 'tap'
import { bitsOfBytes, bytesOfBits, digestsOfFirst, emptyBits, hasBit, setBit } from '../../src/domain/member-bits.ts'

const places = fc.uniqueArray(fc.nat({ max: 199 }))

t.test('bits come back out of their bytes, and whoever has come since has none', async () => {
  fc.assert(
    fc.property(places, fc.nat({ max: 100 }), (members, more) => {
      const bits = emptyBits(200)
      for (const place of members) setBit(bits, place)
      const back = bitsOfBytes(bytesOfBits(bits), 200 + more)
      return Array.from({ length: 200 + more }, (_, place) => place).every(
        place => hasBit(back, place) === members.includes(place)
      )
    })
  )
})

t.test('bytes are the same on every machine', async t => {
  const bits = emptyBits(40)
  for (const place of [0, 9, 31, 39]) setBit(bits, place)
  t.same([...bytesOfBits(bits)], [1, 2, 0, 128, 128, 0, 0, 0])
})

t.test('a digest is of the ids, so many of them, and nothing else', async () => {
  const ids = fc.uint32Array({ minLength: 8, maxLength: 40 }).map(words => words.subarray(0, words.length & ~3))
  fc.assert(
    fc.property(ids, fc.nat(), fc.nat(), (all, some, changed) => {
      const count = 1 + (some % (all.length / 4))
      const digest = digestsOfFirst(all, [count, all.length / 4]).get(count)
      const alone = digestsOfFirst(all.slice(0, 4 * count), [count]).get(count)
      const other = all.slice()
      const place = changed % (4 * count)
      other[place] = (other[place] as number) ^ 1
      return digest === alone && digestsOfFirst(other, [count]).get(count) !== digest
    })
  )
})

t.test('there is no digest of more ids than there are', async t => {
  t.equal(digestsOfFirst(new Uint32Array(8), [3]).get(3), undefined)
})
