import type { Tx } from '../db/client.ts'
import { conversionRate } from '../domain/inquiry-conversion.ts'
import { dayText } from '../domain/period.ts'
import {
  type ConversionCounts,
  type InquiryGroup,
  type InstantWindow,
  type ListenedCounts,
  reportsListeningRepository,
  type SessionCounts
} from '../repositories/reports-listening.ts'
import { reportsStoresRepository } from '../repositories/reports-stores.ts'
import { startOfDay } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { type DaysQuery, type DaysView, daysOf, daysView, type StoreQuery, storeOf } from './report-window.ts'

export interface ConversionQuery extends DaysQuery, StoreQuery {
  readonly by?: InquiryGroup | undefined
}

export interface ConversionFigures {
  readonly inquiries: number
  /** Became customers; `existing` were before they asked. */
  readonly converted: number
  readonly existing: number
  readonly lost: number
  readonly open: number
  readonly share: number | null
  readonly shareLower: number | null
  readonly shareUpper: number | null
  /** Days from the inquiry to the customer file; null where nobody became a customer. */
  readonly medianDays: number | null
  readonly p90Days: number | null
}

export interface InquiryConversion {
  readonly report: 'inquiry-conversion'
  readonly by: InquiryGroup
  readonly storeId: string | null
  readonly window: DaysView
  readonly total: ConversionFigures
  readonly data: (ConversionFigures & {
    /** A person's or store's id, or a channel; null: nobody's, or of no store. */
    readonly key: string | null
    readonly label: string | null
  })[]
}

export interface ListeningFigures {
  readonly planned: number
  readonly held: number
  readonly cancelled: number
  readonly rounds: number
  readonly visits: number
  readonly meetings: number
  readonly attended: number
  readonly findings: number
  readonly aCustomers: number
  /** A customers who came to a session or were visited. */
  readonly aListened: number
  /** Null where there are no A customers. */
  readonly aShare: number | null
}

export interface ListeningCoverage {
  readonly report: 'listening-coverage'
  readonly storeId: string | null
  readonly window: DaysView
  /** Stores that are open, and those of them in which a session was held. */
  readonly stores: number
  readonly storesCovered: number
  readonly storesShare: number | null
  readonly total: ListeningFigures
  readonly data: (ListeningFigures & {
    /** Null, like the two below: of no store. */
    readonly storeId: string | null
    readonly storeCode: string | null
    readonly storeName: string | null
    readonly covered: boolean
  })[]
}

/** Which share of those who asked became customers, and how long it took; by when they asked. It names no customer. */
export async function inquiryConversion(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: ConversionQuery
): Promise<InquiryConversion> {
  const by = query.by ?? 'staff'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const reports = reportsListeningRepository(tx)
  const found = await reports.conversion(by, instantsOf(actor, window, storeId))
  const groups = found.filter(({ isTotal }) => !isTotal)
  const names = await namesOf(tx, by, groups)
  return {
    report: 'inquiry-conversion',
    by,
    storeId,
    window: daysView(window),
    total: conversionOf(found.find(({ isTotal }) => isTotal)),
    data: groups.map(group => ({
      key: group.key,
      label: names.get(group.key ?? '') ?? null,
      ...conversionOf(group)
    }))
  }
}

async function namesOf(
  tx: Tx,
  by: InquiryGroup,
  groups: readonly ConversionCounts[]
): Promise<ReadonlyMap<string, string>> {
  if (by === 'channel') return new Map()
  if (by === 'store') return new Map((await reportsStoresRepository(tx).all()).map(({ id, name }) => [id, name]))
  const ids = groups.flatMap(({ key }) => (key === null ? [] : [key]))
  return reportsListeningRepository(tx).staffNames(ids)
}

function conversionOf(counts: ConversionCounts | undefined): ConversionFigures {
  const { inquiries = 0, converted = 0, existing = 0, lost = 0, medianDays = null, p90Days = null } = counts ?? {}
  const { open, share, interval } = conversionRate({ inquiries, converted, existing, lost })
  return {
    inquiries,
    converted,
    existing,
    lost,
    open,
    share,
    shareLower: interval?.lower ?? null,
    shareUpper: interval?.upper ?? null,
    medianDays: hundredths(medianDays),
    p90Days: hundredths(p90Days)
  }
}

/** Of a day: a quarter of an hour, beyond which nobody compares days. */
const hundredths = (days: number | null): number | null => (days === null ? null : Math.round(days * 100) / 100)

/**
 * In which stores, and to which A customers, the shop has listened: in rounds, visits and meetings that were held in the
 * window. Stores that are open are there also where nobody listened; A customers are those of the last run.
 */
export async function listeningCoverage(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: DaysQuery & StoreQuery
): Promise<ListeningCoverage> {
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const instants = instantsOf(actor, window, storeId)
  const reports = reportsListeningRepository(tx)
  const sessions = await reports.sessions(instants)
  const listened = await reports.listenedTo(instants)
  const open = (await reports.openStores()).filter(({ id }) => storeId === null || id === storeId)
  const names = new Map((await reportsStoresRepository(tx).all()).map(store => [store.id, store]))
  const ids = [...new Set([...open, ...sessions, ...listened].map(one => ('id' in one ? one.id : one.storeId)))]
  const data = ids.map(id => {
    const store = id === null ? undefined : names.get(id)
    const figures = listeningOf(
      sessions.filter(one => one.storeId === id),
      listened.filter(one => one.storeId === id)
    )
    return {
      storeId: id,
      storeCode: store?.code ?? null,
      storeName: store?.name ?? null,
      covered: figures.held > 0,
      ...figures
    }
  })
  const covered = data.filter(row => row.covered && open.some(({ id }) => id === row.storeId)).length
  return {
    report: 'listening-coverage',
    storeId,
    window: daysView(window),
    stores: open.length,
    storesCovered: covered,
    storesShare: shareOf(covered, open.length),
    total: listeningOf(sessions, listened),
    data
  }
}

function listeningOf(sessions: readonly SessionCounts[], listened: readonly ListenedCounts[]): ListeningFigures {
  const sum = (name: 'planned' | 'held' | 'cancelled' | 'attended' | 'findings') =>
    sessions.reduce((total, one) => total + one[name], 0)
  const heldOf = (kind: SessionCounts['kind']) =>
    sessions.reduce((total, one) => total + (one.kind === kind ? one.held : 0), 0)
  const aCustomers = listened.reduce((total, one) => total + one.aCustomers, 0)
  const aListened = listened.reduce((total, one) => total + one.listened, 0)
  return {
    planned: sum('planned'),
    held: sum('held'),
    cancelled: sum('cancelled'),
    rounds: heldOf('round'),
    visits: heldOf('visit'),
    meetings: heldOf('customer_meeting'),
    attended: sum('attended'),
    findings: sum('findings'),
    aCustomers,
    aListened,
    aShare: shareOf(aListened, aCustomers)
  }
}

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Days of the tenant as instants. */
const instantsOf = (
  actor: Actor,
  { fromDay, toDay }: { fromDay: number; toDay: number },
  storeId: string | null
): InstantWindow => ({
  from: startOfDay(actor.tenant.timeZone, dayText(fromDay)),
  to: startOfDay(actor.tenant.timeZone, dayText(toDay)),
  storeId
})
