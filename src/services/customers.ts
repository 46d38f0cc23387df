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
import { DomainError, notFound, unavailable } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { customerKeysRepository } from '../repositories/customer-keys.ts'
import { type CustomerRow, customerReads, customersRepository } from '../repositories/customers.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { refuseTakenContacts, refuseTakenExternalIds } from './customer-conflicts.ts'
import { type CustomerView, customerView } from './customer-view.ts'
import { eventsOf } from './events.ts'
import { normalizePhone } from './phones.ts'
import { readGate } from './read-gate.ts'
import { expectStores } from './references.ts'

/** What a caller says of a customer; absent is not said, null clears. */
export interface CustomerPatch extends Omit<CustomerChange, 'contacts'> {
  readonly contacts?: readonly ContactInput[] | null | undefined
}

export interface NewCustomer extends CustomerPatch {
  readonly kind: CustomerKind
}

/** Days begin first in the zone that is fourteen hours ahead of UTC. */
const EARLIEST_ZONE_MS = 14 * 3_600_000
/** How often an upsert looks again when its key is taken or given up between looking and writing. */
const ATTEMPTS = 5

/** The external id of an upsert changed hands in the meantime. */
class KeyMoved extends Error {}

export const customersService = (deps: ServiceDeps) => {
  /** The file after a patch. Refuses with the code of the first fault; `errors` names them all. */
  const revised = (actor: Actor, before: CustomerFile, { contacts, ...patch }: CustomerPatch): CustomerFile => {
    const read = readContacts(contacts ?? [], raw => normalizePhone(raw, actor.tenant.country))
    const file = revise(before, contacts === undefined ? patch : { ...patch, contacts: read.contacts })
    const latestDay = new Date(deps.clock().getTime() + EARLIEST_ZONE_MS).toISOString().slice(0, 10)
    const errors = read.faults.length > 0 ? read.faults : faultsOf(file, latestDay)
    if (errors[0] === undefined) return file
    const detail = 'The customer file breaks a rule; errors name the fields.'
    throw new DomainError({ code: errors[0].code, kind: 'unprocessable', detail, errors })
  }

  const record = (tx: Tx, actor: Actor, type: string, id: string, data: Record<string, unknown>) =>
    eventsRepository(tx).append(eventsOf(deps, actor, [{ type, subjectType: 'customer', subjectId: id, data }]))

  /** Opens a file. Statements are sent one behind the other, without waiting for each answer. */
  const open = async (
    tx: Tx,
    actor: Actor,
    input: NewCustomer,
    claimed: ExternalId | null = null
  ): Promise<CustomerRow> => {
    const file = revised(actor, blankFile(input.kind), input)
    await expectHomeStore(tx, file)
    const now = deps.clock().toISOString()
    const row: CustomerRow = {
      ...file,
      id: deps.newId(),
      createdFrom: 'api',
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
      record(tx, actor, 'customer.created', row.id, { createdFrom: row.createdFrom })
    ])
    if (claimed && externalIdsTaken.some(({ index }) => isSame(row.externalIds[index], claimed))) throw new KeyMoved()
    refuseTakenContacts(contactsTaken, row.contacts, input.contacts)
    refuseTakenExternalIds(externalIdsTaken, row.externalIds, input.externalIds)
    return row
  }

  /** A patch that changes nothing leaves the version and says nothing: tills send whole files every night. */
  const change = async (tx: Tx, actor: Actor, before: CustomerRow, patch: CustomerPatch): Promise<CustomerRow> => {
    const file = revised(actor, before, patch)
    const changed = changedFields<CustomerFile>(before, file)
    if (changed.length === 0) return before
    if (changed.includes('homeStoreId')) await expectHomeStore(tx, file)
    const after = { ...before, ...file, version: before.version + 1, updatedAt: deps.clock().toISOString() }
    const keys = customerKeysRepository(tx)
    await customersRepository(tx).save(after)
    if (changed.includes('tags')) {
      await keys.removeTags(after.id)
      await keys.addTags(after.id, after.tags)
    }
    if (changed.includes('contacts')) {
      await keys.removeContacts(after.id)
      refuseTakenContacts(await keys.addContacts(after.id, after.contacts), after.contacts, patch.contacts)
    }
    if (changed.includes('externalIds')) {
      await keys.removeExternalIds(after.id)
      const taken = await keys.addExternalIds(after.id, after.externalIds)
      refuseTakenExternalIds(taken, after.externalIds, patch.externalIds)
    }
    await record(tx, actor, 'customer.updated', after.id, { changed })
    return after
  }

  const reads = customerReads(deps.database.api)

  const byId = readGate<string, CustomerRow | undefined>(async ({ tenantId }, ids) => {
    const rows = new Map((await reads.findAll(tenantId, ids)).map(row => [row.id, row]))
    return ids.map(id => rows.get(id))
  })

  const byExternalId = readGate<ExternalId, CustomerRow | undefined>(async ({ tenantId }, externalIds) => {
    const rows = new Map<number, CustomerRow>()
    for (const { index, row } of await reads.findAllByExternalId(tenantId, externalIds)) rows.set(index, row)
    return externalIds.map((_, index) => rows.get(index))
  })

  return {
    /**
     * Opens a customer file. Refuses a contact or external id that another customer has, naming him
     * (`customer.contact_taken`, `customer.external_id_taken`), `store.unknown`, and what breaks the rules of a file.
     */
    create: (actor: Actor, input: NewCustomer): Promise<CustomerView> =>
      deps.inTenant(actor, async tx => customerView(await open(tx, actor, input), actor)),

    get: async (actor: Actor, id: string): Promise<CustomerView> => customerView(known(await byId(actor, id)), actor),

    getByExternalId: async (actor: Actor, externalId: ExternalId): Promise<CustomerView> =>
      customerView(known(await byExternalId(actor, externalId)), actor),

    /** Changes what is named. Lists are replaced whole; of attributes each key is on its own, null takes it away. */
    update: (actor: Actor, id: string, patch: CustomerPatch, expectedVersion: number | null): Promise<CustomerView> =>
      deps.inTenant(actor, async tx => {
        const before = known(await customersRepository(tx).forUpdate(id))
        expectVersion(expectedVersion, before.version)
        return customerView(await change(tx, actor, before, patch), actor)
      }),

    /**
     * Changes the customer with this external id as a patch does, or opens a file under it (a person, unless `kind` says
     * otherwise). Of any number of callers at once one opens the file and the others change it.
     */
    async upsert(
      actor: Actor,
      externalId: ExternalId,
      patch: CustomerPatch,
      expectedVersion: number | null
    ): Promise<{ customer: CustomerView; created: boolean }> {
      // The key that the customer is addressed by is his, whatever a list of keys says.
      const { externalIds, ...rest } = patch
      const named = externalIds === undefined ? rest : { ...rest, externalIds: [...(externalIds ?? []), externalId] }
      const once = async (tx: Tx) => {
        const before = await lockedByExternalId(tx, externalId)
        expectVersion(expectedVersion, before?.version ?? 0)
        if (before) return { customer: customerView(await change(tx, actor, before, named), actor), created: false }
        const first = { externalIds: [externalId], ...named, kind: patch.kind ?? 'person' }
        return { customer: customerView(await open(tx, actor, first, externalId), actor), created: true }
      }
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        try {
          return await deps.inTenant(actor, once)
        } catch (error) {
          if (!(error instanceof KeyMoved)) throw error
        }
      }
      throw unavailable('customer.external_id_moving', 'The external id changes hands just now; try again shortly.')
    }
  }
}

async function lockedByExternalId(tx: Tx, externalId: ExternalId): Promise<CustomerRow | undefined> {
  const [found] = await customersRepository(tx).findAllByExternalId([externalId])
  if (!found) return undefined
  const locked = await customersRepository(tx).forUpdate(found.row.id)
  if (!locked?.externalIds.some(own => isSame(own, externalId))) throw new KeyMoved()
  return locked
}

function known(row: CustomerRow | undefined): CustomerRow {
  if (!row) throw notFound('customer')
  return row
}

const isSame = (one: ExternalId | undefined, other: ExternalId): boolean =>
  one?.system === other.system && one.key === other.key

const expectHomeStore = (tx: Tx, { homeStoreId }: CustomerFile): Promise<void> =>
  expectStores(tx, homeStoreId === null ? [] : [{ id: homeStoreId, pointer: '/homeStoreId' }])
