import type { Tx } from '../db/client.ts'
import { expectRoom, nextState } from '../domain/complaint.ts'
import {
  type CauseLinks,
  type CauseSource,
  type ComplaintCause,
  expectSubCause,
  type SubCause,
  sourcesOf
} from '../domain/complaint-cause.ts'
import { type DayNumber, dayText } from '../domain/period.ts'
import { type CauseRow, complaintCausesRepository } from '../repositories/complaint-causes.ts'
import { type ComplaintRow, complaintsRepository } from '../repositories/complaints.ts'
import { startOfDay } from './calendar.ts'
import { actingPerson, caseForUpdate, takeStep } from './complaint-desk.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { expectProduct, expectStaff, promotionCodeOf } from './references.ts'
import { type DaysQuery, type DaysView, daysOf, daysView, type StoreQuery, storeOf } from './report-window.ts'
import { shownTexts } from './shown-words.ts'

/** A cause as it is found. What it names counts before what the case names. */
export interface NewCause {
  readonly cause: ComplaintCause
  readonly subCause?: SubCause | null | undefined
  /** The first cause of a case is the primary one unless another is. */
  readonly primary?: boolean | undefined
  readonly evidence?: string | null | undefined
  readonly promotionCode?: string | null | undefined
  readonly promotionId?: string | null | undefined
  readonly sku?: string | null | undefined
  readonly supplierId?: string | null | undefined
  /** Whose guidance or service it was. */
  readonly causedByStaffId?: string | null | undefined
  readonly staffId?: string | null | undefined
}

/** A cause as it is shown. */
export type CauseView = Omit<CauseRow, 'isPrimary'> & { readonly primary: boolean }

/** What complaints lead back to. */
export interface CauseSources {
  readonly window: DaysView
  readonly storeId: string | null
  readonly complaints: number
  /** Without a cause so far; withdrawn ones are in no figure here. */
  readonly withoutCause: number
  /** Looked into, and the cause could not be found. */
  readonly undetermined: number
  readonly data: {
    readonly cause: ComplaintCause
    readonly subCause: SubCause | null
    /** Null: what it leads back to is not known. */
    readonly source: CauseSource | null
    readonly complaints: number
    readonly primary: number
  }[]
}

const SOURCES_AT_MOST = 200

export const complaintCausesService = (deps: ServiceDeps) => ({
  /**
   * Adds a cause to a case. A new primary cause takes the place of the present one, which stays as a further one. Refuses
   * `complaint_cause.sub_cause_unknown`, `staff.unknown`, `product.unknown`, `promotion.unknown`,
   * `promotion.differs`, and a case that is closed or withdrawn, or has as many as it can (`complaint.too_many_causes`).
   */
  add: (actor: Actor, complaintId: string, input: NewCause, expectedVersion: number | null): Promise<CauseView> =>
    deps.inTenant(actor, async tx => {
      const { row } = await caseForUpdate(tx, actor, complaintId, expectedVersion)
      nextState(row.state, 'trace')
      expectRoom('causes', await complaintCausesRepository(tx).countOf(complaintId))
      const person = await actingPerson(tx, actor, input.staffId)
      if (input.causedByStaffId) await expectStaff(tx, [{ id: input.causedByStaffId, pointer: '/causedByStaffId' }])
      await expectProduct(tx, input.sku)
      const cause = await causeOf(deps, tx, actor, row, input, person?.id ?? null)
      await write(deps, tx, actor, row, cause)
      return (await shownCauses(tx, actor, row, [cause]))[0] as CauseView
    }),

  /** What complaints of some days lead back to, the most frequent first: at most 200 sources. */
  sources: (actor: Actor, query: DaysQuery & StoreQuery): Promise<CauseSources> =>
    deps.reading(actor, async tx => {
      const storeId = await storeOf(tx, actor, query)
      const days = daysOf(deps, actor, query)
      const window = { ...instantsOf(actor, days), storeId }
      const repository = complaintCausesRepository(tx)
      const byCause = await repository.byPrimary(window)
      const of = (wanted: ComplaintCause | null) => byCause.find(({ cause }) => cause === wanted)?.complaints ?? 0
      const counts = await repository.counts(window, SOURCES_AT_MOST)
      return {
        window: daysView(days),
        storeId,
        complaints: byCause.reduce((sum, { complaints }) => sum + complaints, 0),
        withoutCause: of(null),
        undetermined: of('undetermined'),
        data: counts.map(({ sourceKind, sourceKey, ...count }) => ({
          ...count,
          source: sourceKind === null || sourceKey === null ? null : { kind: sourceKind, key: sourceKey }
        }))
      }
    })
})

/** The instants at which some days of the tenant begin and end. */
export const instantsOf = (actor: Actor, { fromDay, toDay }: { fromDay: DayNumber; toDay: DayNumber }) => ({
  receivedFrom: startOfDay(actor.tenant.timeZone, dayText(fromDay)),
  receivedTo: startOfDay(actor.tenant.timeZone, dayText(toDay))
})

async function causeOf(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  input: NewCause,
  staffId: string | null
): Promise<CauseRow> {
  const { cause, subCause = null, primary = row.primaryCause === null } = input
  expectSubCause(cause, subCause)
  // Another product than the case's has another supplier; a product that the case came to name later has one, too.
  const sku = input.sku ?? (row.supplierId === null ? row.sku : null)
  const suppliedBy = sku === null ? row.supplierId : await complaintsRepository(tx).supplierOf(sku)
  const named = { ...input, promotionCode: input.promotionCode ?? undefined }
  const links: CauseLinks = {
    promotionCode: (await promotionCodeOf(tx, named)) ?? row.promotionCode,
    sku: input.sku ?? row.sku,
    supplierId: input.supplierId ?? suppliedBy,
    staffId: input.causedByStaffId ?? row.staffId
  }
  return {
    id: deps.newId(),
    complaintId: row.id,
    cause,
    subCause,
    isPrimary: primary || row.primaryCause === null,
    evidence: input.evidence ?? null,
    sources: sourcesOf(cause, subCause, links),
    foundAt: deps.clock().toISOString(),
    staffId,
    createdBy: actor.id
  }
}

async function write(deps: ServiceDeps, tx: Tx, actor: Actor, row: ComplaintRow, cause: CauseRow): Promise<void> {
  const repository = complaintCausesRepository(tx)
  if (cause.isPrimary) await repository.demote(row.id)
  await repository.insert(cause)
  const facts = {
    causeId: cause.id,
    cause: cause.cause,
    subCause: cause.subCause,
    primary: cause.isPrimary,
    sources: cause.sources
  }
  await takeStep(deps, tx, actor, row, {
    step: 'trace',
    staffId: cause.staffId,
    facts,
    change: cause.isPrimary ? { primaryCause: cause.cause, primarySubCause: cause.subCause } : {},
    told: { type: 'complaint.cause_set', data: facts }
  })
}

/** Causes of a case as a caller may see them: the evidence may say who the customer is. */
export async function shownCauses(
  tx: Tx,
  actor: Actor,
  { customerId, purchaseId }: Pick<ComplaintRow, 'customerId' | 'purchaseId'>,
  rows: readonly CauseRow[]
): Promise<CauseView[]> {
  const texts = rows.map(({ evidence }) => evidence)
  const evidence = await shownTexts(tx, actor, { texts, customerId, purchaseId })
  return rows.map(({ isPrimary, ...cause }, place) => ({
    ...cause,
    evidence: evidence[place] ?? null,
    primary: isPrimary
  }))
}
