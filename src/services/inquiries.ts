import type { Tx } from '../db/client.ts'
import { type Contact, type ContactInput, readContacts } from '../domain/contact.ts'
import type { CustomerKind } from '../domain/customer.ts'
import { conflict, DomainError, notFound, unavailable, unprocessable } from '../domain/errors.ts'
import {
  type CustomerFileOrigin,
  type FollowUpOutcome,
  type InquiryChannel,
  type InquiryStep,
  type LostReason,
  refusalOf,
  timeOfStep
} from '../domain/inquiry.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { maskContact, maskName } from '../domain/text.ts'
import { eventsRepository } from '../repositories/events.ts'
import {
  type FollowUpRow,
  type InquiryFilter,
  type InquiryPlace,
  type InquiryRow,
  type InquirySort,
  inquiriesRepository
} from '../repositories/inquiries.ts'
import { contactKey } from './contact-key.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { openFile } from './customer-files.ts'
import { eventsOf } from './events.ts'
import { contactData } from './known-data.ts'
import { normalizePhone } from './phones.ts'
import { expectPresentStaff, expectProduct, expectStores, type Named } from './references.ts'
import { LISTED_AT_MOST, seesPersons, shownWords } from './shown-words.ts'

export type { InquiryFilter, InquiryPlace, InquirySort }

/** What is recorded of somebody who asks. */
export interface NewInquiry {
  readonly channel: InquiryChannel
  readonly about: string
  readonly name?: string | null | undefined
  readonly contacts?: readonly ContactInput[] | null | undefined
  readonly storeId?: string | null | undefined
  readonly staffId?: string | null | undefined
  readonly sku?: string | null | undefined
  readonly language?: string | null | undefined
  /** Now when absent. */
  readonly receivedAt?: string | undefined
  readonly nextFollowUpOn?: string | null | undefined
}

/** A merge patch of an inquiry. */
export type InquiryPatch = Partial<Omit<NewInquiry, 'channel' | 'receivedAt'>>

/** By which contact inquiries are looked for, and among which. */
export interface InquiryCriteria extends Pick<InquiryFilter, 'status' | 'storeId' | 'staffId'> {
  readonly phone?: string | undefined
  readonly email?: string | undefined
}

export interface NewFollowUp {
  readonly channel: InquiryChannel
  readonly outcome: FollowUpOutcome
  readonly staffId?: string | null | undefined
  readonly note?: string | null | undefined
  readonly followedUpAt?: string | undefined
  /** Absent leaves it, null clears it. */
  readonly nextFollowUpOn?: string | null | undefined
}

/** How somebody who asked becomes a customer. */
export interface Conversion {
  /** An existing customer; absent: the one who has the contact, or a new one. */
  readonly customerId?: string | null | undefined
  readonly kind?: CustomerKind | undefined
  readonly name?: string | null | undefined
  readonly convertedAt?: string | undefined
}

export interface Loss {
  readonly reason: LostReason
  readonly note?: string | null | undefined
  readonly lostAt?: string | undefined
}

/** An inquiry as a caller may see it. */
export interface InquiryView extends InquiryRow {
  /** True where the caller may not see persons: what identifies one is shortened, and in words it is replaced. */
  readonly masked: boolean
}

const ATTEMPTS = 5
const CONTACTS_AT_MOST = 20

/** Somebody else opened a file with one of the contacts between looking and writing. */
class ContactMoved extends Error {}

