import type { Differences } from '../support/differences.ts'
import type { Api } from '../support/http.ts'
import type { Expected, ExpectedPicture } from './picture.ts'

interface Reason {
  readonly code: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** A classification as a list or a single answer gives it, as far as it is compared. */
interface Classified {
  readonly customerId: string
  readonly loyalty: {
    readonly level: string
    readonly basis: string
    readonly firstUser: boolean
    readonly priceDriven: boolean
    readonly pattern: string | null
    readonly reasons: readonly Reason[]
    readonly missing: readonly Reason[]
  }
  readonly defection: {
    readonly state: string
    readonly basis: string
    readonly hiatus: boolean
    readonly sinceDays: number | null
    readonly nextChange: { readonly on: string; readonly state: string } | null
    readonly reasons: readonly Reason[]
    readonly missing: readonly Reason[]
  }
}

interface Listed extends Classified {
  readonly customerExternalIds: readonly { readonly key: string }[]
}

/** Everybody's rhythm and loyalty in the list of what holds now; the ids of the customers by their keys. */
export async function compareList(
  shop: Api,
  runId: string,
  expected: ExpectedPicture,
  { check, found }: Differences
): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for await (const item of shop.list<Listed>('/v1/classifications')) {
    const key = item.customerExternalIds[0]?.key ?? ''
    const wanted = expected.customers.get(key)
    if (ids.has(key)) found.push(`customer ${key} is listed twice`)
    ids.set(key, item.customerId)
    if (wanted) checkCustomer(check, key, item, wanted, expected)
    else found.push(`customer ${key} is not in the data`)
  }
  for (const key of expected.customers.keys()) if (!ids.has(key)) found.push(`customer ${key} is not listed`)
  const { rhythm } = await shop.expect(200, 'GET', `/v1/classification-runs/${runId}`)
  check('gaps of all customers', rhythm.gaps, expected.everybody.gaps)
  check('median gap of all customers', rhythm.medianDays, expected.everybody.median)
  check('late gap of all customers', rhythm.lateDays, expected.everybody.late)
  return ids
}

/**
 * The same in the answer about each customer, out of the ledger as it was on that day; and the figures of first users as of
 * the last day of all. Of earlier days they are not kept, so none may be told.
 */
export async function compareSingles(
  shop: Api,
  ids: ReadonlyMap<string, string>,
  asOfDay: string,
  expected: ExpectedPicture,
  { check }: Differences,
  { inFlight, isLast }: { readonly inFlight: number; readonly isLast: boolean }
): Promise<void> {
  const waiting = [...expected.customers].entries()
  const reader = async () => {
    for (const [, [key, wanted]] of waiting) {
      const path = `/v1/customers/${ids.get(key)}/classification?asOf=${asOfDay}`
      const item: Classified = await shop.expect(200, 'GET', path)
      checkCustomer(check, `${key} alone`, item, wanted, expected)
      if (isLast) checkFirstUse(check, `${key} alone`, item, wanted)
      else check(`figures of first use of ${key}`, item.loyalty.reasons.some(isFirstUse), false)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, reader))
}

type Check = Differences['check']

function checkCustomer(
  check: Check,
  key: string,
  { loyalty, defection }: Classified,
  wanted: Expected,
  { everybody }: ExpectedPicture
): void {
  const { rhythm, brands } = wanted
  check(`loyalty of ${key}`, loyalty.level, wanted.level)
  check(`basis of ${key}`, loyalty.basis, wanted.basis)
  check(`first use of ${key}`, loyalty.firstUser, wanted.firstUse.firstUser)
  check(`price of ${key}`, loyalty.priceDriven, false)
  check(`pattern of ${key}`, loyalty.pattern, null)
  if (brands.lines >= 5) {
    const share = factsOf(loyalty.reasons, 'loyalty.favourite_share')
    const switches = factsOf(loyalty.reasons, 'loyalty.switch_rate')
    check(`favourite brand of ${key}`, share.favouriteBrand, brands.favourite)
    check(`lines of the favourite of ${key}`, share.favouriteLines, brands.favouriteLines)
    check(`lines with a brand of ${key}`, share.brandLines, brands.lines)
    check(`share of the favourite of ${key}`, share.favouriteShare, brands.favouriteLines / brands.lines)
    check(`changes of brand of ${key}`, switches.brandSwitches, brands.switches)
    check(`rate of changes of ${key}`, switches.switchRate, brands.switches / (brands.lines - 1))
  } else {
    check(
      `lines with a brand of ${key}`,
      factsOf(loyalty.missing, 'loyalty.brand_lines_missing').brandLines,
      brands.lines
    )
    check(
      `purchase days of ${key}`,
      factsOf(loyalty.reasons, 'loyalty.purchase_days').purchaseDays,
      rhythm.purchaseDays
    )
  }

  check(`state of ${key}`, defection.state, rhythm.state)
  check(`basis of the state of ${key}`, defection.basis, rhythm.basis)
  check(`days since of ${key}`, defection.sinceDays, rhythm.sinceDays)
  check(`hiatus of ${key}`, defection.hiatus, rhythm.hiatus)
  check(`day of the next change of ${key}`, defection.nextChange?.on, rhythm.nextChange?.on)
  check(`next state of ${key}`, defection.nextChange?.state, rhythm.nextChange?.state)
  const own = factsOf(defection.reasons, 'defection.rhythm')
  const known = rhythm.ownMedian !== null
  check(`gaps of ${key}`, own.gaps, known ? rhythm.gaps.length : undefined)
  check(`own median of ${key}`, own.ownMedianDays, rhythm.ownMedian ?? undefined)
  check(`own late gap of ${key}`, own.ownLateDays, rhythm.ownLate ?? undefined)
  check(`median of all beside ${key}`, own.allMedianDays, known ? everybody.median : undefined)
  check(`late gap of all beside ${key}`, own.allLateDays, known ? everybody.late : undefined)
}

function checkFirstUse(check: Check, key: string, { loyalty }: Classified, { firstUse }: Expected): void {
  if (firstUse.products === 0) {
    check(
      `no new product of ${key}`,
      loyalty.missing.some(one => one.code === 'first_user.no_new_product'),
      true
    )
    return
  }
  const seen = factsOf(loyalty.reasons, firstUse.firstUser ? 'first_user.early' : 'first_user.as_by_lot')
  check(`new products of ${key}`, seen.products, firstUse.products)
  check(`first places of ${key}`, seen.observed, firstUse.observed)
  check(`first places by lot of ${key}`, seen.expected, firstUse.expected)
  check(`chance of ${key}`, seen.chance, firstUse.chance)
  const open = factsOf(loyalty.missing, 'first_user.provisional').provisional ?? 0
  check(`provisional places of ${key}`, open, firstUse.provisional)
}

const isFirstUse = ({ code }: Reason): boolean => code.startsWith('first_user.')

const factsOf = (reasons: readonly Reason[], code: string): Reason['facts'] =>
  reasons.find(reason => reason.code === code)?.facts ?? {}
