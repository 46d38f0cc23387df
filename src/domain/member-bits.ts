/** One bit for each of so many customers, none of them set. */
export const emptyBits = (customers: number): Uint32Array<ArrayBuffer> => new Uint32Array(Math.ceil(customers / 32))

export function setBit(bits: Uint32Array, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31))
}

export const hasBit = (bits: Uint32Array, place: number): boolean =>
  (((bits[place >>> 5] as number) >>> (place & 31)) & 1) === 1

/** How many bits of 32 are set. */
export function ones(mask: number): number {
  let rest = mask - ((mask >>> 1) & 0x55555555)
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333)
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Bits as bytes that are the same on every machine: the lowest bit of the first byte is the first customer. */
export function bytesOfBits(bits: Uint32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * bits.length)
  const view = new DataView(bytes.buffer)
  for (let word = 0; word < bits.length; word++) view.setUint32(4 * word, bits[word] as number, true)
  return bytes
}

/** Reads what `bytesOfBits` wrote, for as many customers as there are now; those who came since have no bit set. */
export function bitsOfBytes(bytes: Uint8Array, customers: number): Uint32Array<ArrayBuffer> {
  const bits = emptyBits(customers)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let word = 0; word < Math.min(bits.length, bytes.length / 4); word++) bits[word] = view.getUint32(4 * word, true)
  return bits
}

/** Digests of the first so many ids, for several such numbers at once; an id is four words. Equal ones mean equal ids. */
export function digestsOfFirst(ids: Uint32Array, counts: readonly number[]): Map<number, string> {
  const digests = new Map<number, string>()
  let [high, low, word] = [0x811c9dc5, 0x1000193, 0]
  for (const count of [...new Set(counts)].sort((a, b) => a - b)) {
    if (4 * count > ids.length) break
    for (; word < 4 * count; word++) {
      high = Math.imul(high ^ (ids[word] as number), 0x01000193)
      high ^= high >>> 15
      low = Math.imul(low ^ (ids[word] as number) ^ high, 0x85ebca6b)
      low ^= low >>> 13
    }
    digests.set(count, `${hex(high)}${hex(low)}`)
  }
  return digests
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
