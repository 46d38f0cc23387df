import { rankPositive } from './ranking.ts'

/**
 * The rows of columns in an order that depends on their content alone: by the first column, then the second and so on,
 * largest first. Rows that are equal in every column are interchangeable, so nothing computed in this order knows in
 * which order the rows came. Columns are of equal length and hold safe integers whose spread is one, too.
 */
export function canonicalOrder(columns: readonly (Int32Array | Float64Array)[]): Uint32Array {
  const rows = columns[0]?.length ?? 0
  const values = new Float64Array(rows)
  let order: Uint32Array = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) order[row] = row
  for (const column of columns.toReversed()) {
    const least = leastOf(column)
    for (let place = 0; place < rows; place++) values[place] = (column[order[place] as number] as number) - least + 1
    const before = order
    order = rankPositive(values)
    for (let place = 0; place < rows; place++) order[place] = before[order[place] as number] as number
  }
  return order
}

/**
 * At most `limit` rows, evenly spaced over the canonical order: a sample stratified by the columns, the first the
 * coarsest, without chance. All rows, in that order, where they are no more than that.
 */
export function evenSample(columns: readonly (Int32Array | Float64Array)[], limit: number): Uint32Array {
  return evenlySpaced(canonicalOrder(columns), limit)
}

/** At most `limit` of the rows, evenly spaced; all where they are no more than that. */
export function evenlySpaced(rows: Uint32Array, limit: number): Uint32Array {
  if (rows.length <= limit) return rows
  const spacing = rows.length / limit
  const sample = new Uint32Array(limit)
  for (let k = 0; k < limit; k++) sample[k] = rows[Math.floor((k + 0.5) * spacing)] as number
  return sample
}

/** These rows of a column, in this order. */
export function pick<C extends Int32Array | Float64Array>(column: C, rows: Uint32Array): C {
  const picked = (column instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length)) as C
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i] as number] as number
  return picked
}

function leastOf(column: Int32Array | Float64Array): number {
  let least = Number.POSITIVE_INFINITY
  for (let row = 0; row < column.length; row++) least = Math.min(least, column[row] as number)
  return least
}
