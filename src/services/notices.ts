import type { Tx } from '../db/client.ts'
import { DomainError, forbidden, notFound, unprocessable } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import {
  added,
  expectSecondEyes,
  holds,
  type NoticeStep,
  type PlacedReplacement,
  type ReviewVerdict,
  refusalOf,
  reviewedState
} from '../domain/notice.ts'
import { tokenOf } from '../domain/redaction.ts'
import { eventsRepository } from '../repositories/events.ts'
import { feedbackRepository } from '../repositories/feedback.ts'
import { type NoticeFilter, type NoticeRow, noticesRepository, type ReplacementRow } from '../repositories/notices.ts'
import type { StaffRow } from '../repositories/staff.ts'
import { actingPerson, decidingPerson } from './complaint-desk.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { knownDataOf } from './known-data.ts'
import {
  clearedText,
  expectClean,
  expectDecided,
  expectNamedNowhere,
  expectStillSaid,
  lookedFor,
  type NewReplacement,
  type NoticePreview,
  type NoticeText,
  placesOf,
  previewOf,
  replacementsFor,
  textOf
} from './notice-text.ts'
import { expectPresentStaff, expectStores, type Named } from './references.ts'

export type { NoticeFilter, NoticeRow }

export interface NewNotice {
  readonly feedbackId: string
  readonly title: string
  /** Who proposes it; a staff member who is signed in is that himself. */
  readonly staffId?: string | undefined
  readonly storeId?: string | null | undefined
  /** Who answers for what is said; the owner of the feedback when absent. */
  readonly responsibleStaffId?: string | null | undefined
  /** Names of others in the text, to be replaced as well. They are not kept. */
  readonly names?: readonly string[] | undefined
}

/** Names of others in the text, and who looks for them. */
export interface Detection {
  readonly names?: readonly string[] | undefined
  readonly staffId?: string | undefined
}

export type NoticeChange = Partial<Pick<NoticeRow, 'title' | 'storeId' | 'responsibleStaffId'>>

const REPLACEMENTS_AT_MOST = 1_000

function expectFew(replacements: number): void {
  if (replacements <= REPLACEMENTS_AT_MOST) return
  throw unprocessable('notice.too_many_replacements', 'A notice has at most 1,000 replacements.')
}

