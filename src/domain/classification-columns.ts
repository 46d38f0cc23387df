import { ABC_CLASSES, type AbcClass, type AbcPolicy } from './abc.ts'
import { type AbcResult, classifyAbc } from './abc-run.ts'
import type { WindowColumns } from './fact-columns.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { emptyPicture, type PictureColumns } from './picture-columns.ts'
import { type RfmCuts, scoreRfm } from './rfm.ts'

export { NO_DAY }

/** What is found out of each customer, in the same order. */
export interface FindingColumns extends PictureColumns {
  /** 1 where a run has found anything; 0 where everything else in the row is meaningless. */
  readonly known: Uint8Array
  /** Index into ABC_CLASSES; `none` where nothing is known. */
  readonly classes: Uint8Array
  /** Index into ABC_STANDINGS. */
  readonly standings: Uint8Array
  readonly amounts: Float64Array
  readonly tieOffsets: Int32Array
  readonly lastPaidDays: Int32Array
  readonly paidDays: Int32Array
  /** Scores from 1; 0 outside the population. */
  readonly r: Uint8Array
  readonly f: Uint8Array
  readonly m: Uint8Array
}

export interface ClassifiedColumns {
  readonly found: FindingColumns
  readonly abc: AbcResult
  readonly rfmCuts: RfmCuts
}

/** Room for the findings of so many customers, nothing known of any. */
export function emptyFindings(rows: number): FindingColumns {
  return {
    known: new Uint8Array(rows),
    classes: new Uint8Array(rows),
    standings: new Uint8Array(rows),
    amounts: new Float64Array(rows),
    tieOffsets: new Int32Array(rows),
    lastPaidDays: new Int32Array(rows).fill(NO_DAY),
    paidDays: new Int32Array(rows),
    r: new Uint8Array(rows),
    f: new Uint8Array(rows),
    m: new Uint8Array(rows),
    ...emptyPicture(rows)
  }
}

/**
 * Classifies all customers of a tenant by what they bought in the window that ends at the start of `asOfDay`. Recency is
 * counted in days from the last paid day to `asOfDay`. `previous` is what the last run found; of it only hysteresis takes
 * notice. What the customers are beyond their amounts is left unknown: see `withPicture`.
 */
export function classifyColumns(
  window: WindowColumns,
  previous: FindingColumns,
  policy: { readonly abc: AbcPolicy; readonly rfm: { readonly scores: number } },
  asOfDay: DayNumber
): ClassifiedColumns {
  const { amounts, receipts, lastPaidDays, paidDays } = window
  const abc = classifyAbc({ amounts, receipts, previous: previous.classes }, policy.abc)
  const recencyDays = lastPaidDays.map(day => (day === NO_DAY ? 0 : asOfDay - day))
  const rfm = scoreRfm({ recencyDays, frequencyDays: paidDays, monetaryMinor: amounts }, policy.rfm.scores)
  const found: FindingColumns = {
    known: new Uint8Array(amounts.length).fill(1),
    classes: abc.classes,
    standings: abc.standings,
    amounts,
    tieOffsets: new Int32Array(abc.tieOffsets.buffer),
    lastPaidDays,
    paidDays,
    r: rfm.r,
    f: rfm.f,
    m: rfm.m,
    ...emptyPicture(amounts.length)
  }
  return { found, abc, rfmCuts: rfm.cuts }
}

/** The same with what the customers are beyond their amounts. */
export function withPicture(classified: ClassifiedColumns, picture: PictureColumns): ClassifiedColumns {
  return { ...classified, found: { ...classified.found, ...picture } }
}

/** The rows whose findings differ in anything, in ascending order: all that a run has to write. */
export function changedRows(before: FindingColumns, after: FindingColumns): Uint32Array {
  const columns = (Object.keys(before) as (keyof FindingColumns)[]).map(name => [before[name], after[name]] as const)
  const changed = new Uint8Array(before.known.length)
  let count = 0
  for (const [old, fresh] of columns) {
    for (let row = 0; row < changed.length; row++) {
      if (old[row] === fresh[row] || changed[row] === 1) continue
      changed[row] = 1
      count++
    }
  }
  const rows = new Uint32Array(count)
  let next = 0
  for (let row = 0; row < changed.length; row++) if (changed[row] === 1) rows[next++] = row
  return rows
}

/** Whether the class itself is another one; the first class that a customer is found in counts as one. */
export function classChanged(before: FindingColumns, after: FindingColumns, row: number): boolean {
  return before.known[row] === 0 || before.classes[row] !== after.classes[row]
}

/** How many customers came into each class and left it. Whoever is classified for the first time leaves none. */
export interface Movements {
  readonly entered: Readonly<Record<AbcClass, number>>
  readonly left: Readonly<Record<AbcClass, number>>
}

/** Counts who changed class, over the changed rows alone. */
export function movementsOf(before: FindingColumns, after: FindingColumns, changed: Uint32Array): Movements {
  const entered = [0, 0, 0, 0]
  const left = [0, 0, 0, 0]
  for (const row of changed) {
    if (!classChanged(before, after, row)) continue
    count(entered, after.classes[row] as number)
    if (before.known[row] === 1) count(left, before.classes[row] as number)
  }
  return { entered: byClass(entered), left: byClass(left) }
}

function count(counts: number[], code: number): void {
  counts[code] = (counts[code] as number) + 1
}

function byClass(counts: readonly number[]): Record<AbcClass, number> {
  return Object.fromEntries(ABC_CLASSES.map((name, code) => [name, counts[code] as number])) as Record<AbcClass, number>
}

/**
 * A run's ranking without its customers: each distinct positive amount, largest first, with the rank of the first customer
 * who has it and the turnover ranked before him. Where equals are ranked by id, a customer's own place follows from his
 * tie offset: so many ranks later, and so many times the amount more before him.
 */
export interface RankCurve {
  readonly amounts: Float64Array
  readonly ranks: Uint32Array
  readonly before: Float64Array
}

/** The curve of a ranking. */
export function curveOf(amounts: Float64Array, { order, ranks, before }: AbcResult): RankCurve {
  const firsts = order.filter((row, place) => place === 0 || amounts[row] !== amounts[order[place - 1] as number])
  const curve = {
    amounts: new Float64Array(firsts.length),
    ranks: new Uint32Array(firsts.length),
    before: new Float64Array(firsts.length)
  }
  for (let place = 0; place < firsts.length; place++) {
    const row = firsts[place] as number
    curve.amounts[place] = amounts[row] as number
    curve.ranks[place] = ranks[row] as number
    curve.before[place] = before[row] as number
  }
  return curve
}
