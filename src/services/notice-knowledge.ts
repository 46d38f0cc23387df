import type { Tx } from '../db/client.ts'
import type { Contact } from '../domain/contact.ts'
import type { Address } from '../domain/customer.ts'
import { findPersonalData, type KnownData, NOTHING_KNOWN } from '../domain/redaction.ts'
import { type CustomerRow, customersRepository } from '../repositories/customers.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import { inquiriesRepository } from '../repositories/inquiries.ts'
import { noticesRepository } from '../repositories/notices.ts'
import type { Actor } from './context.ts'
import { normalizePhone } from './phones.ts'

/** The latest receipts of a customer whose numbers are looked for. */
const RECEIPTS_AT_MOST = 500
/** Contacts of a text that are looked up. */
const CONTACTS_AT_MOST = 50

/**
 * What is known of the people in a feedback: the customer himself, and whoever else has a phone number or an e-mail address
 * that he names; with the numbers of the customer's receipts, and names that an editor adds.
 */
export async function knownDataOf(
  tx: Tx,
  actor: Actor,
  feedback: Pick<FeedbackRow, 'text' | 'customerId' | 'purchaseId'>,
  names: readonly string[] = []
): Promise<KnownData> {
  const contacts = contactsIn(feedback.text, actor.tenant.country)
  const others = await inquiriesRepository(tx).customersWith(contacts)
  const ids = [...new Set([feedback.customerId, ...others])].filter(id => id !== null)
  const files = await customersRepository(tx).findAll(ids)
  const receipts = await noticesRepository(tx).receiptNumbers(
    feedback.customerId,
    feedback.purchaseId,
    RECEIPTS_AT_MOST
  )
  const known = files.map(dataOf)
  const all = <K extends keyof KnownData>(field: K) => known.flatMap(one => one[field] as string[])
  return {
    names: [...all('names'), ...names],
    phones: all('phones'),
    emails: all('emails'),
    handles: all('handles'),
    addresses: all('addresses'),
    numbers: [...all('numbers'), ...receipts],
    birthDate: files.find(({ id }) => id === feedback.customerId)?.birthDate ?? null
  }
}

/** Phone numbers and e-mail addresses of a text, as files know them. */
function contactsIn(text: string, country: string): Contact[] {
  const found = findPersonalData(text, NOTHING_KNOWN).flatMap(({ kind, start, end }): Contact[] => {
    const value = text.slice(start, end).normalize('NFKC')
    if (kind === 'email') return [{ type: 'email', value, normalized: value.toLowerCase(), label: null }]
    const normalized = kind === 'phone' ? normalizePhone(value, country) : null
    return normalized === null ? [] : [{ type: 'phone', value, normalized, label: null }]
  })
  return found.slice(0, CONTACTS_AT_MOST)
}

function dataOf({ name, contacts, addresses, externalIds }: CustomerRow): KnownData {
  const values = (types: readonly string[]) =>
    contacts.filter(({ type }) => types.includes(type)).flatMap(({ value, normalized }) => [value, normalized])
  const phones = contacts.map(({ normalized }) => normalized).filter(value => /^\+\d+$/.test(value))
  return {
    names: name === null ? [] : [name],
    phones,
    emails: [...new Set(values(['email']))],
    handles: [...new Set(values(['wechat', 'whatsapp', 'line', 'telegram', 'other']))],
    addresses: addresses.flatMap(linesOf),
    numbers: externalIds.map(({ key }) => key),
    birthDate: null
  }
}

const linesOf = ({ line1, line2, postalCode, city }: Address): string[] =>
  [line1, line2, postalCode, postalCode !== null && city !== null ? `${postalCode} ${city}` : null].filter(
    line => line !== null
  )