/** What customers say, before the staff: proposed, cleared of what says who they are, reviewed by somebody else, published. */
export const noticesService = (deps: ServiceDeps) => {
  const announce = (tx: Tx, actor: Actor, type: string, row: NoticeRow, data: Record<string, unknown> = {}) =>
    eventsRepository(tx).append(
      eventsOf(deps, actor, [
        {
          type: `notice.${type}`,
          subjectType: 'notice',
          subjectId: row.id,
          data: { feedbackId: row.feedbackId, state: row.state, storeId: row.storeId, ...data }
        }
      ])
    )

  /** The notice, locked, in a state and version in which the step may be taken, by somebody of the store that heard it. */
  const beforeStep = async (
    tx: Tx,
    actor: Actor,
    id: string,
    step: NoticeStep,
    version: number | null
  ): Promise<NoticeRow> => {
    const row = known(await noticesRepository(tx).forUpdate(id))
    if (actor.storeId !== null && !(await feedbackRepository(tx).find(row.feedbackId, actor.storeId))) {
      throw notFound('notice')
    }
    expectVersion(version, row.version)
    const refusal = refusalOf(row.state, step)
    if (refusal) throw refusal
    return row
  }

  const changed = (row: NoticeRow, change: Partial<NoticeRow>): NoticeRow => ({
    ...row,
    ...change,
    version: row.version + 1,
    updatedAt: deps.clock().toISOString()
  })

  /** As `changed`, and off the board until it is reviewed anew. */
  const edited = (row: NoticeRow, change: Partial<NoticeRow> = {}): NoticeRow =>
    changed(row, { ...change, state: 'draft', reviewerStaffId: null, reviewedAt: null, publishedText: null })

  const stored = (actor: Actor, rows: readonly PlacedReplacement[], by: StaffRow | null): ReplacementRow[] => {
    const createdAt = deps.clock().toISOString()
    const notRejected = { rejectedAt: null, rejectedBy: null, rejectedByStaffId: null }
    return rows.map(row => ({
      ...row,
      ...notRejected,
      createdAt,
      createdBy: actor.id,
      createdByStaffId: by?.id ?? null
    }))
  }

  /** Adds replacements and makes the notice a draft. */
  const addAll = async (
    tx: Tx,
    actor: Actor,
    { notice, replacements }: Pick<NoticeText, 'notice' | 'replacements'>,
    rows: readonly PlacedReplacement[],
    by: StaffRow | null
  ): Promise<NoticeRow> => {
    if (rows.length === 0) return notice
    expectFew(replacements.length + rows.length)
    const after = edited(notice)
    await noticesRepository(tx).addReplacements(notice.id, stored(actor, rows, by))
    await noticesRepository(tx).save(after)
    await announce(tx, actor, 'changed', after, { replacementsAdded: rows.length, staffId: by?.id ?? null })
    return after
  }

  return {
    /**
     * Proposes a feedback to the board: the places that say who somebody is are found, and nothing is shown to anybody.
     * Refuses `feedback.unknown`, `feedback.withdrawn`, `staff.unknown`, `store.unknown`, and a title that itself says who somebody is
     * (`notice.personal_data`); and a text with more to replace than a notice holds (`notice.too_many_replacements`).
     */
    propose: (actor: Actor, input: NewNotice): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const author = await decidingPerson(tx, actor, input.staffId)
        const authorStaffId = author.id
        const feedback = await feedbackRepository(tx).find(input.feedbackId, actor.storeId)
        if (!feedback) throw unknownFeedback()
        expectStillSaid(feedback)
        await expectNamed(tx, input)
        const patterns = await lookedFor(feedback.text)
        const data = await knownDataOf(tx, actor, feedback, patterns, input.names)
        expectClean(input.title, { known: data, feedback, replacements: [] }, '/title')
        const now = deps.clock().toISOString()
        const row: NoticeRow = {
          id: deps.newId(),
          feedbackId: feedback.id,
          state: 'draft',
          title: input.title,
          storeId: input.storeId ?? null,
          authorStaffId,
          responsibleStaffId: input.responsibleStaffId === undefined ? feedback.ownerStaffId : input.responsibleStaffId,
          reviewerStaffId: null,
          reviewedAt: null,
          reviewNote: null,
          publishedText: null,
          publishedAt: null,
          comment: null,
          commentedAt: null,
          withdrawnAt: null,
          withdrawnReason: null,
          version: 1,
          createdAt: now,
          createdBy: actor.id,
          updatedAt: now
        }
        await noticesRepository(tx).insert(row)
        const rows = await replacementsFor(actor, { text: feedback.text, patterns }, data, [])
        expectFew(rows.length)
        await noticesRepository(tx).addReplacements(row.id, stored(actor, rows, author))
        await announce(tx, actor, 'proposed', row, { authorStaffId, replacements: rows.length })
        return row
      }),

    get: (actor: Actor, id: string): Promise<NoticeRow> =>
      deps.reading(actor, async tx => known(await noticesRepository(tx).find(id, actor.storeId))),

    list: (
      actor: Actor,
      filter: NoticeFilter,
      after: { createdAt: string; id: string } | null,
      limit: number
    ): Promise<NoticeRow[]> =>
      deps.reading(actor, tx => noticesRepository(tx).list(filter, actor.storeId, after, limit)),

    /** What would be replaced, where and why, and how the text reads then. */
    preview: (actor: Actor, id: string): Promise<NoticePreview> =>
      deps.reading(actor, async tx => {
        const reviewed = await textOf(tx, actor, known(await noticesRepository(tx).find(id, actor.storeId)))
        return previewOf(reviewed, actor)
      }),

    /** Changes what is named; the notice is a draft again. Refuses `notice.personal_data`, `notice.invalid_state`. */
    change: (actor: Actor, id: string, patch: NoticeChange, version: number | null): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'edit', version)
        const fields = changedFields<NoticeRow>(before, patch)
        if (fields.length === 0) return before
        await expectNamed(tx, patch)
        if (patch.title !== undefined) expectClean(patch.title, await textOf(tx, actor, before), '/title')
        const after = edited(before, patch)
        await noticesRepository(tx).save(after)
        await announce(tx, actor, 'changed', after, { changed: fields })
        return after
      }),

    /**
     * Looks again, with what is known now and with names that an editor adds, and replaces what is found and was not
     * decided on; the notice is a draft again where there is something. Refuses names that stand in the title or the
     * comment (`notice.personal_data`).
     */
    detect: (
      actor: Actor,
      id: string,
      { names = [], staffId }: Detection,
      version: number | null
    ): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'edit', version)
        const person = await actingPerson(tx, actor, staffId)
        const reviewed = await textOf(tx, actor, before)
        expectNamedNowhere(reviewed, names)
        const data = { ...reviewed.known, names: [...reviewed.known.names, ...names] }
        const { feedback, patterns, replacements } = reviewed
        const rows = await replacementsFor(actor, { text: feedback.text, patterns }, data, replacements)
        return addAll(tx, actor, reviewed, rows, person)
      }),

    /**
     * Replaces something more. Refuses a place outside of the text or within a character (`notice.place_invalid`), one that
     * is replaced already (`notice.replacement_overlaps`), and a text that is not there (`notice.text_not_found`).
     */
    addReplacement: (actor: Actor, id: string, input: NewReplacement, version: number | null): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'edit', version)
        const person = await actingPerson(tx, actor, input.staffId)
        const reviewed = await textOf(tx, actor, before)
        const { feedback, replacements, known: data } = reviewed
        const word = input.replacement ?? tokenOf(input.kind, actor.tenant.language, data)
        expectClean(word, reviewed, '/replacement')
        const spans = placesOf(feedback.text, input, replacements)
        const findings = spans.map(span => ({ ...span, kind: input.kind, basis: 'editor' as const }))
        const rows = added(findings, replacements, () => word)
        return addAll(tx, actor, reviewed, rows, person)
      }),

    /**
     * Leaves what stands there, for a reason; the notice is a draft again, which whoever did so cannot approve. Refuses
     * `notice_replacement.not_found`, and nobody as the one who does it (`staff.required`).
     */
    reject: (
      actor: Actor,
      id: string,
      { number, reason, staffId }: { number: number; reason: string; staffId?: string | undefined },
      version: number | null
    ): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'edit', version)
        const person = await decidingPerson(tx, actor, staffId)
        const notices = noticesRepository(tx)
        const found = (await notices.replacements(id)).find(one => one.number === number)
        if (!found || !holds(found)) throw notFound('notice_replacement')
        const after = edited(before)
        await notices.reject(id, number, reason, deps.clock().toISOString(), { id: actor.id, staffId: person.id })
        await notices.save(after)
        const { kind } = found
        await announce(tx, actor, 'changed', after, { replacementRejected: number, kind, staffId: person.id })
        return after
      }),

    /**
     * Says of the text as it would be published whether it may be. Refuses who is no second pair of eyes (see
     * `expectSecondEyes`), and approval while something is neither replaced nor rejected, or stands in title or comment
     * (`notice.personal_data_left`).
     */
    review: (
      actor: Actor,
      id: string,
      input: { verdict: ReviewVerdict; staffId?: string | undefined; note?: string | null | undefined },
      version: number | null
    ): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'review', version)
        const { id: reviewerStaffId } = await decidingPerson(tx, actor, input.staffId)
        const approved = input.verdict === 'approved'
        const reviewed = await textOf(tx, actor, before)
        const undoneBy = reviewed.replacements.map(one => one.rejectedByStaffId)
        expectSecondEyes({ ...before, undoneBy }, reviewerStaffId, input.verdict)
        if (approved) await expectDecided(reviewed)
        const state = reviewedState(before.state, input.verdict)
        const after = changed(before, {
          state,
          reviewerStaffId,
          reviewedAt: deps.clock().toISOString(),
          reviewNote: input.note ?? null,
          publishedText: state === 'published' ? before.publishedText : null
        })
        await noticesRepository(tx).save(after)
        await announce(tx, actor, approved ? 'approved' : 'sent_back', after, { reviewerStaffId })
        return after
      }),

    /**
     * Puts a reviewed notice on the board. Refuses `notice.not_reviewed`, what the customer has taken back
     * (`feedback.withdrawn`), and what has come to light since the review (`notice.personal_data_left`).
     */
    publish: (actor: Actor, id: string, version: number | null): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'publish', version)
        const reviewed = await textOf(tx, actor, before)
        expectStillSaid(reviewed.feedback)
        await expectDecided(reviewed)
        const after = changed(before, {
          state: 'published',
          publishedAt: deps.clock().toISOString(),
          publishedText: clearedText(reviewed)
        })
        await noticesRepository(tx).save(after)
        await announce(tx, actor, 'published', after)
        return after
      }),

    /**
     * What the responsible person has to say. It hangs there at once, unreviewed, on a notice that was published: hence it
     * must not say who somebody is (`notice.personal_data`). Refuses anybody else (`notice.not_responsible`).
     */
    comment: (
      actor: Actor,
      id: string,
      input: { text: string; staffId?: string | undefined },
      version: number | null
    ): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'comment', version)
        const { id: staffId } = await decidingPerson(tx, actor, input.staffId)
        if (staffId !== before.responsibleStaffId) {
          throw forbidden('notice.not_responsible', 'Only the person who is responsible comments on a notice.')
        }
        expectClean(input.text, await textOf(tx, actor, before), '/text')
        const after = changed(before, { comment: input.text, commentedAt: deps.clock().toISOString() })
        await noticesRepository(tx).save(after)
        await announce(tx, actor, 'commented', after, { staffId })
        return after
      }),

    /** Takes a notice off the board for good, with the reason. */
    withdraw: (actor: Actor, id: string, reason: string, version: number | null): Promise<NoticeRow> =>
      deps.inTenant(actor, async tx => {
        const before = await beforeStep(tx, actor, id, 'withdraw', version)
        const after = changed(before, {
          state: 'withdrawn',
          publishedText: null,
          withdrawnAt: deps.clock().toISOString(),
          withdrawnReason: reason
        })
        await noticesRepository(tx).save(after)
        await announce(tx, actor, 'withdrawn', after)
        return after
      })
  }
}

function known(row: NoticeRow | undefined): NoticeRow {
  if (!row) throw notFound('notice')
  return row
}

async function expectNamed(
  tx: Tx,
  named: {
    readonly responsibleStaffId?: string | null | undefined
    readonly storeId?: string | null | undefined
  }
): Promise<void> {
  const at = (id: string | null | undefined, pointer: string): Named[] => (id == null ? [] : [{ id, pointer }])
  await expectStores(tx, at(named.storeId, '/storeId'))
  await expectPresentStaff(tx, at(named.responsibleStaffId, '/responsibleStaffId'))
}

const unknownFeedback = (): DomainError =>
  new DomainError({
    kind: 'unprocessable',
    code: 'feedback.unknown',
    detail: 'The feedback that is named does not exist.',
    errors: [{ pointer: '/feedbackId', code: 'feedback.unknown', message: 'is none of your feedback' }]
  })
