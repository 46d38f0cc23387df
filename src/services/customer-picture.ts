import type { Tx } from '../db/client.ts'
import { brandWalk } from '../domain/brand-lines.ts'
import type { BuyingModel } from '../domain/buying-model.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import type { ComplaintPicture } from '../domain/complaint-facts.ts'
import { firstUseOfOne, innovatorPlaces } from '../domain/first-users.ts'
import { BASIS, NO_SEGMENT, type SegmentCadence } from '../domain/gap-quantiles.ts'
import { outlookReader } from '../domain/outlook.ts'
import { dayNumber, dayText } from '../domain/period.ts'
import { type CustomerFacts, explainPicture, type FirstUseFigures, type Picture } from '../domain/picture.ts'
import { buyingModelsRepository } from '../repositories/buying-models.ts'
import type { RunRow } from '../repositories/classification-runs.ts'
import type { FindingsRow } from '../repositories/classifications.ts'
import { customerMarksRepository } from '../repositories/customer-marks.ts'
import { customerPictureRepository } from '../repositories/customer-picture.ts'
import type { RunReport } from './classification-run.ts'
import { complaintPictures } from './complaint-facts.ts'
import type { Actor } from './context.ts'

/** The run by whose rules customers are explained. */
export interface PictureContext {
  readonly run: RunRow
  readonly policy: ClassificationPolicy
}

/** What a contract of the wire calls 12 months, whatever horizon advice is weighed by. */
const SHOWN_MONTHS = 12
/** New products of which more lines than these were sold are not looked through for the sake of one customer. */
const MOST_LINES = 250_000

/** Explains a page of customers out of the facts that runs have derived; what others do is left out. */
export async function picturesOf(
  tx: Tx,
  actor: Actor,
  context: PictureContext,
  rows: readonly FindingsRow[]
): Promise<Map<string, Picture>> {
  const ids = rows.map(row => row.customerId)
  const facts = await customerPictureRepository(tx).kept(ids)
  const complaints = await complaintPictures(tx, actor, context.run.asOfDay, context.policy, ids)
  const explain = await explainer(tx, actor, context)
  const pictures = new Map<string, Picture>()
  for (const row of rows) {
    const known = facts.get(row.customerId)
    if (known)
      pictures.set(
        row.customerId,
        explain(known, row, { ...NOTHING_KNOWN, complaints: complaints.get(row.customerId) ?? null })
      )
  }
  return pictures
}

/** Explains one customer in full, out of the ledger as it stood when the run's day began. */
export async function pictureOfOne(tx: Tx, actor: Actor, context: PictureContext, row: FindingsRow): Promise<Picture> {
  const { run, policy } = context
  const { customerId } = row
  const repository = customerPictureRepository(tx)
  const facts = await factsOf(tx, customerId, run.asOfDay, policy)
  const expected = await repository.expectedPromotion(customerId, run.asOfDay)
  const firstUse = await firstUseOf(tx, actor, customerId, run, policy)
  const marks = await customerMarksRepository(tx).of(customerId)
  const strategic = marks.find(mark => mark.mark === 'strategic')
  const explain = await explainer(tx, actor, context)
  const complaints = await complaintPictures(tx, actor, run.asOfDay, policy, [customerId])
  return explain(facts, row, {
    firstUse,
    expectedPromotion: expected,
    strategicNote: strategic?.reason ?? null,
    complaints: complaints.get(customerId) ?? null
  })
}

/** What is known beside his receipts. */
interface Beside {
  readonly firstUse: FirstUseFigures | null
  readonly expectedPromotion: number | null
  readonly strategicNote: string | null
  readonly complaints: ComplaintPicture | null
}

const NOTHING_KNOWN: Beside = { firstUse: null, expectedPromotion: null, strategicNote: null, complaints: null }

type Explain = (facts: CustomerFacts, row: FindingsRow, beside: Beside) => Picture

async function explainer(tx: Tx, actor: Actor, { run, policy }: PictureContext): Promise<Explain> {
  const kept = run.modelId === null ? undefined : await buyingModelsRepository(tx).find(run.modelId)
  const model: BuyingModel | null = kept?.fit ?? null
  const asOfDay = dayNumber(run.asOfDay)
  const outlook = outlookReader(model, { ...policy.defection, valueHorizonMonths: SHOWN_MONTHS }, asOfDay)
  const segment = segmentOf(run)
  return (facts, row, beside) =>
    explainPicture(
      facts,
      {
        abcClass: row.abcClass,
        runsInA: row.runsInA,
        firstUser: row.firstUser,
        priceDriven: row.priceDriven,
        ...beside,
        segment,
        outlook,
        asOfDay,
        currency: actor.tenant.currency
      },
      policy
    )
}

/** A run of before rhythms were reported says nothing of others. */
function segmentOf({ report }: RunRow): SegmentCadence {
  const rhythm = (report as Partial<RunReport> | null)?.rhythm
  if (!rhythm) return NO_SEGMENT
  return {
    gaps: rhythm.gaps,
    due: Math.round(rhythm.medianDays * BASIS),
    overdue: Math.round(rhythm.lateDays * BASIS)
  }
}

async function factsOf(
  tx: Tx,
  customerId: string,
  day: string,
  { loyalty }: ClassificationPolicy
): Promise<CustomerFacts> {
  const repository = customerPictureRepository(tx)
  const facts = await repository.before(customerId, day)
  const lines = await repository.brandLines(customerId, day)
  const categories = [...new Set(lines.map(line => line.category))]
  const walk = brandWalk(await repository.categoriesOfChoice(categories, loyalty.minBrandsInCategory, day))
  for (const { brand, category } of lines) walk.add(brand, category)
  const { lines: brandLines, favouriteBrand, favouriteLines, switches } = walk.found()
  return { ...facts, brandLines, favouriteBrand, favouriteLines, brandSwitches: switches }
}

/**
 * Places among the first users of the new products that a customer bought. Null while no product can be new; and where the
 * run's figures cannot be had again: others have bought and returned since a run that is not the last, and products that
 * half of the world buys have too many buyers. Other figures than the run's would contradict what it found.
 */
async function firstUseOf(
  tx: Tx,
  actor: Actor,
  customerId: string,
  run: RunRow,
  { loyalty }: ClassificationPolicy
): Promise<FirstUseFigures | null> {
  const repository = customerPictureRepository(tx)
  const begin = await repository.firstSaleOn()
  if (begin === null || (await repository.countedTo()) !== run.asOfDay) return null
  const newFrom = dayText(dayNumber(begin) + loyalty.newProductAfterDays)
  const bought = await repository.newProducts(customerId, newFrom, actor.tenant.timeZone)
  if (bought.reduce((sum, { lines }) => sum + lines, 0) > MOST_LINES) return null
  const skus = bought.map(product => product.sku)
  const buyers = await repository.countBuyers(skus)
  const buyersOf = (sku: string) => buyers.get(sku) ?? 0
  const slots = skus.map(sku => innovatorPlaces(buyersOf(sku), loyalty))
  const first = await repository.firstBuyers(skus, slots)
  return firstUseOfOne(
    bought.map(({ sku, firstSoldOn, time }) => ({
      firstSoldDay: dayNumber(firstSoldOn),
      time,
      places: {
        buyers: buyersOf(sku),
        innovatorUntil: first.get(sku)?.until ?? time,
        innovators: first.get(sku)?.buyers ?? 1
      }
    })),
    dayNumber(run.asOfDay),
    loyalty
  )
}
