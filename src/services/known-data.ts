import type { Tx } from '../db/client.ts'
import type { Contact } from '../domain/contact.ts'
import type { Address } from '../domain/customer.ts'
import { type Finding, type KnownData, NOTHING_KNOWN } from '../domain/redaction.ts'
import { plainForm } from '../domain/redaction-text.ts'
import { type CustomerRow, customersRepository } from '../repositories/customers.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import { knownDataRepository } from '../repositories/known-data.ts'
import { noticesRepository } from '../repositories/notices.ts'
import type { Actor } from './context.ts'
import { normalizePhone } from './phones.ts'

/** The latest receipts of a customer whose numbers are looked for. */
const RECEIPTS_AT_MOST = 500
/** Contacts of a text that are looked up. */
const CONTACTS_AT_MOST = 50

/** Words, whom they are of or about, and what looks like personal data in them. */
export interface Spoken {
  readonly customerId: string | null
  readonly purchaseId: string | null
  readonly words: readonly Looked[]
}

/** Words with what looks like personal data in them. */
export interface Looked {
  readonly text: string
  readonly patterns: readonly Finding[]
}

/**
 * What is known of the people in a feedback: the customer himself, and whoever else has a phone number or an e-mail address
 * that he names; with the numbers of the customer's receipts, and names that an editor adds. `patterns` are what looks like
 * personal data in the words.
 */
export async function knownDataOf(
  tx: Tx,
  actor: Actor,
  feedback: Pick<FeedbackRow, 'text' | 'customerId' | 'purchaseId'>,
  patterns: readonly Finding[],
  names: readonly string[] = []
): Promise<KnownData> {
  const { text, customerId, purchaseId } = feedback
  const spoken = { customerId, purchaseId, words: [{ text, patterns }] }
  const [known = NOTHING_KNOWN] = await peopleIn(tx, actor, [spoken])
  const receipts = await noticesRepository(tx).receiptNumbers(customerId, purchaseId, RECEIPTS_AT_MOST)
  return { ...known, names: [...known.names, ...names], numbers: [...known.numbers, ...receipts] }
}

/**
 * What is known of the people in each of many words, as `knownDataOf` tells it of one, but of the receipts those alone that
 * stand in the words. However many there are, it is four questions to the database.
 */
export async function knownDataOfAll(tx: Tx, actor: Actor, spoken: readonly Spoken[]): Promise<KnownData[]> {
  const known = await peopleIn(tx, actor, spoken)
  const sought = spoken.map(({ customerId, purchaseId, words }) => ({
    customerId,
    purchaseId,
    words: words.map(({ text }) => plainForm(text).form.toLowerCase()).join('\n')
  }))
  const receipts = await knownDataRepository(tx).receiptsIn(sought, RECEIPTS_AT_MOST)
  const numbers = spoken.map((): string[] => [])
  for (const { place, number } of receipts) numbers[place]?.push(number)
  return known.map((one, place) => ({ ...one, numbers: [...one.numbers, ...(numbers[place] ?? [])] }))
}

/** Of the files of whoever is in the words: the customer, who made the purchase, and whose contacts are named. */
async function peopleIn(tx: Tx, actor: Actor, spoken: readonly Spoken[]): Promise<KnownData[]> {
  const contacts = spoken.map(({ words }) => contactsIn(words, actor.tenant.country))
  const owners = await knownDataRepository(tx).ownersOf(contacts.flat())
  const owned = new Map<string, string[]>()
  for (const owner of owners) owned.set(ownerKey(owner), [...(owned.get(ownerKey(owner)) ?? []), owner.customerId])
  const purchaseIds = spoken.flatMap(({ purchaseId }) => (purchaseId === null ? [] : [purchaseId]))
  const buyers = await knownDataRepository(tx).buyersOf([...new Set(purchaseIds)])
  const buyerOf = new Map(buyers.map(({ purchaseId, customerId }) => [purchaseId, customerId]))
  const people = spoken.map(({ customerId, purchaseId }, place) => {
    const buyer = purchaseId === null ? undefined : buyerOf.get(purchaseId)
    const named = (contacts[place] ?? []).flatMap(contact => owned.get(ownerKey(contact)) ?? [])
    const ids = [customerId, buyer, ...named]
    return { speakerId: customerId ?? buyer, ids: [...new Set(ids)].filter(id => typeof id === 'string') }
  })
  const rows = await customersRepository(tx).findAll([...new Set(people.flatMap(({ ids }) => ids))])
  const files = new Map(rows.map(row => [row.id, row]))
  const data = new Map(rows.map(row => [row.id, dataOf(row)]))
  return people.map(({ speakerId, ids }) => {
    const known = ids.flatMap(id => data.get(id) ?? [])
    const birthDate = speakerId === undefined ? null : (files.get(speakerId)?.birthDate ?? null)
    return { ...joined(known), birthDate }
  })
}

const ownerKey = ({ type, normalized }: { readonly type: string; readonly normalized: string }): string =>
  `${type} ${normalized}`

/** What is known of several people; the birth date is nobody's. */
export const joined = (known: readonly KnownData[]): KnownData => ({
  names: known.flatMap(({ names }) => names),
  phones: known.flatMap(({ phones }) => phones),
  emails: known.flatMap(({ emails }) => emails),
  handles: known.flatMap(({ handles }) => handles),
  addresses: known.flatMap(({ addresses }) => addresses),
  numbers: known.flatMap(({ numbers }) => numbers),
  birthDate: null
})

/** Phone numbers and e-mail addresses in words, as files know them. */
function contactsIn(words: readonly Looked[], country: string): Contact[] {
  const found: Contact[] = []
  for (const { text, patterns } of words) {
    for (const { kind, start, end } of patterns) {
      if (found.length === CONTACTS_AT_MOST) return found
      const value = text.slice(start, end).normalize('NFKC')
      const isEmail = kind === 'email'
      const normalized = isEmail ? value.toLowerCase() : kind === 'phone' ? normalizePhone(value, country) : null
      if (normalized !== null) found.push({ type: isEmail ? 'email' : 'phone', value, normalized, label: null })
    }
  }
  return found
}

const dataOf = ({ name, contacts, addresses, externalIds }: CustomerRow): KnownData => ({
  ...contactData(name, contacts),
  addresses: addresses.flatMap(linesOf),
  numbers: externalIds.map(({ key }) => key)
})

/** What a name and contacts say of somebody, whether or not there is a file of him. */
export function contactData(name: string | null, contacts: readonly Contact[]): KnownData {
  const values = (types: readonly string[]) =>
    contacts.filter(({ type }) => types.includes(type)).flatMap(({ value, normalized }) => [value, normalized])
  const phones = contacts.map(({ normalized }) => normalized).filter(value => /^\+\d+$/.test(value))
  return {
    names: name === null ? [] : [name],
    phones,
    emails: [...new Set(values(['email']))],
    handles: [...new Set(values(['wechat', 'whatsapp', 'line', 'telegram', 'other']))],
    addresses: [],
    numbers: [],
    birthDate: null
  }
}

const linesOf = ({ line1, line2, postalCode, city }: Address): string[] =>
  [line1, line2, postalCode, postalCode !== null && city !== null ? `${postalCode} ${city}` : null].filter(
    line => line !== null
  )
