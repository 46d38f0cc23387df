import type { Contact } from '../domain/contact.ts'
import { maskContact, maskName } from '../domain/text.ts'
import type { CustomerRow } from '../repositories/customers.ts'
import type { Actor } from './context.ts'

/** A file as a caller may see it. */
export interface CustomerView extends CustomerRow {
  /** True where the caller may not see persons: what identifies one is shortened or gone. */
  readonly masked: boolean
}

/**
 * The one way a file leaves the service. Without `customers.pii:read` the name and the contacts keep a hint each, so that
 * somebody at the counter can ask for the rest; addresses, birth date, gender, the labels of contacts and the
 * shop's own attributes, whose content nobody here knows, are left out.
 * The year of birth stays, because it tells an age group and no person.
 */
export function customerView(row: CustomerRow, actor: Actor): CustomerView {
  if (actor.scopes.has('customers.pii:read')) return { ...row, masked: false }
  return {
    ...row,
    name: row.name === null ? null : maskName(row.name),
    gender: null,
    birthDate: null,
    contacts: row.contacts.map(maskedContact),
    addresses: [],
    attributes: {},
    masked: true
  }
}

const maskedContact = ({ type, value, normalized }: Contact): Contact => ({
  type,
  value: maskContact(type, value),
  normalized: maskContact(type, normalized),
  label: null
})
