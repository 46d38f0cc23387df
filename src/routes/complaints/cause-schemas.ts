import { z } from 'zod'
import { ALL_SUB_CAUSES, COMPLAINT_CAUSES, SOURCE_KINDS } from '../../domain/complaint-cause.ts'
import { CustomerNamed } from '../shared/classification.ts'
import { IdInput, PromotionIdInput, Sku } from '../shared/feedback.ts'
import { Code, Day, Id, Instant, text, words } from '../shared/schemas.ts'

const Cause = z.enum(COMPLAINT_CAUSES)
const SubCause = z.enum(ALL_SUB_CAUSES)
const Count = z.int().min(0).max(2_147_483_647)

const Source = z
  .object({
    kind: z.enum(SOURCE_KINDS),
    key: z.string().max(200).meta({
      description:
        "A promotion's code, a product's sku, a supplier, or the id of the staff member whose guidance it was or to whom training is owed."
    })
  })
  .meta({ id: 'ComplaintCauseSource' })

export const ComplaintCause = z
  .object({
    id: Id,
    complaintId: Id,
    cause: Cause,
    subCause: SubCause.nullable(),
    primary: z.boolean().meta({ description: 'One cause of a case is.' }),
    evidence: z.string().max(40_000).nullable().meta({ description: 'Masked as the words of the case.' }),
    sources: z.array(Source).max(10).meta({ description: 'What it leads back to.' }),
    foundAt: Instant,
    staffId: Id.nullable().meta({ description: 'Who found it.' }),
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'ComplaintCause' })

export const AddCauseBody = z
  .strictObject({
    cause: Cause,
    subCause: SubCause.nullish(),
    primary: z.boolean().optional().meta({ description: 'The first cause of a case is the primary one anyhow.' }),
    evidence: words(2_000).nullish(),
    promotionCode: Code.nullish().meta({ description: "The case's when absent, and so are the next four." }),
    promotionId: PromotionIdInput.nullish(),
    sku: Sku.nullish(),
    supplierId: text(64).nullish(),
    causedByStaffId: IdInput.nullish().meta({ description: 'Whose guidance or service it was.' }),
    staffId: IdInput.nullish().meta({ description: 'Who found it; a user does so himself.' })
  })
  .meta({
    id: 'AddComplaintCause',
    example: { cause: 'product_quality', subCause: 'early_wear', evidence: 'Glue of the sole is brittle.' }
  })

const DayQuery = Day.refine(day => day > '1900', 'must lie after 1900').optional()

export const CauseSourcesQuery = z.strictObject({
  fromOn: DayQuery.meta({ description: 'First day of receiving; a year before `toOn` when absent.' }),
  toOn: DayQuery.meta({ description: 'Day after the last one; tomorrow when absent.' }),
  storeId: IdInput.optional()
})

const Repeats = {
  complaints: Count,
  open: Count,
  badlyClosed: Count.meta({ description: 'Closed, and the customer was not content.' }),
  recovered: Count,
  lastReceivedAt: Instant
}

export const ComplaintRepeats = z
  .object({
    window: z
      .object({
        fromOn: z.string().max(10).meta({ format: 'date' }),
        toOn: z.string().max(10).meta({ format: 'date' })
      })
      .meta({ description: 'Days of receiving; `toOn` excluded.' }),
    storeId: Id.nullable(),
    customers: z
      .array(z.object({ ...CustomerNamed, ...Repeats }))
      .max(200)
      .meta({ description: 'Who complained more than once, the most often first.' }),
    products: z
      .array(z.object({ sku: z.string().max(64), productName: z.string().max(500).nullable(), ...Repeats }))
      .max(200)
      .meta({ description: 'What was complained of more than once.' })
  })
  .meta({ id: 'ComplaintRepeats' })

export const CauseSources = z
  .object({
    window: z
      .object({
        fromOn: z.string().max(10).meta({ format: 'date' }),
        toOn: z.string().max(10).meta({ format: 'date' })
      })
      .meta({ description: 'Days of receiving; `toOn` excluded.' }),
    storeId: Id.nullable(),
    complaints: Count.meta({ description: 'Withdrawn ones are in no figure here.' }),
    withoutCause: Count,
    undetermined: Count.meta({ description: 'Looked into, and the cause could not be found.' }),
    data: z
      .array(
        z.object({
          cause: Cause,
          subCause: SubCause.nullable(),
          source: Source.nullable().meta({ description: 'Null: what it leads back to is not known.' }),
          complaints: Count,
          primary: Count.meta({ description: 'Of them, those of which it is the primary cause.' })
        })
      )
      .max(200)
      .meta({ description: 'The most frequent first.' })
  })
  .meta({ id: 'ComplaintCauseSources', description: 'What complaints lead back to.' })
