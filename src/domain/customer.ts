import type { Contact } from './contact.ts'
import type { FieldFault } from './errors.ts'

export const CUSTOMER_KINDS = ['person', 'organization'] as const
export const GENDERS = ['female', 'male', 'other'] as const

export type CustomerKind = (typeof CUSTOMER_KINDS)[number]
export type Gender = (typeof GENDERS)[number]

export interface Address {
  readonly label: string | null
  readonly line1: string | null
  readonly line2: string | null
  readonly city: string | null
  readonly region: string | null
  readonly postalCode: string | null
  /** ISO 3166, two letters. */
  readonly country: string | null
}

/** The caller's own identity of a customer, unique per tenant and system. Compared as it is written. */
export interface ExternalId {
  readonly system: string
  readonly key: string
}

type Scalar = string | number | boolean

export type AttributeValue = Scalar | Scalar[]

/** What is known of a person or an organisation, without what the service keeps beside it. */
export interface CustomerFile {
  readonly kind: CustomerKind
  /** Null while a till knows the customer by a number only. */
  readonly name: string | null
  readonly gender: Gender | null
  readonly birthDate: string | null
  /** The year of `birthDate`, or all that is known of it. */
  readonly birthYear: number | null
  readonly contacts: Contact[]
  readonly addresses: Address[]
  readonly externalIds: ExternalId[]
  readonly homeStoreId: string | null
  /** Once each, in the order given. */
  readonly tags: string[]
  readonly attributes: Record<string, AttributeValue>
}

type Optional<T> = T | null | undefined

/** A merge patch of a file: absent fields stay, null clears. Lists are replaced; of attributes each key is on its own. */
export interface CustomerChange {
  readonly kind?: CustomerKind | undefined
  readonly name?: Optional<string>
  readonly gender?: Optional<Gender>
  readonly birthDate?: Optional<string>
  readonly birthYear?: Optional<number>
  readonly contacts?: Optional<Contact[]>
  readonly addresses?: Optional<readonly AddressInput[]>
  readonly externalIds?: Optional<readonly ExternalId[]>
  readonly homeStoreId?: Optional<string>
  readonly tags?: Optional<readonly string[]>
  readonly attributes?: Optional<Readonly<Record<string, AttributeValue | null>>>
}

export type AddressInput = { readonly [Field in keyof Address]?: Optional<string> }

const ATTRIBUTES_AT_MOST = 50
/** Characters of all attributes of a file together, written as JSON. */
const ATTRIBUTES_LENGTH_AT_MOST = 8_192
const EARLIEST_BIRTH_YEAR = 1900

/** A file in which nothing is known yet. */
export const blankFile = (kind: CustomerKind): CustomerFile => ({
  kind,
  name: null,
  gender: null,
  birthDate: null,
  birthYear: null,
  contacts: [],
  addresses: [],
  externalIds: [],
  homeStoreId: null,
  tags: [],
  attributes: {}
})

/** The file after a change. A birth date brings its year along; clearing the date clears the year that came with it. */
export function revise(file: CustomerFile, change: CustomerChange): CustomerFile {
  const birthDate = patched(file.birthDate, change.birthDate, null)
  return {
    kind: change.kind ?? file.kind,
    name: change.name === undefined ? file.name : change.name?.trim() || null,
    gender: patched(file.gender, change.gender, null),
    birthDate,
    birthYear: birthYearAfter(file, change, birthDate),
    contacts: patched(file.contacts, change.contacts, []),
    addresses: change.addresses === undefined ? file.addresses : (change.addresses ?? []).map(addressOf),
    externalIds: change.externalIds === undefined ? file.externalIds : externalIdSet(change.externalIds ?? []),
    homeStoreId: patched(file.homeStoreId, change.homeStoreId, null),
    tags: change.tags === undefined ? file.tags : [...new Set(change.tags)],
    attributes: attributesAfter(file, change)
  }
}

