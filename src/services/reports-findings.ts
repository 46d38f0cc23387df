import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import { DEFECTION_STATES } from '../domain/cadence.ts'
import { byClass, CLASS_ORDER } from '../domain/class-migration.ts'
import { DEFECTION_BASES } from '../domain/defection.ts'
import { DEFECTION_CAUSES, RECOMMENDATIONS } from '../domain/defection-advice.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS, LOYALTY_PATTERNS } from '../domain/loyalty.ts'
import type { TRUST_LEVELS } from '../domain/trust.ts'
import { reportsClassesRepository } from '../repositories/reports-classes.ts'
import {
  type DefectionCount,
  type DefectionDimension,
  type LoyaltyCount,
  reportsFindingsRepository
} from '../repositories/reports-findings.ts'
import { reportsStoresRepository } from '../repositories/reports-stores.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import type { Actor } from './context.ts'
import { type StoreQuery, storeOf } from './report-window.ts'
import type { RunNamed } from './reports-classes.ts'

/** What a report about the present findings begins with. */
interface FindingsHead {
  readonly storeId: string | null
  /** The run that found them; null before the first. */
  readonly run: RunNamed | null
  readonly customers: number
}

export interface RfmGrid extends FindingsHead {
  readonly report: 'rfm-grid'
  readonly currency: string
  /** Scores go from 1 to this. */
  readonly scores: number
  /** Customers without scores, because they bought nothing in the window. */
  readonly unscored: number
  readonly data: {
    readonly r: number
    readonly f: number
    readonly customers: number
    readonly share: number | null
    readonly amountMinor: number
    readonly meanAmountMinor: number | null
  }[]
}

export interface LoyaltyByClass extends FindingsHead {
  readonly report: 'loyalty-by-class'
  readonly currency: string
  readonly firstUsers: number
  readonly priceDriven: number
  readonly bases: Readonly<Record<string, number>>
  readonly patterns: Readonly<Record<string, number>>
  readonly data: {
    readonly abcClass: AbcClass
    readonly loyaltyLevel: string
    readonly customers: number
    /** Of the class; null where nobody is in it. */
    readonly share: number | null
    readonly amountMinor: number
  }[]
}

export interface TrustLadder extends FindingsHead {
  readonly report: 'trust-ladder'
  readonly data: {
    readonly trustLevel: string
    readonly customers: number
    readonly share: number | null
    /** Customers on this rung or a higher one; null for `insufficient`, which is no rung. */
    readonly reached: number | null
    readonly counts: Readonly<Record<AbcClass, number>>
  }[]
}

export interface DefectionOverview extends FindingsHead {
  readonly report: 'defection-overview'
  readonly currency: string
  readonly atRisk: number
  readonly valueAtStakeMinor: number
  readonly data: {
    readonly dimension: DefectionDimension
    /** A code of the dimension, or the id of a store; null for customers without a home store. */
    readonly key: string | null
    /** The store's name. */
    readonly label: string | null
    readonly customers: number
    readonly atRisk: number
    readonly valueAtStakeMinor: number
    readonly expectedValueMinor: number | null
  }[]
}

/** Customers by how recently and how often they bought, with their mean amount. */
export async function rfmGrid(tx: Tx, actor: Actor, query: StoreQuery): Promise<RfmGrid> {
  const storeId = await storeOf(tx, actor, query)
  const { scores } = completePolicy((await currentPolicy(tx)).policy).rfm
  const found = await reportsFindingsRepository(tx).rfm(storeId)
  const { customers, unscored } = await reportsFindingsRepository(tx).classified(storeId)
  // A policy of fewer scores may have come after the run that found more.
  const most = Math.max(scores, ...found.flatMap(({ r, f }) => [r, f]))
  const counts = new Map(found.map(cell => [`${cell.r} ${cell.f}`, cell]))
  const data = scoresUpTo(most).flatMap(r =>
    scoresUpTo(most).map(f => {
      const { customers: inCell = 0, amountMinor = 0 } = counts.get(`${r} ${f}`) ?? {}
      return {
        r,
        f,
        customers: inCell,
        share: shareOf(inCell, customers - unscored),
        amountMinor,
        ...meanOf(amountMinor, inCell)
      }
    })
  )
  const head = await headOf(tx, storeId, customers)
  return { report: 'rfm-grid', currency: actor.tenant.currency, ...head, scores: most, unscored, data }
}

