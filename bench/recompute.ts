/**
 * The definitions of the ABC class, RFM and concentration once more, in the plainest code that can be written from
 * their text. It shares nothing with the service on purpose: where the two agree, neither copied the other's mistake.
 */

/** One receipt of a known customer. Amounts are signed: a return takes away. */
export interface KnownReceipt {
  readonly customer: string
  /** The store's day, YYYY-MM-DD. */
  readonly day: string
  readonly kind: 'sale' | 'return'
  readonly netMinor: number
}

export interface Expected {
  abcClass: 'A' | 'B' | 'C' | 'none'
  reason: 'ranked' | 'no_purchase' | 'zero_net' | 'negative_net'
  amountMinor: number
  rank: number | null
  shareBefore: number | null
  recencyDays: number | null
  frequency: number
  r: number | null
  f: number | null
  m: number | null
}

export interface Recomputed {
  readonly customers: ReadonlyMap<string, Expected>
  readonly counts: Readonly<Record<Expected['abcClass'], number>>
  readonly totalMinor: number
  readonly cutoffs: { readonly aMinor: number | null; readonly bMinor: number | null }
  readonly gini: number | null
}

const A_SHARE_BP = 8000n
const B_SHARE_BP = 9500n

/** Everybody's class and scores as of the start of a day, over the months before it (null: all days before it). */
export function recompute(receipts: readonly KnownReceipt[], asOfDay: string, windowMonths: number | null): Recomputed {
  const from = windowMonths === null ? '' : monthsBefore(asOfDay, windowMonths)
  const facts = new Map<string, { net: number; receipts: number; paidDays: Set<string> }>()
  for (const receipt of receipts) {
    const known = facts.get(receipt.customer) ?? { net: 0, receipts: 0, paidDays: new Set() }
    facts.set(receipt.customer, known)
    if (receipt.day < from || receipt.day >= asOfDay) continue
    known.net += receipt.netMinor
    known.receipts += 1
    if (receipt.kind === 'sale' && receipt.netMinor > 0) known.paidDays.add(receipt.day)
  }

  const customers = new Map<string, Expected>()
  for (const [customer, { net, receipts: count, paidDays }] of facts) {
    const last = [...paidDays].sort().at(-1)
    customers.set(customer, {
      abcClass: 'none',
      reason: net > 0 ? 'ranked' : net < 0 ? 'negative_net' : count > 0 ? 'zero_net' : 'no_purchase',
      amountMinor: net,
      rank: null,
      shareBefore: null,
      recencyDays: last === undefined ? null : (Date.parse(asOfDay) - Date.parse(last)) / 86_400_000,
      frequency: paidDays.size,
      r: null,
      f: null,
      m: null
    })
  }
  const ranked = rank(customers)
  scoreAll(customers)
  return { customers, ...ranked }
}

/** By net amount, largest first; equal amounts have the place, and so the class, of the first of them. */
function rank(customers: ReadonlyMap<string, Expected>): Omit<Recomputed, 'customers'> {
  const eligible = [...customers.values()].filter(c => c.amountMinor > 0).sort((a, b) => b.amountMinor - a.amountMinor)
  const total = eligible.reduce((sum, c) => sum + BigInt(c.amountMinor), 0n)
  const counts = { A: 0, B: 0, C: 0, none: customers.size - eligible.length }
  const cutoffs: { aMinor: number | null; bMinor: number | null } = { aMinor: null, bMinor: null }
  let running = 0n
  let before = 0n
  let place = 0
  eligible.forEach((customer, index) => {
    if (index === 0 || eligible[index - 1]?.amountMinor !== customer.amountMinor) {
      before = running
      place = index + 1
    }
    customer.rank = place
    customer.shareBefore = Number(before) / Number(total)
    customer.abcClass = before * 10_000n < A_SHARE_BP * total ? 'A' : before * 10_000n < B_SHARE_BP * total ? 'B' : 'C'
    counts[customer.abcClass] += 1
    if (customer.abcClass === 'A') cutoffs.aMinor = customer.amountMinor
    if (customer.abcClass !== 'C') cutoffs.bMinor = customer.amountMinor
    running += BigInt(customer.amountMinor)
  })
  return { counts, totalMinor: Number(total), cutoffs, gini: giniOf(eligible.map(c => c.amountMinor).reverse(), total) }
}

/** 2·Σ i·v_(i) / (n·Σ v) − (n+1)/n, as one exact fraction. */
function giniOf(ascending: readonly number[], total: bigint): number | null {
  const n = BigInt(ascending.length)
  if (n === 0n) return null
  const weighted = ascending.reduce((sum, value, i) => sum + BigInt(i + 1) * BigInt(value), 0n)
  const numerator = 2n * weighted - (n + 1n) * total
  return Number((numerator * 10n ** 15n) / (n * total)) / 1e15
}

/** min(5, 1 + ⌊5·(number strictly worse)/n⌋) among those who bought on at least one day for a positive amount. */
function scoreAll(customers: ReadonlyMap<string, Expected>): void {
  const scored = [...customers.values()].filter(c => c.frequency > 0)
  const score = (goodness: (c: Expected) => number, set: (c: Expected, score: number) => void) => {
    const ascending = scored.map(goodness).sort((a, b) => a - b)
    const firstPlace = new Map<number, number>()
    ascending.forEach((value, index) => {
      if (!firstPlace.has(value)) firstPlace.set(value, index)
    })
    for (const customer of scored) {
      const worse = firstPlace.get(goodness(customer)) as number
      set(customer, Math.min(5, 1 + Math.floor((5 * worse) / scored.length)))
    }
  }
  score(
    c => -(c.recencyDays as number),
    (c, value) => (c.r = value)
  )
  score(
    c => c.frequency,
    (c, value) => (c.f = value)
  )
  score(
    c => c.amountMinor,
    (c, value) => (c.m = value)
  )
}

/** The same day of the month so many months earlier, or that month's last day where it is shorter. */
function monthsBefore(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const lastOfMonth = new Date(Date.UTC(year, month - months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, lastOfMonth))).toISOString().slice(0, 10)
}