const patched = <T, Empty extends T>(before: T, change: Optional<T>, empty: Empty): T =>
  change === undefined ? before : (change ?? empty)

function birthYearAfter(file: CustomerFile, change: CustomerChange, birthDate: string | null): number | null {
  const yearOfDate = birthDate === null ? null : yearOf(birthDate)
  if (change.birthYear !== undefined) return change.birthYear ?? yearOfDate
  return change.birthDate === undefined ? file.birthYear : yearOfDate
}

const yearOf = (day: string): number => Number(day.slice(0, 4))

function attributesAfter(file: CustomerFile, change: CustomerChange): Record<string, AttributeValue> {
  if (change.attributes === null) return {}
  const merged = { ...file.attributes, ...change.attributes }
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, AttributeValue] => entry[1] !== null)
  )
}

/** An address with every field, in one order, so that equal addresses compare as equal. */
export const addressOf = (input: AddressInput): Address => ({
  label: input.label ?? null,
  line1: input.line1 ?? null,
  line2: input.line2 ?? null,
  city: input.city ?? null,
  region: input.region ?? null,
  postalCode: input.postalCode ?? null,
  country: input.country ?? null
})

/** External ids once each, by system and key. */
export function externalIdSet(externalIds: readonly ExternalId[]): ExternalId[] {
  if (externalIds.length < 2) return [...externalIds]
  const unique = new Map(externalIds.map(({ system, key }) => [JSON.stringify([system, key]), { system, key }]))
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, externalId]) => externalId)
}

/**
 * What keeps a file from being kept, empty when nothing does. `latestDay` is the last day that has begun anywhere on earth:
 * nobody was born after it. Birth and gender belong to persons; a birth lies in 1900 or later; something must
 * tell this customer from others (a name, a contact or an external id).
 */
export function faultsOf(file: CustomerFile, latestDay: string): FieldFault[] {
  return [...personFaults(file), ...birthFaults(file, latestDay), ...attributeFaults(file), ...identityFaults(file)]
}

function personFaults(file: CustomerFile): FieldFault[] {
  if (file.kind === 'person') return []
  const personal = (['gender', 'birthDate', 'birthYear'] as const).filter(field => file[field] !== null)
  return personal.map(field => fault(`/${field}`, 'customer.not_a_person', 'belongs to persons only'))
}

function birthFaults({ birthDate, birthYear }: CustomerFile, latestDay: string): FieldFault[] {
  if (birthYear === null) return []
  const pointer = birthDate === null ? '/birthYear' : '/birthDate'
  if (birthDate !== null && yearOf(birthDate) !== birthYear) {
    return [fault('/birthYear', 'customer.birth_year_contradicts', 'is not the year of the birth date')]
  }
  if (birthYear < EARLIEST_BIRTH_YEAR) {
    return [fault(pointer, 'customer.birth_too_early', `lies before ${EARLIEST_BIRTH_YEAR}`)]
  }
  const inFuture = birthDate === null ? birthYear > yearOf(latestDay) : birthDate > latestDay
  return inFuture ? [fault(pointer, 'customer.birth_in_future', 'lies in the future')] : []
}

function attributeFaults({ attributes }: CustomerFile): FieldFault[] {
  const tooMany = Object.keys(attributes).length > ATTRIBUTES_AT_MOST
  if (!tooMany && JSON.stringify(attributes).length <= ATTRIBUTES_LENGTH_AT_MOST) return []
  const limits = `at most ${ATTRIBUTES_AT_MOST} attributes, ${ATTRIBUTES_LENGTH_AT_MOST} characters of JSON together`
  return [fault('/attributes', 'customer.attributes_too_large', limits)]
}

function identityFaults({ name, contacts, externalIds }: CustomerFile): FieldFault[] {
  if (name !== null || contacts.length > 0 || externalIds.length > 0) return []
  return [fault('', 'customer.unidentified', 'needs a name, a contact or an external id')]
}

const fault = (pointer: string, code: string, message: string): FieldFault => ({ pointer, code, message })
