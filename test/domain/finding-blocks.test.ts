import fc from 'fast-check'
import t from 'tap'
import { emptyKept, type KeptColumns, LAYOUT, packBlock, unpackBlock } from '../../src/domain/finding-blocks.ts'

const ROWS = 24
/** So many rows full of whatever comes, the same of each seed. */
function filled(seed: number): KeptColumns {
  const kept = emptyKept(ROWS)
  let state = seed
  for (const column of [...Object.values(kept.findings), kept.digests]) {
    for (let row = 0; row < ROWS; row++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      column[row] = column instanceof Float64Array ? state * 100_000 + 0.5 : state
    }
  }
  kept.digests[seed % ROWS] = Number.NaN
  return kept
}

const rowOf = ({ findings, digests }: KeptColumns, row: number) => [
  ...Object.values(findings).map(column => column[row]),
  digests[row]
]

t.test('what was packed comes back into the rows where its customers are now, and touches no others', async t => {
  const places = fc.uniqueArray(fc.nat({ max: ROWS - 1 }), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(fc.nat(), places, fc.nat({ max: 9 }), (seed, unordered, lost) => {
      const rows = Int32Array.from([...unordered].sort((a, b) => a - b))
      const [from, to] = [3, 3 + rows.length]
      const before = filled(seed)
      if (rows.length > 1) rows[lost % rows.length] = -1
      const kept = emptyKept(ROWS)
      unpackBlock(packBlock(before, from, to), kept, rows)
      const nobody = rowOf(emptyKept(1), 0)
      for (let row = 0; row < ROWS; row++) {
        const place = rows.indexOf(row)
        t.same(rowOf(kept, row), place < 0 ? nobody : rowOf(before, from + place))
      }
    }),
    { numRuns: 50 }
  )
})

t.test('bytes that lie anywhere in a buffer are unpacked', async t => {
  const before = filled(7)
  const packed = packBlock(before, 0, 5)
  const shifted = new Uint8Array(packed.length + 3)
  shifted.set(packed, 3)
  const kept = emptyKept(ROWS)
  unpackBlock(shifted.subarray(3), kept, Int32Array.of(0, 1, 2, 3, 4))
  for (let row = 0; row < 5; row++) t.same(rowOf(kept, row), rowOf(before, row))
})

t.test('a layout names every column and what its codes mean', async t => {
  const [columns, , ...lists] = JSON.parse(LAYOUT)
  t.same(
    columns.map(([name]: [string]) => name),
    [...Object.keys(emptyKept(0).findings), 'digests']
  )
  for (const list of ['brand', 'lapsed', 'suitable', 'ranked']) t.ok(JSON.stringify(lists).includes(`"${list}"`), list)
})
