import { z } from 'zod'
import { CLOCK_ENTRIES, REOPENING_REASONS, URGENCIES } from '../../domain/answer-clock.ts'
import { AUTHORITIES } from '../../domain/answer-policy.ts'
import { FEEDBACK_CHANNELS, FEEDBACK_KINDS, FEEDBACK_STATES } from '../../domain/feedback.ts'
import { Code, Id, Instant, InstantInput, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const Kind = z.enum(FEEDBACK_KINDS)
const Channel = z.enum(FEEDBACK_CHANNELS)
const State = z.enum(FEEDBACK_STATES)
const Urgency = z.enum(URGENCIES)
const IdInput = Id.toLowerCase()
const Sku = text(64)

const Language = z
  .string()
  .min(2)
  .max(35)
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a language tag (BCP 47)')
  .meta({ description: 'BCP 47 tag of the language of the words.', example: 'de' })

const Attitude = z.int().min(1).max(5).meta({ description: '1 (against) to 5 (for).' })

const Words = text(20_000).meta({ description: 'The original words, kept to the byte, line breaks included.' })

const AttachmentInput = z
  .strictObject({
    name: text(200),
    url: z.url().max(2_000).nullish(),
    ref: text(200).nullish().meta({ description: 'Its number in the system that keeps it.' }),
    mediaType: text(100).nullish()
  })
  .refine(({ url, ref }) => typeof url === 'string' || typeof ref === 'string', 'needs a url or a ref')

const Attachment = z.object({
  name: z.string().max(200),
  url: z.string().max(2_000).nullable(),
  ref: z.string().max(200).nullable(),
  mediaType: z.string().max(100).nullable()
})

const Masked = z.boolean().meta({ description: 'Words are left out: the credential lacks customers.pii:read.' })

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
    staffId: Id.nullable().meta({ description: 'Whom it is about.' }),
    receivedByStaffId: Id.nullable(),
    ownerStaffId: Id.nullable().meta({ description: 'Who answers it.' }),
    receivedAt: Instant,
    receivedOn: z.string().max(10).meta({ format: 'date', description: "The store's day, or the tenant's." }),
    language: z.string().max(35).nullable(),
    text: z.string().max(20_000).nullable().meta({ description: 'The original words; null where masked.' }),
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
    answeredAt: Instant.nullable().meta({ description: 'The first substantive answer; never changed.' }),
    answeredInTime: z.boolean().nullable(),
    lastAnsweredAt: Instant.nullable(),
    breachedAt: Instant.nullable().meta({ description: 'The instant at which it fell overdue.' }),
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

const REFERENCES = {
  customerId: IdInput.nullish(),
  purchaseId: IdInput.nullish(),
  sku: Sku.nullish(),
  promotionCode: Code.nullish(),
  staffId: IdInput.nullish().meta({ description: 'Whom it is about.' }),
  ownerStaffId: IdInput.nullish().meta({ description: 'Who answers it; who received it when absent.' }),
  language: Language.nullish(),
  attitude: Attitude.nullish()
}

/** What a feedback is made of; a complaint is made of the same and more. */
export const FeedbackInput = {
  ...REFERENCES,
  channel: Channel,
  storeId: IdInput.nullish().meta({ description: "The purchase's, or a store-bound credential's own, when absent." }),
  customerExternalId: z
    .strictObject({ system: Code, key: text(200) })
    .nullish()
    .meta({ description: 'In the place of customerId.' }),
  receivedAt: InstantInput.optional().meta({
    description: 'Now when absent. What was received earlier than it is recorded counts from then.'
  }),
  receivedByStaffId: IdInput.nullish(),
  attachments: z.array(AttachmentInput).max(20).optional(),
  listeningSessionId: IdInput.nullish()
}

const oneCustomer = (body: { customerId?: unknown; customerExternalId?: unknown }): boolean =>
  !(body.customerId && body.customerExternalId)

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
  .strictObject({ ...REFERENCES, ownerStaffId: IdInput.nullish() })
  .meta({ id: 'UpdateFeedback', example: { attitude: 2, language: 'en' } })

export const FeedbackAnswer = z
  .object({
    id: Id,
    feedbackId: Id,
    substantive: z.boolean(),
    channel: Channel,
    text: z.string().max(20_000).nullable(),
    masked: Masked,
    staffId: Id.nullable(),
    answeredAt: Instant,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'FeedbackAnswer', description: 'What a customer was told.' })

export const AnswerFeedbackBody = z
  .strictObject({
    text: text(20_000),
    substantive: z.boolean().meta({ description: 'False: an acknowledgement, which does not stop the clock.' }),
    channel: Channel.optional().meta({ description: 'The way by which it came when absent.' }),
    staffId: IdInput.nullish().meta({ description: 'Who answered.' }),
    answeredAt: InstantInput.optional().meta({
      description: 'Now when absent. Not before anything that the clock has recorded.'
    })
  })
  .meta({
    id: 'AnswerFeedback',
    example: { substantive: true, text: 'From next month on we open at eight on Saturdays.', channel: 'email' }
  })

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
  .object({ data: z.array(FeedbackEscalation).max(10) })
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
