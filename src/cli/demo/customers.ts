import type { DemoStore } from './calendar.ts'
import { organizationNear, personNear } from './names.ts'
import type { Product } from './products.ts'
import type { Random } from './random.ts'

export interface Contact {
  readonly type: 'phone' | 'email'
  readonly value: string
}

/** What the till knows of a customer. */
export interface DemoCustomer {
  readonly key: string
  readonly kind: 'person' | 'organization'
  readonly name: string
  readonly gender: 'female' | 'male' | null
  readonly birthYear: number | null
  readonly contacts: readonly Contact[]
  readonly homeStoreCode: string
  readonly tags: readonly string[]
}

/** What nobody knows of him, and what the classification is to find out. Days are numbers of trading days. */
export interface Character {
  readonly customer: DemoCustomer
  /** First day on which he may buy, and the day on which he is gone. */
  readonly from: number
  readonly to: number
  /** How often he buys beside the others; a gamma variate, so that few buy most. */
  readonly eagerness: number
  /** The price he feels at home with, in euro cents; lognormal over customers. */
  readonly pocketMinor: number
  readonly favouriteBrand: string | null
  readonly priceDriven: boolean
  /** Buys what is new in its first days. */
  readonly innovator: boolean
  /** How the receipt names him. */
  readonly namedBy: 'key' | 'phone' | 'email'
}

/** All customers of the chain with their characters: `days` trading days that end in `year`. */
export function makeCharacters(
  random: Random,
  stores: readonly DemoStore[],
  products: readonly Product[],
  count: number,
  days: number,
  year: number
): Character[] {
  const brands = [...new Set(products.map(product => product.brand))]
  const countOf = new Map<string, number>()
  const countUp = (what: string) => {
    const count = countOf.get(what) ?? 0
    countOf.set(what, count + 1)
    return count
  }
  return Array.from({ length: count }, (_, index) => {
    const store = random.weighted(stores.map(store => [store, store.share] as const))
    const isOrganization = random.chance(0.03)
    const nthOfStore = countUp(store.code)
    const nthOrganization = isOrganization ? countUp(`${store.code} organizations`) : null
    const customer = makeCustomer(random, store, { index, nthOfStore, nthOrganization, year })
    // Half were customers before the data begin; the others came one by one.
    const from = random.chance(0.5) ? 0 : random.whole(0, days - 20)
    const staysDays = random.exponential(800 * random.gamma(1.2)) + 10
    const priceDriven = !isOrganization && random.chance(0.07)
    return {
      customer,
      from,
      to: Math.min(days, Math.ceil(from + staysDays)),
      eagerness: random.gamma(0.85),
      pocketMinor: 8_500 * Math.exp(0.55 * random.normal()),
      favouriteBrand: !priceDriven && random.chance(0.35) ? random.pick(brands) : null,
      priceDriven,
      innovator: !priceDriven && random.chance(0.04),
      namedBy: namedBy(random, customer)
    }
  })
}

interface Place {
  readonly index: number
  readonly nthOfStore: number
  /** Null for a person. */
  readonly nthOrganization: number | null
  readonly year: number
}

function makeCustomer(random: Random, store: DemoStore, place: Place): DemoCustomer {
  const { index, nthOfStore, nthOrganization, year } = place
  const key = `C-${String(index + 1).padStart(5, '0')}`
  const person = nthOrganization === null ? personNear(random, store.code) : null
  const mailbox = `${person?.mailbox || (person ? 'mail' : 'office')}.${index + 1}`
  const contacts: Contact[] = []
  if (random.chance(0.8)) contacts.push({ type: 'phone', value: fictitiousPhone(store.code, nthOfStore) })
  if (random.chance(0.65)) contacts.push({ type: 'email', value: `${mailbox}@example.com` })
  return {
    key,
    kind: person ? 'person' : 'organization',
    name: person?.name ?? organizationNear(store.code, nthOrganization ?? 0),
    gender: person?.gender ?? null,
    birthYear: person && random.chance(0.6) ? year - 18 - Math.round(50 * random.next()) : null,
    contacts,
    homeStoreCode: store.code,
    tags: random.chance(0.08) ? ['newsletter'] : []
  }
}

/**
 * A number that rings nowhere and belongs to one customer. The Bundesnetzagentur (Berlin, Hamburg) and the Arcep (the
 * south-east of France) keep such ranges for films; China keeps none, but no number of Shanghai begins with a 0.
 */
function fictitiousPhone(storeCode: string, nth: number): string {
  const digits = String(nth).padStart(4, '0')
  if (storeCode === 'SH01') return `+86 21 0000 ${digits}`
  if (storeCode === 'LY01') return `+33 4 65 71 ${digits.slice(0, 2)} ${digits.slice(2)}`
  return nth < 1_000 ? `+49 30 23125 ${digits.slice(1)}` : `+49 40 66969 ${digits.slice(-3)}`
}

function namedBy(random: Random, { contacts }: DemoCustomer): Character['namedBy'] {
  if (!random.chance(0.12)) return 'key'
  const contact = contacts.length > 0 ? random.pick(contacts) : null
  return contact?.type ?? 'key'
}