export const inquiriesService = (deps: ServiceDeps) => {
  const contactsOf = (actor: Actor, given: readonly ContactInput[]): Contact[] => {
    const { contacts, faults } = readContacts(given, raw => normalizePhone(raw, actor.tenant.country))
    if (faults[0] === undefined) return contacts
    const detail = 'A contact cannot be one; errors name the fields.'
    throw new DomainError({ code: faults[0].code, kind: 'unprocessable', detail, errors: faults })
  }

  const announce = (tx: Tx, actor: Actor, type: string, row: InquiryRow, data: Record<string, unknown> = {}) =>
    eventsRepository(tx).append(
      eventsOf(deps, actor, [
        {
          type: `inquiry.${type}`,
          subjectType: 'inquiry',
          subjectId: row.id,
          data: { channel: row.channel, storeId: row.storeId, staffId: row.staffId, ...data }
        }
      ])
    )

  /** The inquiry, locked, in a state and version in which the step may be taken. */
  const beforeStep = async (tx: Tx, id: string, step: InquiryStep, version: number | null): Promise<InquiryRow> => {
    const row = known(await inquiriesRepository(tx).forUpdate(id))
    expectVersion(version, row.version)
    const refusal = refusalOf(row.status, step)
    if (refusal) throw refusal
    return row
  }

  const changed = (row: InquiryRow, change: Partial<InquiryRow>): InquiryRow => ({
    ...row,
    ...change,
    version: row.version + 1,
    updatedAt: deps.clock().toISOString()
  })

  /** Who the person is: the customer named, the one who has a contact of his, or a new one. */
  const customerFor = async (
    tx: Tx,
    actor: Actor,
    row: InquiryRow,
    { customerId, kind = 'person', name }: Conversion
  ): Promise<{ customerId: string; customerFile: CustomerFileOrigin }> => {
    const repository = inquiriesRepository(tx)
    if (customerId != null) {
      if (!(await repository.customerExists(customerId))) throw unknownCustomer()
      return { customerId, customerFile: 'found' }
    }
    const found = await repository.customersWith(row.contacts)
    if (found.length > 1) {
      const detail = 'The contacts of the inquiry belong to several customers; name the one it is.'
      throw conflict('inquiry.contacts_of_several', detail, { customers: found.length })
    }
    if (found[0] !== undefined) return { customerId: found[0], customerFile: 'found' }
    try {
      const opened = await openFile(
        deps,
        tx,
        actor,
        {
          kind,
          name: name ?? row.name,
          homeStoreId: row.storeId,
          contacts: row.contacts.map(({ type, value, label }) => ({ type, value, label }))
        },
        { createdFrom: 'inquiry' }
      )
      return { customerId: opened.id, customerFile: 'opened' }
    } catch (error) {
      if (error instanceof DomainError && error.code === 'customer.contact_taken') throw new ContactMoved()
      throw error
    }
  }

  return {
    /**
     * Records that somebody asked. Refuses `inquiry.unidentified` (without a name and a contact nobody can come back to
     * him), contacts that cannot be any, `store.unknown`, `staff.unknown`, `product.unknown` and `inquiry.in_future`.
     */
    record: (actor: Actor, input: NewInquiry): Promise<InquiryView> =>
      deps.inTenant(actor, async tx => {
        const now = deps.clock()
        const contacts = contactsOf(actor, input.contacts ?? [])
        const name = input.name?.trim() || null
        expectIdentified(name, contacts)
        await expectNamed(tx, input)
        const row: InquiryRow = {
          id: deps.newId(),
          status: 'open',
          channel: input.channel,
          storeId: input.storeId ?? null,
          staffId: input.staffId ?? null,
          receivedAt: timeOfStep(input.receivedAt, null, now),
          name,
          contacts,
          about: input.about,
          sku: input.sku ?? null,
          language: input.language ?? null,
          nextFollowUpOn: input.nextFollowUpOn ?? null,
          followUps: 0,
          lastFollowUpAt: null,
          customerId: null,
          convertedAt: null,
          customerFile: null,
          lostAt: null,
          lostReason: null,
          lostNote: null,
          version: 1,
          createdAt: now.toISOString(),
          createdBy: actor.id,
          updatedAt: now.toISOString()
        }
        await inquiriesRepository(tx).insert(row)
        await announce(tx, actor, 'recorded', row, { receivedAt: row.receivedAt })
        return shown(tx, row, actor)
      }),

    get: (actor: Actor, id: string): Promise<InquiryView> =>
      deps.reading(actor, async tx => shown(tx, known(await inquiriesRepository(tx).find(id)), actor)),

    list: (
      actor: Actor,
      filter: InquiryFilter,
      sort: InquirySort,
      after: InquiryPlace | null,
      limit: number
    ): Promise<InquiryView[]> =>
      deps.reading(actor, async tx =>
        shownAll(tx, await inquiriesRepository(tx).list(filter, sort, after, limit), actor, LISTED_AT_MOST)
      ),

    /**
     * Inquiries of whoever left this phone or e-mail, received last first: who knows the contact finds them, and sees of the
     * person what he may. Refuses what no contact can be.
     */
    search: (
      actor: Actor,
      { phone, email, ...filter }: InquiryCriteria,
      after: InquiryPlace | null,
      limit: number
    ): Promise<InquiryView[]> =>
      deps.reading(actor, async tx => {
        const sought = { ...filter, contact: contactKey({ phone, email }, actor.tenant.country) }
        return shownAll(
          tx,
          await inquiriesRepository(tx).list(sought, '-receivedAt', after, limit),
          actor,
          LISTED_AT_MOST
        )
      }),

    /** Changes what is named; a patch that changes nothing leaves the version. */
    update: (actor: Actor, id: string, patch: InquiryPatch, version: number | null): Promise<InquiryView> =>
      deps.inTenant(actor, async tx => {
        const before = known(await inquiriesRepository(tx).forUpdate(id))
        expectVersion(version, before.version)
        const { contacts, name, ...rest } = patch
        const change: Partial<InquiryRow> = {
          ...(rest as Partial<InquiryRow>),
          ...(name === undefined ? {} : { name: name?.trim() || null }),
          ...(contacts === undefined ? {} : { contacts: contactsOf(actor, contacts ?? []) })
        }
        const fields = changedFields<InquiryRow>(before, change)
        if (fields.length === 0) return shown(tx, before, actor)
        await expectNamed(tx, patch)
        const after = changed(before, change)
        expectIdentified(after.name, after.contacts)
        await inquiriesRepository(tx).save(after)
        if (fields.includes('contacts')) await inquiriesRepository(tx).rebind(after)
        await announce(tx, actor, 'updated', after, { changed: fields })
        return shown(tx, after, actor)
      }),

    /** Notes what was done about an inquiry. Refuses `inquiry.invalid_state` once it is lost. */
    followUp: (actor: Actor, id: string, input: NewFollowUp, version: number | null): Promise<FollowUpRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'follow_up', version)
        await expectNamed(tx, input)
        const now = deps.clock()
        const followUp: FollowUpRow = {
          id: deps.newId(),
          inquiryId: id,
          followedUpAt: timeOfStep(input.followedUpAt, before.receivedAt, now),
          staffId: input.staffId ?? before.staffId,
          channel: input.channel,
          outcome: input.outcome,
          note: input.note ?? null,
          createdAt: now.toISOString(),
          createdBy: actor.id
        }
        const { lastFollowUpAt } = before
        const isLast = lastFollowUpAt === null || followUp.followedUpAt > lastFollowUpAt
        const after = changed(before, {
          followUps: before.followUps + 1,
          lastFollowUpAt: isLast ? followUp.followedUpAt : lastFollowUpAt,
          ...(input.nextFollowUpOn === undefined ? {} : { nextFollowUpOn: input.nextFollowUpOn })
        })
        await inquiriesRepository(tx).addFollowUp(followUp)
        await inquiriesRepository(tx).save(after)
        await announce(tx, actor, 'followed_up', after, { followUpId: followUp.id, outcome: followUp.outcome })
        return (await shownFollowUps(tx, after, [followUp], actor, null))[0] as FollowUpRow
      }),

    followUps: (
      actor: Actor,
      id: string,
      after: { followedUpAt: string; id: string } | null,
      limit: number
    ): Promise<FollowUpRow[]> =>
      deps.reading(actor, async tx => {
        const inquiry = known(await inquiriesRepository(tx).find(id))
        const rows = await inquiriesRepository(tx).followUps(id, after, limit)
        return shownFollowUps(tx, inquiry, rows, actor, LISTED_AT_MOST)
      }),

    /**
     * Makes who asked a customer: the one named, or who has one of the contacts already, or a new file with them. Of any
     * number of callers at once one opens a file and the others find it. Refuses `inquiry.invalid_state`,
     * `inquiry.contacts_of_several`, `customer.unknown`, and what breaks the rules of a file.
     */
    async convert(actor: Actor, id: string, input: Conversion, version: number | null): Promise<InquiryView> {
      const once = async (tx: Tx) => {
        const before = await beforeStep(tx, id, 'convert', version)
        const convertedAt = timeOfStep(input.convertedAt, before.receivedAt, deps.clock())
        const customer = await customerFor(tx, actor, before, input)
        const after = changed(before, {
          status: 'converted',
          ...customer,
          convertedAt,
          lostAt: null,
          lostReason: null,
          lostNote: null
        })
        await inquiriesRepository(tx).save(after)
        await announce(tx, actor, 'converted', after, { ...customer, convertedAt })
        return shown(tx, after, actor)
      }
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        try {
          return await deps.inTenant(actor, once)
        } catch (error) {
          if (!(error instanceof ContactMoved)) throw error
        }
      }
      throw unavailable('inquiry.contact_moving', 'A contact of the inquiry changes hands just now; try again shortly.')
    },

    /** Gives an inquiry up, with the reason. Refuses `inquiry.invalid_state` unless it is open. */
    lose: (actor: Actor, id: string, input: Loss, version: number | null): Promise<InquiryView> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, id, 'lose', version)
        const after = changed(before, {
          status: 'lost',
          lostAt: timeOfStep(input.lostAt, before.receivedAt, deps.clock()),
          lostReason: input.reason,
          lostNote: input.note ?? null,
          nextFollowUpOn: null
        })
        await inquiriesRepository(tx).save(after)
        await announce(tx, actor, 'lost', after, { reason: input.reason })
        return shown(tx, after, actor)
      })
  }
}

