import type { Tx } from '../db/client.ts'
import { brandWalk } from '../domain/brand-lines.ts'
import { type DayNumber, dayNumber, dayText, mondayOf } from '../domain/period.ts'
import { type BrandFigures, customerFactsRepository, type FactState } from '../repositories/customer-facts.ts'

/** What facts are asked for. */
export interface FactsQuestion {
  readonly asOfDay: DayNumber
  /** Brands that a category needs before a favourite says something. */
  readonly minBrandsInCategory: number
  /** The tenant's day of `now`: facts of a later day are made for the question alone. */
  readonly today: DayNumber
  readonly now: string
  /** True for a question by other rules than the tenant's. */
  readonly trial: boolean
}

/** Customers whose facts are made anew in one go: some hundred megabytes of the database's memory at most. */
const STEP = 50_000
/**
 * Receipts are looked for from so long before the last time: clocks of several nodes differ, and a receipt is recorded
 * before its transaction ends. To count one twice changes nothing.
 */
const OVERLAP_MS = 3_600_000

type Facts = ReturnType<typeof customerFactsRepository>

/** What was brought up to date. */
export interface RefreshedFacts {
  /** Customers whose facts were made anew, who are numbered in a table of the transaction (see `collectStale`). */
  readonly made: number
  /** True where they are the transaction's own. */
  readonly own: boolean
  /** Whether what is packed of the kept facts lacks nothing but those that were made anew. */
  readonly packed: boolean
}

/**
 * Brings the facts that classifications rest on up to a day: for customers and weeks with receipts that are new since the
 * last time, or that the last time lay ahead. Where the facts are further than the day, or the rules are other ones, the
 * transaction gets facts of its own, made from the whole ledger, and the kept ones stay as they are.
 */
export async function refreshFacts(tx: Tx, question: FactsQuestion): Promise<RefreshedFacts> {
  const { asOfDay, minBrandsInCategory, now } = question
  const facts = customerFactsRepository(tx)
  const kept = await facts.state()
  const to = dayText(asOfDay)
  if (asOfDay > question.today || (kept !== undefined && to < kept.countedTo)) return ofItsOwn(facts, question)
  const since = kept === undefined ? null : recordedSince(kept)
  await facts.addBrands(kept && since ? { since, countedTo: kept.countedTo } : null, to)
  const brandCategories = await facts.brandCategories(minBrandsInCategory, to)
  const sameCategories = kept?.brandCategories.join('\n') === brandCategories.join('\n')
  if (question.trial && !sameCategories) return ofItsOwn(facts, question)
  await facts.rebuildWeeks(since === null ? null : await changedWeeks(facts, since, kept as FactState, asOfDay), to)
  const made = await rebuildCustomers(facts, sameCategories ? since : null, to, brandCategories)
  const packed = kept?.packed ?? false
  await facts.saveState({ countedTo: to, recordedThrough: now, brandCategories, packed: packed && made === 0 })
  return { made, own: false, packed }
}

async function ofItsOwn(facts: Facts, { asOfDay, minBrandsInCategory }: FactsQuestion): Promise<RefreshedFacts> {
  const to = dayText(asOfDay)
  await facts.hideDerived()
  await facts.addBrands(null, to)
  await facts.rebuildWeeks(null, to)
  const made = await rebuildCustomers(facts, null, to, await facts.brandCategories(minBrandsInCategory, to))
  return { made, own: true, packed: false }
}

async function rebuildCustomers(
  facts: Facts,
  since: string | null,
  to: string,
  categories: readonly string[]
): Promise<number> {
  const stale = await facts.collectStale(since)
  const choice = new Set(categories)
  if (stale > 0) await facts.wantCategories(categories)
  for (let first = 1; first <= stale; first += STEP) {
    const numbers = [first, first + STEP] as const
    if (categories.length > 0) await facts.keepBrands(await brandFigures(facts, numbers, to, choice))
    await facts.writeFacts(numbers, to)
  }
  return stale
}

async function brandFigures(
  facts: Facts,
  numbers: readonly [number, number],
  to: string,
  choice: ReadonlySet<string>
): Promise<BrandFigures[]> {
  const figures: BrandFigures[] = []
  const walk = brandWalk(choice)
  let present = 0
  const finish = () => {
    const { lines, favouriteBrand, favouriteLines, switches } = walk.found()
    if (favouriteBrand !== null)
      figures.push({ customer: present, lines, favourite: favouriteBrand, favouriteLines, switches })
    walk.reset()
  }
  await facts.readBrandLines(numbers, to, (customer, brand, category) => {
    if (customer !== present) finish()
    present = customer
    walk.add(brand, category)
  })
  finish()
  return figures
}

/** The weeks with new receipts, and those from the last time's day on, of which days have passed since. */
async function changedWeeks(facts: Facts, since: string, kept: FactState, asOfDay: DayNumber): Promise<string[]> {
  const weeks = new Set(await facts.weeksOf(since))
  for (let monday = mondayOf(dayNumber(kept.countedTo)); monday < asOfDay; monday += 7) weeks.add(dayText(monday))
  return [...weeks].sort()
}

/** What the derived facts of a tenant hold: all but receipts recorded since then, and whether they are packed; null where there are none to rely on. */
export async function factsKept(tx: Tx): Promise<{ missFrom: string; packed: boolean } | null> {
  const kept = await customerFactsRepository(tx).state()
  return kept === undefined ? null : { missFrom: recordedSince(kept), packed: kept.packed }
}

const recordedSince = ({ recordedThrough }: FactState): string =>
  new Date(Date.parse(recordedThrough) - OVERLAP_MS).toISOString()
