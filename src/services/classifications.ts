import type { Tx } from '../db/client.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { DomainError, notFound } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import { addMonths, dayNumber, firstDayOfMonth, monthOf } from '../domain/period.ts'
import type { Picture } from '../domain/picture.ts'
import { readingOf } from '../domain/window-reading.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { classificationRunsRepository, type RunRow } from '../repositories/classification-runs.ts'
import {
  type ClassificationFilter,
  classificationsRepository,
  type FindingsRow,
  type HistoryRow,
  type LiveWindow
} from '../repositories/classifications.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import { dayIn, endOfDay } from './calendar.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import {
  type ClassificationView,
  classificationView,
  notYetClassified,
  type RunContext
} from './classification-view.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'
import { pictureOfOne, picturesOf } from './customer-picture.ts'
import type { DefectionView, LoyaltyView, StandingView, TrustView } from './picture-view.ts'

export interface ListedClassification extends ClassificationView, CustomerName {}

const DAY = /^\d{4}-\d{2}-\d{2}$/
/** No run and no receipt lies this far ahead; the end of a window that has none. */
const MONTHS_AHEAD = 2

/** What customers are, why, and what they were. */
export const classificationsService = (deps: ServiceDeps) => ({
  /**
   * A customer's classification with its reasons in the caller's language; with `asOf` what held then. An instant is taken as it is, a day as its
   * end in the tenant's zone. Who was met by no run is `not_yet_classified`, and who never bought `no_purchase`; a time before the first run is refused:
   * `classification.not_found`.
   */
  get: (actor: Actor, customerId: string, asOf: string | null, language: Language): Promise<ClassificationView> =>
    deps.reading(actor, async tx => {
      if (!(await classificationsRepository(tx).customerExists(customerId))) throw notFound('customer')
      return asOf === null
        ? now(deps, tx, actor, customerId, language)
        : then(tx, actor, customerId, instantOf(actor, asOf), language)
    }),

  /** Current classifications, largest amount first, equal ones by id. Nothing before the first run. */
  list: (
    actor: Actor,
    filter: ClassificationFilter,
    after: { amountMinor: number; customerId: string } | null,
    limit: number,
    language: Language
  ): Promise<ListedClassification[]> =>
    deps.reading(actor, async tx => {
      const context = await contextAt(tx, actor, null, language)
      if (!context) return []
      const rows = await classificationsRepository(tx).list(filter, after, limit)
      const ids = rows.map(row => row.customerId)
      const names = await customerNamesRepository(tx).of(ids)
      const pictures = await picturesOf(tx, actor, context, rows)
      const views = await currentViews(deps, tx, actor, context, rows, pictures)
      return views.map(view => ({ ...view, ...visibleName(names.get(view.customerId), actor) }))
    }),

  /** Every change of a customer's findings, latest first. */
  history: (
    actor: Actor,
    customerId: string,
    after: { asOf: string; runId: string } | null,
    limit: number
  ): Promise<HistoryEntry[]> =>
    deps.reading(actor, async tx => {
      const classifications = classificationsRepository(tx)
      if (!(await classifications.customerExists(customerId))) throw notFound('customer')
      return (await classifications.history(customerId, after, limit)).map(historyEntry)
    })
})

async function now(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  customerId: string,
  language: Language
): Promise<ClassificationView> {
  const context = await contextAt(tx, actor, null, language)
  const row = context && (await classificationsRepository(tx).current(customerId))
  if (context && row) {
    const picture = await pictureOfOne(tx, actor, context, row)
    const [view] = await currentViews(deps, tx, actor, context, [row], new Map([[customerId, picture]]))
    if (view) return view
  }
  const current = await currentPolicy(tx)
  const window = liveWindow(deps, actor, context?.policy ?? completePolicy(current.policy))
  const live = await classificationsRepository(tx).liveAmounts([customerId], window)
  const policyVersion = context?.run.policyVersion ?? current.version
  const bought = await classificationsRepository(tx).hasBought(customerId)
  return notYetClassified(customerId, context?.run ?? null, policyVersion, bought, live.get(customerId) ?? 0, language)
}

