import { z } from 'zod'
import { FEEDBACK_CHANNELS } from '../../domain/feedback.ts'
import { Code, Id, Instant, InstantInput, text, words } from './schemas.ts'

export const Channel = z.enum(FEEDBACK_CHANNELS)
export const IdInput = Id.toLowerCase()
export const Sku = text(64)

const Language = z
  .string()
  .min(2)
  .max(35)
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a language tag (BCP 47)')
  .meta({ description: 'BCP 47 tag of the language of the words.', example: 'de' })

export const Attitude = z.int().min(1).max(5).meta({ description: '1 (against) to 5 (for).' })

export const Words = words(50_000).meta({ description: 'The original words, kept to the byte, line breaks included.' })

const AttachmentInput = z
  .strictObject({
    name: text(200),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .nullish()
      .meta({ description: 'Of http or https.' }),
    ref: text(200).nullish().meta({ description: 'Its number in the system that keeps it.' }),
    mediaType: text(100).nullish()
  })
  .refine(({ url, ref }) => typeof url === 'string' || typeof ref === 'string', 'needs a url or a ref')

export const Masked = z.boolean().meta({
  description:
    'The credential lacks customers.pii:read: in words everything is replaced that says, or seems to say, who somebody is, such as by `[name]`; attachments are left out.'
})

/** Words as a caller may read them; replacements may be longer than what they stand for. */
export const ShownWords = z.string().max(1_000_000).meta({
  description:
    'The original words; where masked, with what says who somebody is replaced, and in lists no more than about 1,000 characters of them, with an ellipsis behind.'
})

export const PromotionIdInput = IdInput.meta({
  description: 'In the place of promotionCode, or beside it where both agree.'
})

export const PromotionId = Id.nullable().meta({ description: 'Null where no promotion of that code is kept.' })

export const REFERENCES = {
  customerId: IdInput.nullish(),
  purchaseId: IdInput.nullish(),
  sku: Sku.nullish(),
  promotionCode: Code.nullish(),
  promotionId: PromotionIdInput.nullish(),
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

export const oneCustomer = (body: { customerId?: unknown; customerExternalId?: unknown }): boolean =>
  !(body.customerId && body.customerExternalId)

export const FeedbackAnswer = z
  .object({
    id: Id,
    feedbackId: Id,
    substantive: z.boolean(),
    channel: Channel,
    text: ShownWords,
    masked: Masked,
    staffId: Id.nullable(),
    answeredAt: Instant,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'FeedbackAnswer', description: 'What a customer was told.' })

export const AnswerFeedbackBody = z
  .strictObject({
    text: words(50_000),
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
