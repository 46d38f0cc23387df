import { z } from 'zod'
import { CLOCK_ENTRIES, REOPENING_REASONS, URGENCIES } from '../../domain/answer-clock.ts'
import { AUTHORITIES } from '../../domain/answer-policy.ts'
import { FEEDBACK_KINDS, FEEDBACK_STATES } from '../../domain/feedback.ts'
import {
  Attitude,
  Channel,
  FeedbackAnswer,
  FeedbackInput,
  IdInput,
  Masked,
  oneCustomer,
  PromotionId,
  REFERENCES,
  ShownWords,
  Sku,
  Words
} from '../shared/feedback.ts'
import { Id, Instant, InstantInput, PageQuery, pageOf, Version } from '../shared/schemas.ts'

export { AnswerFeedbackBody, FeedbackAnswer } from '../shared/feedback.ts'

const Kind = z.enum(FEEDBACK_KINDS)
const State = z.enum(FEEDBACK_STATES)
const Urgency = z.enum(URGENCIES)

const Attachment = z.object({
  name: z.string().max(200),
  url: z.string().max(2_000).nullable(),
  ref: z.string().max(200).nullable(),
  mediaType: z.string().max(100).nullable()
})

export const Feedback = z
  .object({
    id: Id,
    kind: Kind,
    channel: Channel,
    state: State.meta({ description: '`open` until a substantive answer.' }),
    storeId: Id.nullable(),
    customerId: Id.nullable().meta({ description: 'Null: nobody knows who said it.' }),
    purchaseId: Id.nullable(),
    sku: z.string().max(64).nullable(),
    promotionCode: z.string().max(64).nullable(),
    promotionId: PromotionId,
    staffId: Id.nullable().meta({ description: 'Whom it is about.' }),
    receivedByStaffId: Id.nullable(),
    ownerStaffId: Id.nullable().meta({ description: 'Who answers it.' }),
    receivedAt: Instant,
    receivedOn: z.string().max(10).meta({ format: 'date', description: "The store's day, or the tenant's." }),
    language: z.string().max(35).nullable(),
    text: ShownWords,
    attachments: z.array(Attachment).max(20),
    masked: Masked,
    attitude: Attitude.nullable(),
    listeningSessionId: Id.nullable(),
    policyVersion: Version.meta({ description: 'The answer policy that it came in under.' }),
    answerDueAt: Instant.meta({
      description: 'An answer at this instant is still in time. While paused: if the pause lasts as long as it may.'
    }),
    atRiskAt: Instant,
    urgency: Urgency.nullable().meta({ description: 'At this moment; null where nothing is owed any more.' }),
    answeredAt: Instant.nullable().meta({ description: 'The first substantive answer; reopening does not change it.' }),
    answeredInTime: z.boolean().nullable(),
    lastAnsweredAt: Instant.nullable(),
    breachedAt: Instant.nullable().meta({
      description:
        'The instant at which it fell overdue; null again where an answer that is recorded later was in time.'
    }),
    pausedAt: Instant.nullable(),
    pauseEndsAt: Instant.nullable().meta({ description: 'When the clock goes on by itself at the latest.' }),
    reopenings: z.int().min(0).max(32_767),
    reopenedAt: Instant.nullable(),
    withdrawnAt: Instant.nullable(),
    version: Version,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable(),
    updatedAt: Instant
  })
  .meta({ id: 'Feedback', description: 'What a customer said, with the clock of its answer.' })

export const CreateFeedbackBody = z
  .strictObject({ kind: Kind, text: Words, ...FeedbackInput })
  .refine(oneCustomer, { path: ['customerExternalId'], message: 'names a second customer' })
  .meta({
    id: 'CreateFeedback',
    example: {
      kind: 'suggestion',
      channel: 'counter',
      text: 'Could you open an hour earlier on Saturdays?',
      receivedAt: '2026-11-21T10:30:00+08:00',
      language: 'en'
    }
  })

