import type { Tx } from '../db/client.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import type { ComplaintPicture } from '../domain/complaint-facts.ts'
import { addFirstUse, emptyFirstUse, type FirstUseColumns, isNewProduct } from '../domain/first-users.ts'
import { type DayNumber, dayText } from '../domain/period.ts'
import type { RhythmColumns, Surroundings } from '../domain/picture-columns.ts'
import { customerMarksRepository } from '../repositories/customer-marks.ts'
import { customerRows } from '../repositories/customer-rows.ts'
import { surroundingsRepository } from '../repositories/surroundings.ts'
import type { Actor } from './context.ts'
import type { CustomerColumns } from './kept-facts.ts'

type Repository = ReturnType<typeof surroundingsRepository>

/** What the rules must know of others than the customer himself, for all customers of a run. */
export async function surroundingsOf(
  tx: Tx,
  actor: Actor,
  { ids }: CustomerColumns,
  rhythm: RhythmColumns,
  policy: ClassificationPolicy,
  asOfDay: DayNumber,
  complaints: ReadonlyMap<string, ComplaintPicture>
): Promise<Surroundings> {
  const repository = surroundingsRepository(tx, ids)
  const marks = await customerMarksRepository(tx).all()
  const customers = customerRows(ids)
  const rowsOf = (marked: readonly string[]) => new Set(marked.map(id => customers.findText(id)))
  return {
    expectedPromotion: await repository.expectedPromotion(rhythm.priceCandidates, dayText(asOfDay)),
    firstUse: await firstUseOf(repository, actor.tenant.timeZone, rhythm.states.length, policy, asOfDay),
    strategic: rowsOf(marks.strategic),
    needsNotServed: rowsOf(marks.needsNotServed),
    complaints: new Map([...complaints].map(([id, picture]) => [customers.findText(id), picture]))
  }
}

/** Facts hold nothing of `asOfDay` or later, so no time of a purchase is too late. */
async function firstUseOf(
  repository: Repository,
  timeZone: string,
  rows: number,
  { loyalty }: ClassificationPolicy,
  asOfDay: DayNumber
): Promise<FirstUseColumns> {
  const columns = emptyFirstUse(rows)
  const starts = await repository.productStarts(timeZone)
  if (starts === null) return columns
  const fresh = starts.products.filter(({ firstSoldDay }) => isNewProduct(firstSoldDay, starts.begin, loyalty))
  const { offsets, firstSoldDays, rows: buyers, times } = await repository.buyers(fresh)
  for (const [n, firstSoldDay] of firstSoldDays.entries()) {
    const product = { rows: buyers, times, from: offsets[n] as number, to: offsets[n + 1] as number, firstSoldDay }
    addFirstUse(columns, product, Number.POSITIVE_INFINITY, asOfDay, loyalty)
  }
  return columns
}
