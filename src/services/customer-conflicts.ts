import type { Contact, ContactInput } from '../domain/contact.ts'
import type { ExternalId } from '../domain/customer.ts'
import { DomainError } from '../domain/errors.ts'
import type { Taken } from '../repositories/customer-keys.ts'

type Given<T> = readonly T[] | null | undefined

/** Refuses contacts that another customer has; `facts` name the first of these customers, `errors` every such contact. */
export function refuseTakenContacts(
  taken: readonly Taken[],
  contacts: readonly Contact[],
  given: Given<ContactInput>
): void {
  const places = taken.map(({ index }) => {
    const contact = contacts[index]
    return (given ?? []).findIndex(input => input.type === contact?.type && input.value === contact.value)
  })
  refuse(taken, '/contacts', places, 'customer.contact_taken', 'Another customer has this contact.')
}

/** Refuses external ids that another customer has, in the same way. */
export function refuseTakenExternalIds(
  taken: readonly Taken[],
  externalIds: readonly ExternalId[],
  given: Given<ExternalId>
): void {
  const places = taken.map(({ index }) => {
    const externalId = externalIds[index]
    return (given ?? []).findIndex(input => input.system === externalId?.system && input.key === externalId.key)
  })
  refuse(taken, '/externalIds', places, 'customer.external_id_taken', 'Another customer has this external id.')
}

function refuse(taken: readonly Taken[], list: string, places: readonly number[], code: string, detail: string): void {
  if (taken[0] === undefined) return
  const errors = places.map(place => ({
    pointer: `${list}/${place}`,
    code,
    message: 'belongs to another customer'
  }))
  throw new DomainError({ code, kind: 'conflict', detail, facts: { customerId: taken[0].customerId }, errors })
}
