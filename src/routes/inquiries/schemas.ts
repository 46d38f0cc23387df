import { z } from 'zod'
import { CONTACT_TYPES } from '../../domain/contact.ts'
import { CUSTOMER_KINDS } from '../../domain/customer.ts'
import {
  CUSTOMER_FILES,
  FOLLOW_UP_OUTCOMES,
  INQUIRY_CHANNELS,
  INQUIRY_STATUSES,
  LOST_REASONS
} from '../../domain/inquiry.ts'
import { ShownWords } from '../shared/feedback.ts'
import { Day, Id, Instant, InstantInput, PageQuery, pageOf, text, Version, words } from '../shared/schemas.ts'

const Channel = z.enum(INQUIRY_CHANNELS)
const Status = z.enum(INQUIRY_STATUSES)
const Language = z
  .string()
  .min(2)
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language tag')

const ContactInput = z.strictObject({
  type: z.enum(CONTACT_TYPES),
  value: text(320).meta({ description: "Kept as given; a phone without a country's prefix is one of the tenant's." }),
  label: text(100).nullish()
})

const facts = {
  about: words(50_000).meta({ description: 'What it is about, in the words of the person.' }),
  name: text(200).nullish(),
  contacts: z.array(ContactInput).max(20).nullish(),
  storeId: Id.toLowerCase().nullish(),
  staffId: Id.toLowerCase().nullish().meta({ description: 'Who looks after it.' }),
  sku: text(64).nullish().meta({ description: 'A product that was asked for.' }),
  language: Language.nullish(),
  nextFollowUpOn: Day.nullish()
}

export const RecordInquiryBody = z
  .strictObject({ channel: Channel, receivedAt: InstantInput.optional(), ...facts })
  .meta({
    id: 'RecordInquiry',
    example: {
      channel: 'counter',
      about: 'Looks for hiking boots for her whole walking club, 14 people.',
      name: 'Zoë Müller',
      contacts: [{ type: 'phone', value: '0151 23456789' }],
      nextFollowUpOn: '2026-11-24'
    }
  })

export const UpdateInquiryBody = z
  .strictObject({ ...facts, about: facts.about.optional() })
  .meta({ id: 'UpdateInquiry', example: { nextFollowUpOn: '2026-11-28' } })

const Contact = z.object({
  type: z.enum(CONTACT_TYPES),
  value: z.string().max(320),
  normalized: z.string().max(320),
  label: z.string().max(100).nullable()
})

export const Inquiry = z
  .object({
    id: Id,
    status: Status,
    channel: Channel,
    storeId: Id.nullable(),
    staffId: Id.nullable(),
    receivedAt: Instant,
    name: z.string().max(300).nullable(),
    contacts: z.array(Contact).max(20),
    about: ShownWords,
    sku: z.string().max(64).nullable(),
    language: z.string().max(35).nullable(),
    nextFollowUpOn: Day.nullable(),
    followUps: z.int().min(0).max(2_147_483_647),
    lastFollowUpAt: Instant.nullable(),
    customerId: Id.nullable().meta({ description: 'The customer who came of it.' }),
    convertedAt: Instant.nullable(),
    customerFile: z
      .enum(CUSTOMER_FILES)
      .nullable()
      .meta({ description: 'Whether the file was opened for it, or found by the contact.' }),
    lostAt: Instant.nullable(),
    lostReason: z.enum(LOST_REASONS).nullable(),
    lostNote: z.string().max(20_000).nullable(),
    masked: z.boolean().meta({
      description:
        'True without the scope customers.pii:read: name and contacts are shortened, and in words everything is replaced that says who somebody is.'
    }),
    version: Version,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable(),
    updatedAt: Instant
  })
  .meta({ id: 'Inquiry' })

export const InquiryPage = pageOf(Inquiry).meta({ id: 'InquiryPage' })

export const ListInquiriesQuery = z.strictObject({
  status: Status.optional(),
  staffId: Id.optional(),
  storeId: Id.optional(),
  customerId: Id.optional(),
  channel: Channel.optional(),
  followUpUntil: Day.optional().meta({ description: 'Only open ones to be followed up on this day or before.' }),
  sort: z
    .enum(['-receivedAt', 'nextFollowUpOn'])
    .optional()
    .meta({ description: 'Received last first when absent; by `nextFollowUpOn` only open ones that have one.' }),
  ...PageQuery
})

export const SearchInquiriesBody = z
  .strictObject({
    phone: text(50).optional().meta({ description: "Without a country's prefix it is one of the tenant's." }),
    email: text(320).optional(),
    status: Status.optional(),
    storeId: Id.toLowerCase().optional(),
    staffId: Id.toLowerCase().optional()
  })
  .refine(({ phone, email }) => (phone === undefined) !== (email === undefined), 'takes either phone or email')
  .meta({ id: 'SearchInquiries', example: { phone: '+49 151 23456789', status: 'open' } })

export const SearchInquiriesQuery = z.strictObject(PageQuery)

export const InquiryFollowUp = z
  .object({
    id: Id,
    inquiryId: Id,
    followedUpAt: Instant,
    staffId: Id.nullable(),
    channel: Channel,
    outcome: z.enum(FOLLOW_UP_OUTCOMES),
    note: ShownWords.nullable(),
    createdAt: Instant,
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'InquiryFollowUp' })

export const InquiryFollowUpPage = pageOf(InquiryFollowUp).meta({ id: 'InquiryFollowUpPage' })
export const ListFollowUpsQuery = z.strictObject(PageQuery)

export const FollowUpBody = z
  .strictObject({
    channel: Channel,
    outcome: z.enum(FOLLOW_UP_OUTCOMES),
    staffId: Id.toLowerCase().nullish().meta({ description: 'Who looks after the inquiry when absent.' }),
    note: text(5_000).nullish(),
    followedUpAt: InstantInput.optional().meta({ description: 'Now when absent.' }),
    nextFollowUpOn: Day.nullish().meta({ description: 'Absent leaves the day, null clears it.' })
  })
  .meta({
    id: 'FollowUpInquiry',
    example: { channel: 'hotline', outcome: 'appointment', note: 'Comes by on Saturday.', nextFollowUpOn: '2026-11-28' }
  })

export const ConvertBody = z
  .strictObject({
    customerId: Id.toLowerCase()
      .nullish()
      .meta({ description: 'An existing customer; when absent whoever has a contact of the inquiry, or a new one.' }),
    kind: z.enum(CUSTOMER_KINDS).optional().meta({ description: 'Of a file that is opened; a person when absent.' }),
    name: text(200).nullish().meta({ description: 'Of a file that is opened; the name of the inquiry when absent.' }),
    convertedAt: InstantInput.optional().meta({ description: 'Now when absent.' })
  })
  .meta({ id: 'ConvertInquiry', example: { kind: 'person', name: 'Zoë Müller' } })

export const LoseBody = z
  .strictObject({
    reason: z.enum(LOST_REASONS),
    note: text(1_000).nullish(),
    lostAt: InstantInput.optional().meta({ description: 'Now when absent.' })
  })
  .meta({ id: 'LoseInquiry', example: { reason: 'product_missing', note: 'We have no boots in size 49.' } })
