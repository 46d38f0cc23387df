import type { Api } from '../support/http.ts'
import type { TillReceipt } from './receipt.ts'

/** The limits of one batch: items, and bytes with room for the frame around them. */
const MOST_ITEMS = 1_000
const MOST_BYTES = 4 * 1024 * 1024 - 1_024

export interface Pushed {
  readonly created: number
  readonly repeated: number
  readonly lines: number
  readonly refused: readonly string[]
  readonly seconds: number
}

/** Pushes receipts in batches as full as the API takes them, a few in flight, whole receipts always. */
export async function pushAll(shop: Api, receipts: readonly TillReceipt[], inFlight: number): Promise<Pushed> {
  const batches = cut(receipts)
  const tally = { created: 0, repeated: 0, refused: [] as string[] }
  let next = 0
  const started = performance.now()
  const sender = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const { results } = await shop.expect(207, 'POST', '/v1/purchases/batch', `{"purchases":[${batch.join(',')}]}`)
      for (const item of results as { status: number; index: number; problem?: { code: string; detail: string } }[]) {
        if (item.status === 201) tally.created += 1
        else if (item.status === 200) tally.repeated += 1
        else tally.refused.push(`${item.status} ${item.problem?.code}: ${batch[item.index]?.slice(0, 120)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, sender))
  return {
    ...tally,
    lines: receipts.reduce((sum, receipt) => sum + receipt.lines.length, 0),
    seconds: (performance.now() - started) / 1000
  }
}

function cut(receipts: readonly TillReceipt[]): string[][] {
  const batches: string[][] = []
  let bytes = MOST_BYTES
  for (const receipt of receipts) {
    const text = JSON.stringify(receipt)
    const size = Buffer.byteLength(text) + 1
    const last = batches.at(-1)
    if (last && last.length < MOST_ITEMS && bytes + size <= MOST_BYTES) {
      last.push(text)
      bytes += size
    } else {
      batches.push([text])
      bytes = size
    }
  }
  return batches
}
