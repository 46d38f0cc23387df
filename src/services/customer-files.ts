import type { Tx } from '../db/client.ts'
import { type ContactInput, readContacts } from '../domain/contact.ts'
import {
  blankFile,
  type CustomerChange,
  type CustomerFile,
  type CustomerKind,
  type ExternalId,
  faultsOf,
  revise
} from '../domain/customer.ts'
import { DomainError } from '../domain/errors.ts'
import { customerKeysRepository } from '../repositories/customer-keys.ts'
import { type CustomerRow, customersRepository } from '../repositories/customers.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { refuseTakenContacts, refuseTakenExternalIds } from './customer-conflicts.ts'
import { eventsOf } from './events.ts'
import { normalizePhone } from './phones.ts'
import { expectStores } from './references.ts'

/** What a caller says of a customer; absent is not said, null clears. */
export interface CustomerPatch extends Omit<CustomerChange, 'contacts'> {
  readonly contacts?: readonly ContactInput[] | null | undefined
}

export interface NewCustomer extends CustomerPatch {
  readonly kind: CustomerKind
}

export interface Opening {
  /** What opened the file: `api`, `inquiry`. */
  readonly createdFrom: string
  /** The external id by which an upsert addresses the customer. */
  readonly claimed?: ExternalId
}

/** Days begin first in the zone that is fourteen hours ahead of UTC. */
const EARLIEST_ZONE_MS = 14 * 3_600_000

/** The external id of an upsert changed hands in the meantime. */
export class KeyMoved extends Error {}

/** The file after a patch. Refuses with the code of the first fault; `errors` names them all. */
export function revisedFile(
  deps: ServiceDeps,
  actor: Actor,
  before: CustomerFile,
  { contacts, ...patch }: CustomerPatch
): CustomerFile {
  const read = readContacts(contacts ?? [], raw => normalizePhone(raw, actor.tenant.country))
  const file = revise(before, contacts === undefined ? patch : { ...patch, contacts: read.contacts })
  const latestDay = new Date(deps.clock().getTime() + EARLIEST_ZONE_MS).toISOString().slice(0, 10)
  const errors = read.faults.length > 0 ? read.faults : faultsOf(file, latestDay)
  if (errors[0] === undefined) return file
  const detail = 'The customer file breaks a rule; errors name the fields.'
  throw new DomainError({ code: errors[0].code, kind: 'unprocessable', detail, errors })
}

/**
 * Opens a file within a transaction. Refuses a contact or external id that another customer has, naming him, and what
 * breaks the rules of a file; then nothing more may be done in the transaction. Statements are sent one behind the other,
 * without waiting for each answer.
 */
export async function openFile(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  input: NewCustomer,
  { createdFrom, claimed }: Opening
): Promise<CustomerRow> {
  const file = revisedFile(deps, actor, blankFile(input.kind), input)
  await expectHomeStore(tx, file)
  const now = deps.clock().toISOString()
  const row: CustomerRow = {
    ...file,
    id: deps.newId(),
    createdFrom,
    abcClass: null,
    relationshipManager: null,
    version: 1,
    createdAt: now,
    updatedAt: now
  }
  const keys = customerKeysRepository(tx)
  const [, contactsTaken, externalIdsTaken] = await Promise.all([
    customersRepository(tx).insert(row),
    keys.addContacts(row.id, row.contacts),
    keys.addExternalIds(row.id, row.externalIds),
    keys.addTags(row.id, row.tags),
    recordCustomerEvent(deps, tx, actor, 'customer.created', row.id, { createdFrom })
  ])
  if (claimed && externalIdsTaken.some(({ index }) => isSameKey(row.externalIds[index], claimed))) throw new KeyMoved()
  refuseTakenContacts(contactsTaken, row.contacts, input.contacts)
  refuseTakenExternalIds(externalIdsTaken, row.externalIds, input.externalIds)
  return row
}

export const recordCustomerEvent = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  type: string,
  id: string,
  data: Record<string, unknown>
): Promise<void> =>
  eventsRepository(tx).append(eventsOf(deps, actor, [{ type, subjectType: 'customer', subjectId: id, data }]))

export const isSameKey = (one: ExternalId | undefined, other: ExternalId): boolean =>
  one?.system === other.system && one.key === other.key

export const expectHomeStore = (tx: Tx, { homeStoreId }: CustomerFile): Promise<void> =>
  expectStores(tx, homeStoreId === null ? [] : [{ id: homeStoreId, pointer: '/homeStoreId' }])