/** What attitude the customers of each class have. */
export async function loyaltyByClass(tx: Tx, actor: Actor, query: StoreQuery): Promise<LoyaltyByClass> {
  const storeId = await storeOf(tx, actor, query)
  const found = await reportsFindingsRepository(tx).loyalty(storeId)
  const count = (which: (row: LoyaltyCount) => boolean) => sum(found.filter(which).map(row => row.customers))
  const data = CLASS_ORDER.flatMap(abcClass => {
    const inClass = count(row => row.abcClass === abcClass)
    return LOYALTY_LEVELS.map(level => {
      const rows = found.filter(row => row.abcClass === abcClass && row.level === level)
      const customers = sum(rows.map(row => row.customers))
      const amountMinor = sum(rows.map(row => row.amountMinor))
      return { abcClass, loyaltyLevel: level, customers, share: shareOf(customers, inClass), amountMinor }
    })
  })
  return {
    report: 'loyalty-by-class',
    currency: actor.tenant.currency,
    ...(await headOf(
      tx,
      storeId,
      count(() => true)
    )),
    firstUsers: count(row => row.firstUser),
    priceDriven: count(row => row.priceDriven),
    bases: Object.fromEntries(LOYALTY_BASES.map(basis => [basis, count(row => row.basis === basis)])),
    patterns: Object.fromEntries(
      LOYALTY_PATTERNS.map(pattern => [pattern ?? 'unknown', count(row => row.pattern === pattern)])
    ),
    data
  }
}

/** From the highest rung down; `insufficient` is where the evidence does not suffice to say. */
const LADDER = [
  'behavioral',
  'affective',
  'cognitive',
  'none',
  'insufficient'
] as const satisfies readonly (typeof TRUST_LEVELS)[number][]

/** How many customers stand on which rung of trust, by class. */
export async function trustLadder(tx: Tx, actor: Actor, query: StoreQuery): Promise<TrustLadder> {
  const storeId = await storeOf(tx, actor, query)
  const found = await reportsFindingsRepository(tx).trust(storeId)
  const customers = sum(found.map(row => row.customers))
  let reached = 0
  const data = LADDER.map(level => {
    const rows = found.filter(row => row.level === level)
    const here = sum(rows.map(row => row.customers))
    reached += here
    return {
      trustLevel: level,
      customers: here,
      share: shareOf(here, customers),
      reached: level === 'insufficient' ? null : reached,
      counts: byClass(abcClass => sum(rows.filter(row => row.abcClass === abcClass).map(row => row.customers)))
    }
  })
  return { report: 'trust-ladder', ...(await headOf(tx, storeId, customers)), data }
}

/** The codes of each dimension, in the order in which they are read; stores come as they are. */
const CODES: Readonly<Record<Exclude<DefectionDimension, 'store'>, readonly string[]>> = {
  state: DEFECTION_STATES,
  basis: DEFECTION_BASES,
  recommendation: RECOMMENDATIONS,
  cause: DEFECTION_CAUSES,
  class: CLASS_ORDER
}

/** How many customers are at risk, in which state, with which advice, and what is at stake with them. */
export async function defectionOverview(tx: Tx, actor: Actor, query: StoreQuery): Promise<DefectionOverview> {
  const storeId = await storeOf(tx, actor, query)
  const found = await reportsFindingsRepository(tx).defection(storeId)
  const all = found.find(row => row.dimension === null)
  const coded = Object.entries(CODES).flatMap(([dimension, codes]) =>
    codes.map(key => rowOf(dimension as DefectionDimension, key, null, found))
  )
  const stores = await reportsStoresRepository(tx).all()
  const byStore = [...stores.map(store => ({ id: store.id, name: store.name })), { id: null, name: null }]
    .map(store => rowOf('store', store.id, store.name, found))
    .filter(row => row.customers > 0)
  return {
    report: 'defection-overview',
    currency: actor.tenant.currency,
    ...(await headOf(tx, storeId, all?.customers ?? 0)),
    atRisk: all?.atRisk ?? 0,
    valueAtStakeMinor: all?.valueAtStakeMinor ?? 0,
    data: [...coded, ...byStore]
  }
}

function rowOf(
  dimension: DefectionDimension,
  key: string | null,
  label: string | null,
  found: readonly DefectionCount[]
) {
  const row = found.find(one => one.dimension === dimension && one.key === key)
  return {
    dimension,
    key,
    label,
    customers: row?.customers ?? 0,
    atRisk: row?.atRisk ?? 0,
    valueAtStakeMinor: row?.valueAtStakeMinor ?? 0,
    expectedValueMinor: row?.expectedValueMinor ?? null
  }
}

async function headOf(tx: Tx, storeId: string | null, customers: number): Promise<FindingsHead> {
  const [last] = await reportsClassesRepository(tx).lastApplied(1)
  return { storeId, run: last ? { id: last.id, asOf: last.asOf } : null, customers }
}

const scoresUpTo = (most: number): number[] => Array.from({ length: most }, (_, score) => score + 1)

const meanOf = (amountMinor: number, customers: number): { meanAmountMinor: number | null } => ({
  meanAmountMinor: customers === 0 ? null : Math.round(amountMinor / customers)
})

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
