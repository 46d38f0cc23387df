import type { Tx } from '../db/client.ts'
import type { CustomerFile, ExternalId } from '../domain/customer.ts'
import { notFound, unavailable } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { customerKeysRepository } from '../repositories/customer-keys.ts'
import { type CustomerRow, customerReads, customersRepository } from '../repositories/customers.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { refuseTakenContacts, refuseTakenExternalIds } from './customer-conflicts.ts'
import {
  type CustomerPatch,
  expectHomeStore,
  isSameKey,
  KeyMoved,
  type NewCustomer,
  openFile,
  recordCustomerEvent,
  revisedFile
} from './customer-files.ts'
import { type CustomerView, customerView } from './customer-view.ts'
import { readGate } from './read-gate.ts'

export type { CustomerPatch, NewCustomer }

/** How often an upsert looks again when its key is taken or given up between looking and writing. */
const ATTEMPTS = 5

export const customersService = (deps: ServiceDeps) => {
  /** A patch that changes nothing leaves the version and says nothing: tills send whole files every night. */
  const change = async (tx: Tx, actor: Actor, before: CustomerRow, patch: CustomerPatch): Promise<CustomerRow> => {
    const file = revisedFile(deps, actor, before, patch)
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
    await recordCustomerEvent(deps, tx, actor, 'customer.updated', after.id, { changed })
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
      deps.inTenant(actor, async tx =>
        customerView(await openFile(deps, tx, actor, input, { createdFrom: 'api' }), actor)
      ),

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
        const opened = await openFile(deps, tx, actor, first, { createdFrom: 'api', claimed: externalId })
        return { customer: customerView(opened, actor), created: true }
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
  if (!locked?.externalIds.some(own => isSameKey(own, externalId))) throw new KeyMoved()
  return locked
}

function known(row: CustomerRow | undefined): CustomerRow {
  if (!row) throw notFound('customer')
  return row
}
