import { z } from 'zod'
import { NOTICE_STATES, REPLACEMENT_BASES, REVIEW_VERDICTS } from '../../domain/notice.ts'
import { REDACTION_KINDS } from '../../domain/redaction.ts'
import { flagQuery, Id, Instant, line, PageQuery, pageOf, text, Version, words } from '../shared/schemas.ts'

const State = z.enum(NOTICE_STATES).meta({
  description: 'An edit makes a draft of it again, off the board, until somebody else than the author has reviewed it.'
})
const Kind = z.enum(REDACTION_KINDS)
const EXAMPLE_ID = '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21'
const WORDS_AT_MOST = 50_000
const Place = z.int().min(0).max(1_000_000).meta({
  description: 'UTF-16 units from the beginning of the text, as JavaScript, Java and C# count.'
})
const Line = z.int().min(1).max(1_000_000).meta({ description: 'The line of the text, from 1.' })
const Person = Id.toLowerCase()
  .optional()
  .meta({ description: 'Who does it, where a key acts; who is signed in is that himself.' })

export const Notice = z
  .object({
    id: Id,
    feedbackId: Id,
    state: State,
    title: z.string().max(200),
    storeId: Id.nullable().meta({ description: 'Whose staff it is meant for; null: everybody’s.' }),
    authorStaffId: Id,
    responsibleStaffId: Id.nullable().meta({ description: 'Who answers for what is said, and may comment.' }),
    reviewerStaffId: Id.nullable(),
    reviewedAt: Instant.nullable(),
    reviewNote: z.string().max(1_000).nullable(),
    publishedText: z.string().max(1_000_000).nullable().meta({ description: 'Null unless it hangs on the board.' }),
    publishedAt: Instant.nullable(),
    comment: z.string().max(5_000).nullable(),
    commentedAt: Instant.nullable(),
    withdrawnAt: Instant.nullable(),
    withdrawnReason: z.string().max(1_000).nullable(),
    version: Version,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable(),
    updatedAt: Instant
  })
  .meta({ id: 'Notice' })

export const NoticePage = pageOf(Notice).meta({ id: 'NoticePage' })

export const ListNoticesQuery = z.strictObject({
  state: State.optional(),
  feedbackId: Id.optional(),
  storeId: Id.optional().meta({ description: 'Only what the staff of this store sees.' }),
  ...PageQuery
})

export const ProposeNoticeBody = z
  .strictObject({
    feedbackId: Id.toLowerCase(),
    title: line(200),
    staffId: Person,
    storeId: Id.toLowerCase().nullish().meta({ description: 'Whose staff it is meant for; everybody’s when absent.' }),
    responsibleStaffId: Id.toLowerCase().nullish().meta({ description: 'The owner of the feedback when absent.' }),
    names: z
      .array(text(200))
      .max(50)
      .optional()
      .meta({ description: 'Names of others in the text, to be replaced as well. They are not kept.' })
  })
  .meta({
    id: 'ProposeNotice',
    example: { feedbackId: EXAMPLE_ID, title: 'Wide shoes are missed', staffId: EXAMPLE_ID, names: ['Bob Miller'] }
  })

export const ChangeNoticeBody = z
  .strictObject({
    title: line(200).optional(),
    storeId: Id.toLowerCase().nullish(),
    responsibleStaffId: Id.toLowerCase().nullish()
  })
  .meta({ id: 'ChangeNotice', example: { title: 'Wide shoes are missed in every store' } })

const FoundPlaces = z.array(z.object({ startsAt: Place, endsAt: Place, kind: Kind })).max(5_000)

export const NoticePreview = z
  .object({
    noticeId: Id,
    originalText: z
      .string()
      .max(WORDS_AT_MOST)
      .nullable()
      .meta({ description: 'The customer’s own words; null without the scope customers.pii:read.' }),
    text: z.string().max(1_000_000).meta({ description: 'As it would be published now.' }),
    replacements: z
      .array(
        z.object({
          number: z.int().min(1).max(10_000),
          startsAt: Place,
          endsAt: Place.meta({ description: 'The first unit after it.' }),
          line: Line,
          kind: Kind,
          basis: z.enum(REPLACEMENT_BASES).meta({
            description: 'It belongs to somebody whose file is known, it looks like it, or an editor says so.'
          }),
          original: z.string().max(WORDS_AT_MOST).nullable(),
          replacement: z.string().max(100),
          rejectedAt: Instant.nullable().meta({ description: 'Set where it stays as it is, for the reason given.' }),
          rejectedReason: z.string().max(1_000).nullable(),
          rejectedBy: z.string().max(200).nullable(),
          rejectedByStaffId: Id.nullable().meta({
            description: 'Who left it as it is, and does not approve the notice.'
          }),
          createdBy: z.string().max(200).nullable(),
          createdByStaffId: Id.nullable()
        })
      )
      .max(1_000),
    undecided: z
      .array(z.object({ startsAt: Place, endsAt: Place, line: Line, kind: Kind }))
      .max(WORDS_AT_MOST)
      .meta({ description: 'What was found since, and is neither replaced nor rejected.' }),
    title: z.string().max(200),
    titleFindings: FoundPlaces.meta({ description: 'Where the title says who somebody is: put it in other words.' }),
    comment: z.string().max(5_000).nullable(),
    commentFindings: FoundPlaces.meta({ description: 'Where the comment says who somebody is.' }),
    version: Version
  })
  .meta({ id: 'NoticePreview' })

