/**
 * Finds the rows of customers in a column of ids in ascending order, four words an id. Who is looked for next is found the
 * faster the closer he follows upon the last one.
 */
export function customerRows(ids: Uint32Array) {
  const rows = ids.length / 4
  const wanted = new Uint32Array(4)
  let next = 0

  const compare = (row: number): number => {
    for (let word = 0; word < 4; word++) {
      const difference = (ids[4 * row + word] as number) - (wanted[word] as number)
      if (difference !== 0) return difference
    }
    return 0
  }

  return {
    /** The row of the id in the first four words; −1 for somebody who is not there. */
    find(words: Uint32Array): number {
      for (let word = 0; word < 4; word++) wanted[word] = words[word] as number
      let low = 0
      let high = rows - 1
      if (next < rows && compare(next) <= 0) {
        low = next
        let step = 1
        while (low + step < rows && compare(low + step) <= 0) {
          low += step
          step *= 2
        }
        high = Math.min(low + step, rows) - 1
      }
      while (low <= high) {
        const middle = (low + high) >>> 1
        const order = compare(middle)
        if (order === 0) {
          next = middle + 1
          return middle
        }
        if (order < 0) low = middle + 1
        else high = middle - 1
      }
      next = low
      return -1
    },

    /** The row of an id as text. */
    findText(id: string): number {
      return this.find(wordsOf(id))
    },

    /** The id of a row as text. */
    text(row: number): string {
      return textOf(ids, row)
    }
  }
}

/** The four words of an id. */
export const wordsOf = (id: string): Uint32Array => {
  const hex = id.replaceAll('-', '')
  return Uint32Array.from([0, 8, 16, 24], at => Number.parseInt(hex.slice(at, at + 8), 16))
}

/** The id in the four words from place `4 * row` on. */
export function textOf(ids: Uint32Array, row: number): string {
  let hex = ''
  for (let word = 0; word < 4; word++) hex += (ids[4 * row + word] as number).toString(16).padStart(8, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Ids, four words each, as the sixteen bytes of each. */
export function bytesOf(ids: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * ids.length))
  for (let word = 0; word < ids.length; word++) view.setUint32(4 * word, ids[word] as number)
  return new Uint8Array(view.buffer)
}