export const UpdateFeedbackBody = z
  .strictObject({
    ...REFERENCES,
    ownerStaffId: IdInput.nullish(),
    kind: Kind.optional().meta({
      description:
        'What turns out to be a complaint has a case from then on, and keeps its clock; what is one stays one.'
    }),
    storeId: IdInput.nullish().meta({
      description: "From now on this store's hours count; what was counted by the former one's stays."
    })
  })
  .meta({ id: 'UpdateFeedback', example: { attitude: 2, language: 'en' } })

export const ReopenFeedbackBody = z
  .strictObject({ reason: z.enum(REOPENING_REASONS) })
  .meta({ id: 'ReopenFeedback', example: { reason: 'not_satisfied' } })

export const ClockEntry = z
  .object({
    entryNo: z.int().min(1).max(32_767),
    entry: z.enum(CLOCK_ENTRIES),
    at: Instant,
    countedSeconds: z.number().min(0).max(1e12).meta({ description: 'What the clock had counted by then.' }),
    dueAt: Instant.nullable().meta({ description: 'As it stood from then on; null where nothing is due any more.' }),
    reason: z.string().max(100).nullable(),
    fromStoreId: Id.nullable().meta({
      description: 'Of an entry `moved`: whose hours counted until then; null where no store was named.'
    }),
    actorType: z.string().max(20),
    actorId: z.string().max(200).nullable(),
    recordedAt: Instant
  })
  .meta({ id: 'AnswerClockEntry', description: 'A line of the ledger of an answer clock.' })

export const FeedbackEscalation = z
  .object({
    rung: z.int().min(0).max(9).meta({ description: 'The step of the ladder, from 0.' }),
    wantedRole: z.enum(AUTHORITIES),
    role: z.enum(AUTHORITIES).nullable().meta({ description: 'The authority in which somebody was found.' }),
    staffId: Id.nullable().meta({ description: 'Null: nobody was there.' }),
    deputyForStaffId: Id.nullable().meta({ description: 'Who is absent, and is stood in for.' }),
    fellDueAt: Instant,
    raisedAt: Instant
  })
  .meta({ id: 'FeedbackEscalation' })

export const FeedbackPage = pageOf(Feedback).meta({ id: 'FeedbackPage' })
export const FeedbackAnswerPage = pageOf(FeedbackAnswer).meta({ id: 'FeedbackAnswerPage' })
export const ClockEntryPage = pageOf(ClockEntry).meta({ id: 'AnswerClockEntryPage' })
export const FeedbackEscalations = z
  .object({ data: z.array(FeedbackEscalation).max(200) })
  .meta({ id: 'FeedbackEscalations' })

const InstantQuery = (what: string) =>
  InstantInput.optional().meta({ description: what, example: '2026-11-01T00:00:00Z' })

export const ListFeedbackQuery = z.strictObject({
  ...PageQuery,
  kind: Kind.optional(),
  channel: Channel.optional(),
  state: State.optional(),
  storeId: IdInput.optional(),
  customerId: IdInput.optional(),
  staffId: IdInput.optional().meta({ description: 'Whom it is about.' }),
  ownerStaffId: IdInput.optional().meta({ description: 'Who answers it.' }),
  sku: Sku.optional(),
  listeningSessionId: IdInput.optional(),
  receivedAtFrom: InstantQuery('Received at this instant or later.'),
  receivedAtTo: InstantQuery('Received before this instant.')
})

export const FeedbackQueueQuery = z.strictObject({
  ...PageQuery,
  kind: Kind.optional(),
  storeId: IdInput.optional(),
  ownerStaffId: IdInput.optional().meta({ description: 'Who answers it.' }),
  urgency: Urgency.optional().meta({ description: 'As it is at the moment of asking.' })
})

export const ListAnswersQuery = z.strictObject(PageQuery)
export const ListClockEntriesQuery = z.strictObject(PageQuery)