function known(row: InquiryRow | undefined): InquiryRow {
  if (!row) throw notFound('inquiry')
  return row
}

function expectIdentified(name: string | null, contacts: readonly Contact[]): void {
  if (contacts.length > CONTACTS_AT_MOST) throw unprocessable('contact.value_invalid', 'There are too many contacts.')
  if (name !== null || contacts.length > 0) return
  throw unprocessable('inquiry.unidentified', 'An inquiry needs a name or a contact, to come back to who asked.')
}

async function expectNamed(
  tx: Tx,
  { storeId, staffId, sku }: Partial<Record<'storeId' | 'staffId' | 'sku', string | null | undefined>>
): Promise<void> {
  await expectProduct(tx, sku)
  const named = (id: string | null | undefined, pointer: string): Named[] => (id == null ? [] : [{ id, pointer }])
  await expectStores(tx, named(storeId, '/storeId'))
  await expectPresentStaff(tx, named(staffId, '/staffId'))
}

const unknownCustomer = (): DomainError =>
  new DomainError({
    kind: 'unprocessable',
    code: 'customer.unknown',
    detail: 'The customer who is named does not exist.',
    errors: [{ pointer: '/customerId', code: 'customer.unknown', message: 'is not one of your customers' }]
  })

async function shown(tx: Tx, row: InquiryRow, actor: Actor): Promise<InquiryView> {
  const [view] = await shownAll(tx, [row], actor, null)
  return view as InquiryView
}

