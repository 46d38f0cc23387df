import { ABC_CLASSES } from './abc.ts'
import { STANDING_LEVELS, type StandingLevel } from './standing.ts'

/** What a run found of each customer that his care depends on: codes, one row a customer. */
export interface CareColumns {
  /** Index into ABC_CLASSES. */
  readonly classes: Uint8Array
  /** Index into STANDING_LEVELS. */
  readonly customerStandings: Uint8Array
  readonly priceDriven: Uint8Array
  /** Rows that a manager marked as strategic. */
  readonly strategic: ReadonlySet<number>
}

/** Who looks after each customer. Rows beyond those of `CareColumns` are customers of whom nothing was found. */
export interface HolderColumns {
  /** Place of the person among the staff, from 1; 0 where nobody is named. */
  readonly holders: Uint32Array
  /** 1 where a person decided so, whatever the class. */
  readonly byHand: Uint8Array
  /** 1 where an earlier run found that class gives the customer nobody any more. */
  readonly leaving: Uint8Array
}

/** What one of the staff carries: customers, their minutes of care a month, and of them the entitled and, of the others, those by hand. */
export interface Carried {
  customers: number
  minutes: number
  aCustomers: number
  byHand: number
}

const CLASS_A = ABC_CLASSES.indexOf('A')
const GENERAL = STANDING_LEVELS.indexOf('general')

/** Whether class gives a customer a manager: an A who does not buy by price alone, unless he is marked as strategic. */
export const isEntitled = ({ classes, priceDriven, strategic }: CareColumns, row: number): boolean =>
  classes[row] === CLASS_A && (priceDriven[row] !== 1 || strategic.has(row))

/** How many A customers class gives a manager, and how many it does not. */
export function countEntitled(care: CareColumns): { entitled: number; notPursued: number } {
  let entitled = 0
  let notPursued = 0
  for (let row = 0; row < care.classes.length; row++) {
    if (care.classes[row] !== CLASS_A) continue
    if (isEntitled(care, row)) entitled++
    else notPursued++
  }
  return { entitled, notPursued }
}

/**
 * Rows to whom class gave somebody and gives nobody any more, `outside`; and those who were found so by an earlier run and
 * are not now, `back`.
 */
export function graceOf(care: CareColumns, held: HolderColumns): { outside: number[]; back: number[] } {
  const outside: number[] = []
  const back: number[] = []
  for (let row = 0; row < held.holders.length; row++) {
    if (held.holders[row] === 0) continue
    if (isEntitled(care, row)) {
      if (held.leaving[row] === 1) back.push(row)
    } else if (held.byHand[row] === 0) outside.push(row)
  }
  return { outside, back }
}

/** What each of so many staff carries, by his place less one. `minutes` are those of a standing. */
export function carriedBy(
  care: CareColumns,
  held: HolderColumns,
  staff: number,
  minutes: Readonly<Record<StandingLevel, number>>
): Carried[] {
  const carried = Array.from({ length: staff }, () => ({ customers: 0, minutes: 0, aCustomers: 0, byHand: 0 }))
  const minutesOf = STANDING_LEVELS.map(level => minutes[level])
  for (let row = 0; row < held.holders.length; row++) {
    const load = carried[(held.holders[row] as number) - 1]
    if (load === undefined) continue
    load.customers++
    load.minutes += minutesOf[care.customerStandings[row] ?? GENERAL] as number
    if (isEntitled(care, row)) load.aCustomers++
    else if (held.byHand[row] === 1) load.byHand++
  }
  return carried
}

/**
 * Rows whom no manager looks after: who is assigned to somebody who is none and, where there are managers to be given
 * (`placing`), who is entitled to one. `isManager` is by the staff's place less one.
 */
export function uncaredRows(
  care: CareColumns,
  held: HolderColumns,
  isManager: readonly boolean[],
  placing: boolean
): number[] {
  const rows: number[] = []
  for (let row = 0; row < held.holders.length; row++) {
    const holder = held.holders[row] as number
    if (holder === 0 ? placing && isEntitled(care, row) : !isManager[holder - 1]) rows.push(row)
  }
  return rows
}
