import { z } from 'zod'
import { REOPENING_REASONS, URGENCIES } from '../../domain/answer-clock.ts'
import { DECIDING_ROLES } from '../../domain/authority.ts'
import {
  COMPLAINT_OUTCOMES,
  COMPLAINT_STATES,
  COMPLAINT_STEPS,
  COMPLEXITIES,
  ENDINGS,
  IMPACTS,
  SEVERITIES,
  VERDICTS
} from '../../domain/complaint.ts'
import { ALL_SUB_CAUSES, COMPLAINT_CAUSES } from '../../domain/complaint-cause.ts'
import { AbcClass } from '../shared/classification.ts'
import {
  Channel,
  FeedbackInput,
  IdInput,
  Masked,
  oneCustomer,
  PromotionId,
  ShownWords,
  Sku,
  Words
} from '../shared/feedback.ts'
import { flagQuery, Id, Instant, InstantInput, line, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'
import { ComplaintCause } from './cause-schemas.ts'
import { Remedy } from './remedy-schemas.ts'

const State = z.enum(COMPLAINT_STATES)
const Severity = z.enum(SEVERITIES)
const Complexity = z.enum(COMPLEXITIES)
const Impact = z.enum(IMPACTS)
const Outcome = z.enum(COMPLAINT_OUTCOMES)
const Verdict = z.enum(VERDICTS).meta({
  description: 'What the customer said when he was asked. `unreachable`: nobody knows who complained.'
})
const Times = z.int().min(0).max(32_767)
const LineNo = z.int().min(1).max(1_000)
const Supplier = text(64)
const Note = text(2_000).nullish()
const StaffId = IdInput.nullish().meta({ description: 'Who does it; a user does it himself.' })

const SUMMARY = {
  id: Id.meta({ description: 'That of the feedback that it is.' }),
  state: State,
  subject: z.string().max(4_000).meta({ description: 'As the words below: with replacements where masked.' }),
  description: ShownWords,
  masked: Masked,
  channel: Channel,
  language: z.string().max(35).nullable(),
  storeId: Id.nullable(),
  customerId: Id.nullable().meta({ description: 'Null: nobody knows who complained.' }),
  purchaseId: Id.nullable(),
  purchaseLineNo: LineNo.nullable().meta({ description: 'The line of the purchase, from 1.' }),
  sku: z.string().max(64).nullable(),
  promotionCode: z.string().max(64).nullable(),
  promotionId: PromotionId,
  staffId: Id.nullable().meta({ description: 'Whom it is about.' }),
  supplierId: z.string().max(64).nullable(),
  receivedAt: Instant,
  answerDueAt: Instant,
  answerOverdue: z.boolean().meta({ description: 'The answer is owed, and its time is over.' }),
  urgency: z
    .enum(URGENCIES)
    .nullable()
    .meta({ description: 'Of the answer, at this moment; null where none is owed.' }),
  pausedAt: Instant.nullable().meta({ description: 'Since when the shop waits for the customer.' }),
  pauseEndsAt: Instant.nullable().meta({ description: 'When the clock goes on by itself at the latest.' }),
  answeredAt: Instant.nullable().meta({ description: 'The first substantive answer.' }),
  answeredInTime: z.boolean().nullable(),
  answeredById: Id.nullable().meta({ description: 'Who gave it; null where nobody was named.' }),
  firstHandlerId: Id.nullable().meta({ description: 'Who is meant to finish it.' }),
  handlerId: Id.nullable().meta({ description: 'Who has it now.' }),
  handovers: Times,
  escalations: Times,
  reopenings: Times,
  assessment: z
    .object({
      severity: Severity,
      safety: z.boolean(),
      complexity: Complexity.nullable(),
      impact: Impact.nullable(),
      immediateAction: z.boolean(),
      assessedAt: Instant
    })
    .nullable(),
  primaryCause: z.enum(COMPLAINT_CAUSES).nullable(),
  primarySubCause: z.enum(ALL_SUB_CAUSES).nullable(),
  closure: z
    .object({
      outcome: Outcome,
      verdict: Verdict,
      verdictAskedAt: Instant.nullable(),
      verdictChannel: Channel.nullable(),
      closedAt: Instant,
      closedById: Id.nullable()
    })
    .nullable()
    .meta({ description: 'Null while it is not closed; a reopening takes it away.' }),
  ending: z.enum(ENDINGS).meta({
    description:
      'In the eyes of the customer. `recovered`: closed, and he was content. `badly_closed`: he was not. `closed_unheard`: he was asked and said nothing, or could not be asked.'
  }),
  handledFirstTime: z.boolean().nullable().meta({
    description:
      'Answered by the first handler from first to last, not escalated, accepted, and not reopened within 30 days of its closure; null while that is open, and where nobody was named as who answered.'
  }),
  relationshipManagerId: Id.nullable().meta({ description: 'Who looked after the customer when he complained.' }),
  abcClass: AbcClass.nullable().meta({ description: 'The class in which he was then.' }),
  withdrawnAt: Instant.nullable(),
  version: Version,
  createdAt: Instant,
  createdBy: z.string().max(200).nullable(),
  updatedAt: Instant
}

export const ComplaintSummary = z.object(SUMMARY).meta({ id: 'ComplaintSummary' })

export const Complaint = z
  .object({
    ...SUMMARY,
    causes: z.array(ComplaintCause).max(1_000),
    remedies: z.array(Remedy).max(1_000),
    otherComplaints: z.int().min(0).max(2_147_483_647).nullable().meta({
      description:
        'Complaints of the same customer from a year before this one on, without it; null where nobody knows who complained.'
    })
  })
  .meta({ id: 'Complaint', description: 'A case: what went wrong, why, what was answered and done, and how it ended.' })

export const ComplaintPage = pageOf(ComplaintSummary).meta({ id: 'ComplaintPage' })

const { attitude: _, ...INPUT } = FeedbackInput

export const CreateComplaintBody = z
  .strictObject({
    subject: line(200),
    description: Words,
    ...INPUT,
    purchaseLineNo: LineNo.nullish().meta({
      description: 'The line of the purchase, from 1: says which product and promotion where nothing else does.'
    }),
    supplierId: Supplier.nullish().meta({ description: "The product's supplier when absent." })
  })
  .refine(oneCustomer, { path: ['customerExternalId'], message: 'names a second customer' })
  .meta({
    id: 'CreateComplaint',
    example: {
      channel: 'counter',
      subject: 'Sole came off',
      description: 'After three weeks the sole of the left shoe came off.\nI had worn them five times.',
      receivedAt: '2026-11-21T10:30:00+08:00'
    }
  })

export const ComplaintStep = z
  .object({
    complaintId: Id,
    stepNo: z.int().min(1).max(2_147_483_647).meta({ description: 'The version of the case that the step led to.' }),
    step: z.enum(['open', ...COMPLAINT_STEPS]),
    stateBefore: State.nullable(),
    stateAfter: State,
    staffId: Id.nullable(),
    note: z.string().max(40_000).nullable().meta({ description: 'Masked as the words of the case.' }),
    facts: z.record(z.string().max(100), z.unknown()).meta({ description: 'Codes, ids and figures of the step.' }),
    at: Instant,
    actorType: z.string().max(20),
    actorId: z.string().max(200).nullable()
  })
  .meta({ id: 'ComplaintStep', description: 'Something that was done about a case.' })

export const ComplaintStepPage = pageOf(ComplaintStep).meta({ id: 'ComplaintStepPage' })
export const ListStepsQuery = z.strictObject(PageQuery)

export const ListComplaintsQuery = z.strictObject({
  ...PageQuery,
  sort: z.enum(['-receivedAt', 'answerDueAt']).optional().meta({
    description:
      'The latest received first when absent. `answerDueAt` lists those whose answer is owed, and no others: the first to fall due first.'
  }),
  state: State.optional(),
  open: flagQuery().optional().meta({ description: 'Neither closed nor withdrawn; or, with false, one of the two.' }),
  severity: Severity.optional(),
  cause: z.enum(COMPLAINT_CAUSES).optional().meta({ description: 'The primary cause.' }),
  storeId: IdInput.optional(),
  customerId: IdInput.optional(),
  handlerId: IdInput.optional().meta({ description: 'Who has it now.' }),
  relationshipManagerId: IdInput.optional().meta({ description: 'Who looked after the customer when he complained.' }),
  sku: Sku.optional(),
  receivedAtFrom: InstantInput.optional().meta({ example: '2026-11-01T00:00:00Z' }),
  receivedAtTo: InstantInput.optional().meta({ description: 'Excluded.', example: '2026-12-01T00:00:00Z' })
})

export const AssessBody = z
  .strictObject({
    severity: Severity,
    safety: z.boolean().optional().meta({ description: 'Somebody may come to harm.' }),
    complexity: Complexity.nullish(),
    impact: Impact.nullish(),
    immediateAction: z.boolean().optional().meta({ description: 'Something has to be done at once.' }),
    note: Note,
    staffId: StaffId
  })
  .meta({ id: 'AssessComplaint', example: { severity: 'medium', complexity: 'simple', impact: 'one_customer' } })

export const HandOverBody = z
  .strictObject({
    handlerId: IdInput.meta({ description: 'Who has the case from now on.' }),
    note: Note,
    staffId: StaffId
  })
  .meta({ id: 'HandOverComplaint', example: { handlerId: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21' } })

export const EscalateBody = z
  .strictObject({
    toStaffId: IdInput.nullish(),
    toRole: z.enum(DECIDING_ROLES).nullish().meta({
      description:
        'Somebody of this role who serves the store and is there; the next authority above when both are absent.'
    }),
    note: Note,
    staffId: StaffId
  })
  .meta({ id: 'EscalateComplaint', example: { note: 'The customer asks for the manager.' } })

export const ResolveBody = z
  .strictObject({ outcome: Outcome, note: Note, staffId: StaffId })
  .meta({ id: 'ResolveComplaint', example: { outcome: 'resolved' } })

export const CloseBody = z
  .strictObject({
    outcome: Outcome.nullish().meta({ description: 'Needed while the complaint is answered and nothing more.' }),
    verdict: Verdict,
    verdictAskedAt: InstantInput.nullish().meta({ description: 'Now when absent.' }),
    verdictChannel: Channel.nullish(),
    note: Note,
    staffId: StaffId
  })
  .meta({ id: 'CloseComplaint', example: { outcome: 'resolved', verdict: 'accepted', verdictChannel: 'hotline' } })

export const ReopenBody = z
  .strictObject({ reason: z.enum(REOPENING_REASONS), note: Note, staffId: StaffId })
  .meta({ id: 'ReopenComplaint', example: { reason: 'not_satisfied' } })

export const WithdrawBody = z
  .strictObject({ note: Note, staffId: StaffId })
  .meta({ id: 'WithdrawComplaint', example: { note: 'It was another shop, as he found out.' } })