/** The one way inquiries leave the service: without `customers.pii:read` a hint of the name and the contacts is left. */
async function shownAll(
  tx: Tx,
  rows: readonly InquiryRow[],
  actor: Actor,
  most: number | null
): Promise<InquiryView[]> {
  if (seesPersons(actor)) return rows.map(row => ({ ...row, masked: false }))
  const words = await shownWords(
    tx,
    actor,
    rows.map(row => ({ ...personOf(row), texts: [row.about, row.lostNote] })),
    most
  )
  return rows.map((row, place) => ({
    ...row,
    name: row.name === null ? null : maskName(row.name),
    contacts: row.contacts.map(({ type, value, normalized }) => ({
      type,
      value: maskContact(type, value),
      normalized: maskContact(type, normalized),
      label: null
    })),
    about: words[place]?.[0] ?? '',
    lostNote: words[place]?.[1] ?? null,
    masked: true
  }))
}

async function shownFollowUps(
  tx: Tx,
  inquiry: InquiryRow,
  rows: readonly FollowUpRow[],
  actor: Actor,
  most: number | null
): Promise<FollowUpRow[]> {
  const person = personOf(inquiry)
  const words = await shownWords(
    tx,
    actor,
    rows.map(({ note }) => ({ ...person, texts: [note] })),
    most
  )
  return rows.map((row, place) => ({ ...row, note: words[place]?.[0] ?? null }))
}

/** Who asked: known by what he left, and by his file once there is one. */
const personOf = ({ name, contacts, customerId }: InquiryRow) => ({
  customerId,
  purchaseId: null,
  known: contactData(name, contacts)
})
