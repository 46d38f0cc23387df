import { z } from 'zod'
import { FEEDBACK_KINDS } from '../../domain/feedback.ts'
import { LISTENING_KINDS, LISTENING_STATUSES } from '../../domain/listening-session.ts'
import { FeedbackInput, IdInput, oneCustomer, Words } from '../shared/feedback.ts'
import { Id, Instant, InstantInput, line, PageQuery, pageOf, Version, words } from '../shared/schemas.ts'

const Kind = z.enum(LISTENING_KINDS).meta({
  description: 'A round through the store, a visit to customers, or a meeting to which customers are asked in.'
})
const Status = z.enum(LISTENING_STATUSES)
const ManyIds = z.array(Id.toLowerCase()).max(200)
const EXAMPLE_ID = '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21'

export const ListeningSession = z
  .object({
    id: Id,
    kind: Kind,
    status: Status,
    storeId: Id.nullable(),
    topic: z.string().max(500).nullable(),
    plannedAt: Instant,
    heldAt: Instant.nullable(),
    summary: z.string().max(10_000).nullable(),
    cancelReason: z.string().max(1_000).nullable(),
    findings: z.int().min(0).max(2_147_483_647).meta({ description: 'Feedbacks that came of it.' }),
    staffIds: z.array(Id).max(200).meta({ description: 'Who listens.' }),
    customers: z
      .array(
        z.object({
          customerId: Id,
          invited: z.boolean().meta({ description: 'False for who came without being asked.' }),
          attended: z.boolean().nullable().meta({ description: 'Null until the session was held.' })
        })
      )
      .max(400),
    version: Version,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable(),
    updatedAt: Instant
  })
  .meta({ id: 'ListeningSession' })

export const ListeningSessionPage = pageOf(ListeningSession).meta({ id: 'ListeningSessionPage' })

export const ListListeningSessionsQuery = z.strictObject({
  kind: Kind.optional(),
  status: Status.optional(),
  storeId: Id.optional(),
  staffId: Id.optional().meta({ description: 'Only those in which this person listens.' }),
  customerId: Id.optional().meta({ description: 'Only those that this customer was asked to or came to.' }),
  plannedFrom: InstantInput.optional().meta({ description: 'Inclusive.' }),
  plannedTo: InstantInput.optional().meta({ description: 'Exclusive.' }),
  ...PageQuery
})

const plan = {
  storeId: Id.toLowerCase().nullish(),
  topic: line(500).nullish(),
  customerIds: ManyIds.optional().meta({ description: 'Whom it is meant for; replaces the whole list.' })
}

export const PlanSessionBody = z
  .strictObject({ kind: Kind, plannedAt: InstantInput, staffIds: ManyIds, ...plan })
  .meta({
    id: 'PlanListeningSession',
    example: {
      kind: 'customer_meeting',
      plannedAt: '2026-12-03T18:00:00+01:00',
      storeId: EXAMPLE_ID,
      topic: 'What do you miss in our winter range?',
      staffIds: [EXAMPLE_ID],
      customerIds: [EXAMPLE_ID]
    }
  })

export const ChangeSessionBody = z
  .strictObject({ plannedAt: InstantInput.optional(), staffIds: ManyIds.optional(), ...plan })
  .meta({ id: 'ChangeListeningSession', example: { plannedAt: '2026-12-10T18:00:00+01:00' } })

export const AttendanceBody = z
  .strictObject({
    heldAt: InstantInput.optional().meta({ description: 'The planned time when absent.' }),
    staffIds: ManyIds.optional().meta({ description: 'Who listened, where they are others than planned.' }),
    attendedCustomerIds: ManyIds.meta({ description: 'Who came, asked or not.' }),
    summary: words(10_000).nullish()
  })
  .meta({
    id: 'PutListeningAttendance',
    example: { attendedCustomerIds: [EXAMPLE_ID], summary: 'Three of five came; all of them miss wide shoes.' }
  })

export const CancelSessionBody = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'CancelListeningSession', example: { reason: 'The speaker is ill; we meet in January.' } })

/** What is heard at a session comes by its way, and is of it. */
const { channel: _channel, listeningSessionId: _session, ...HEARD } = FeedbackInput

export const FindingBody = z
  .strictObject({
    ...HEARD,
    kind: z.enum(FEEDBACK_KINDS),
    text: Words,
    ownerStaffId: IdInput.meta({ description: 'Who answers for it.' }),
    storeId: IdInput.nullish().meta({ description: "The session's when absent." }),
    receivedAt: InstantInput.optional().meta({ description: 'When the session was held, or else now, when absent.' }),
    receivedByStaffId: IdInput.nullish().meta({ description: 'The first who listened when absent.' })
  })
  .refine(oneCustomer, { path: ['customerExternalId'], message: 'names a second customer' })
  .meta({
    id: 'RecordFinding',
    example: { kind: 'suggestion', text: 'Offer wide shoes, please.', ownerStaffId: EXAMPLE_ID, customerId: EXAMPLE_ID }
  })

export const FindingRecorded = z
  .object({
    sessionId: Id,
    feedbackId: Id,
    ownerStaffId: Id,
    dueAt: Instant.meta({ description: 'By when it is to be answered.' })
  })
  .meta({ id: 'FindingRecorded' })