export const DetectBody = z
  .strictObject({
    names: z
      .array(text(200))
      .max(50)
      .optional()
      .meta({ description: 'Names of others in the text. They are not kept.' }),
    staffId: Person
  })
  .meta({ id: 'DetectPersonalData', example: { names: ['Bob Miller'] } })

export const AddReplacementBody = z
  .strictObject({
    startsAt: Place.optional(),
    endsAt: Place.optional(),
    text: text(1_000).optional().meta({ description: 'Instead of a place: a text wherever it stands.' }),
    kind: Kind,
    replacement: text(100).optional().meta({ description: 'The word of the kind, such as [name], when absent.' }),
    staffId: Person
  })
  .refine(
    ({ startsAt, endsAt, text: words }) =>
      words === undefined
        ? startsAt !== undefined && endsAt !== undefined
        : startsAt === undefined && endsAt === undefined,
    'takes either startsAt and endsAt, or text'
  )
  .meta({ id: 'AddReplacement', example: { text: 'the mayor of our town', kind: 'other' } })

export const RejectReplacementBody = z
  .strictObject({ number: z.int().min(1).max(10_000), reason: words(1_000), staffId: Person })
  .meta({
    id: 'RejectReplacement',
    example: { number: 3, reason: 'Mr Cooper is the brand, not the customer.', staffId: EXAMPLE_ID }
  })

export const ReviewBody = z
  .strictObject({ verdict: z.enum(REVIEW_VERDICTS), staffId: Person, note: text(1_000).nullish() })
  .meta({ id: 'ReviewNotice', example: { verdict: 'approved', staffId: EXAMPLE_ID } })

export const CommentBody = z
  .strictObject({ text: words(5_000), staffId: Person })
  .meta({ id: 'CommentNotice', example: { text: 'Wide shoes come in January.', staffId: EXAMPLE_ID } })

export const WithdrawBody = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'WithdrawNotice', example: { reason: 'The customer asked us to take it down.' } })

export const ReadBody = z.strictObject({ staffId: Person }).meta({ id: 'ReadNotice', example: { staffId: EXAMPLE_ID } })

export const NoticeReading = z
  .object({ noticeId: Id, staffId: Id, readAt: Instant.meta({ description: 'The first time.' }) })
  .meta({ id: 'NoticeReading' })

export const NoticeReadings = z
  .object({
    data: z
      .array(z.object({ staffId: Id, staffName: z.string().max(200), readAt: Instant.nullable() }))
      .max(100_000)
      .meta({ description: 'Everybody whom it is meant for, by name; null for who has not read it.' })
  })
  .meta({ id: 'NoticeReadings' })

export const BoardNotice = z
  .object({
    id: Id,
    title: z.string().max(200),
    text: z.string().max(1_000_000),
    storeId: Id.nullable(),
    publishedAt: Instant,
    comment: z.string().max(5_000).nullable(),
    responsibleStaffId: Id.nullable(),
    readAt: Instant.nullable().meta({ description: 'When the person asked for has read it.' })
  })
  .meta({ id: 'BoardNotice' })

export const BoardPage = pageOf(BoardNotice).meta({ id: 'NoticeBoardPage' })

export const BoardQuery = z.strictObject({
  staffId: Id.optional().meta({ description: 'Only what is meant for this person, with when he has read it.' }),
  unread: flagQuery().optional().meta({
    description: 'Only what the person has still to read; what hung there before he came, he may read and need not.'
  }),
  ...PageQuery
})

export const UnreadOfStaff = z
  .object({
    staffId: Id,
    staffName: z.string().max(200),
    unread: z.int().min(0).max(2_147_483_647),
    oldestNoticeId: Id.nullable(),
    oldestPublishedAt: Instant.nullable().meta({ description: 'Since when the oldest of them hangs.' })
  })
  .meta({ id: 'UnreadOfStaff' })

export const UnreadPage = pageOf(UnreadOfStaff).meta({ id: 'UnreadPage' })
export const UnreadQuery = z.strictObject(PageQuery)
