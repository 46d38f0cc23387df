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
  const shown = actor.scopes.has('customers.pii:read')
  // Member by member: a list would spend more on copying files as they come than on writing them.
  return {
    id: row.id,
    kind: row.kind,
    name: shown || row.name === null ? row.name : maskName(row.name),
    gender: shown ? row.gender : null,
    birthDate: shown ? row.birthDate : null,
    birthYear: row.birthYear,
    contacts: shown ? row.contacts : row.contacts.map(maskedContact),
    addresses: shown ? row.addresses : [],
    externalIds: row.externalIds,
    homeStoreId: row.homeStoreId,
    tags: row.tags,
    attributes: shown ? row.attributes : {},
    createdFrom: row.createdFrom,
    abcClass: row.abcClass,
    relationshipManager: row.relationshipManager,
    masked: !shown,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt
  }
}

const maskedContact = ({ type, value, normalized }: Contact): Contact => ({
  type,
  value: maskContact(type, value),
  normalized: maskContact(type, normalized),
  label: null
})