async function then(
  tx: Tx,
  actor: Actor,
  customerId: string,
  instant: string,
  language: Language
): Promise<ClassificationView> {
  const context = await contextAt(tx, actor, instant, language)
  if (!context) {
    throw new DomainError({
      kind: 'not_found',
      code: 'classification.not_found',
      detail: 'No classification had been made by then.'
    })
  }
  const row = await classificationsRepository(tx).at(customerId, instant)
  if (!row) {
    const bought = await classificationsRepository(tx).hasBought(customerId)
    return notYetClassified(customerId, context.run, context.run.policyVersion, bought, null, language)
  }
  const places = await classificationRunsRepository(tx).curvePlaces(context.run.id, [row.amountMinor])
  const picture = await pictureOfOne(tx, actor, context, row)
  return classificationView(context, row, places.get(row.amountMinor), null, picture)
}

/** Views of what the last run found, with what has been bought since. */
async function currentViews(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  context: RunContext,
  rows: readonly FindingsRow[],
  pictures: ReadonlyMap<string, Picture>
): Promise<ClassificationView[]> {
  if (rows.length === 0) return []
  const ids = rows.map(row => row.customerId)
  const amounts = rows.map(row => row.amountMinor)
  const places = await classificationRunsRepository(tx).curvePlaces(context.run.id, amounts)
  const live = await classificationsRepository(tx).liveAmounts(ids, liveWindow(deps, actor, context.policy))
  return rows.map(row => {
    const picture = pictures.get(row.customerId) ?? null
    return classificationView(context, row, places.get(row.amountMinor), live.get(row.customerId) ?? 0, picture)
  })
}

/** The run whose classes held at an instant, or hold now, with its policy; null before the first. */
async function contextAt(tx: Tx, actor: Actor, instant: string | null, language: Language): Promise<RunContext | null> {
  const run: RunRow | undefined = await classificationRunsRepository(tx).appliedAt(instant)
  if (!run) return null
  const stored = await classificationPoliciesRepository(tx).find(run.policyVersion)
  return { run, policy: completePolicy(stored?.policy ?? {}), currency: actor.tenant.currency, language }
}

/** Today's window of the policy, today and whatever tills ahead of the tenant's clock have pushed included. */
function liveWindow(deps: ServiceDeps, actor: Actor, { windowMonths, abc }: ClassificationPolicy): LiveWindow {
  const today = dayNumber(dayIn(actor.tenant.timeZone, deps.clock().toISOString()))
  const fromDay = windowMonths === null ? null : addMonths(today, -windowMonths)
  const toDay = firstDayOfMonth(monthOf(today) + MONTHS_AHEAD)
  return { fromDay, reading: readingOf({ fromDay, toDay }, toDay), returnsCountOn: abc.returnsCountOn }
}

/** A day stands for its last millisecond: whatever was found on that day had been found by then. */
function instantOf(actor: Actor, asOf: string): string {
  const end = DAY.test(asOf) ? Date.parse(endOfDay(actor.tenant.timeZone, asOf)) - 1 : Date.parse(asOf)
  return new Date(end).toISOString()
}

export interface HistoryEntry {
  readonly asOf: string
  readonly runId: string
  readonly abc: {
    readonly class: HistoryRow['abcClass']
    readonly previousClass: HistoryRow['previousAbcClass']
    readonly amountMinor: number
    readonly reason: HistoryRow['abcReason']
  }
  readonly rfm: {
    readonly recencyDays: number
    readonly frequency: number
    readonly monetaryMinor: number
    readonly r: number
    readonly f: number
    readonly m: number
  } | null
  readonly loyalty: Pick<LoyaltyView, 'level' | 'basis' | 'firstUser' | 'priceDriven' | 'pattern'>
  readonly trust: Pick<TrustView, 'level'>
  readonly standing: Pick<StandingView, 'level'>
  readonly defection: Pick<DefectionView, 'state' | 'basis' | 'partial'>
}

function historyEntry(row: HistoryRow): HistoryEntry {
  const { asOf, runId, abcClass, previousAbcClass, abcReason, amountMinor, lastSaleOn, frequency, r, f, m } = row
  const scored = lastSaleOn !== null && r !== null && f !== null && m !== null
  return {
    asOf,
    runId,
    abc: { class: abcClass, previousClass: previousAbcClass, amountMinor, reason: abcReason },
    rfm: scored
      ? { recencyDays: dayNumber(row.runDay) - dayNumber(lastSaleOn), frequency, monetaryMinor: amountMinor, r, f, m }
      : null,
    loyalty: {
      level: row.loyaltyLevel,
      basis: row.loyaltyBasis,
      firstUser: row.firstUser,
      priceDriven: row.priceDriven,
      pattern: row.loyaltyPattern
    },
    trust: { level: row.trustLevel },
    standing: { level: row.standing },
    defection: { state: row.defectionState, basis: row.defectionBasis, partial: row.partialDefection }
  }
}
