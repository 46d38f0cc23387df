import { z } from 'zod'
import {
  CARE_CHANNELS,
  CARE_KINDS,
  CARE_KINDS_BY_HAND,
  CARE_SOURCES,
  CARE_STATES,
  WITHDRAWN_BECAUSE
} from '../../domain/care-task.ts'
import { CustomerNamed } from '../shared/classification.ts'
import { Id, Instant, InstantInput, PageQuery, PursuitOverride, pageOf, Version, words } from '../shared/schemas.ts'

const Kind = z.enum(CARE_KINDS)
const State = z.enum(CARE_STATES).meta({
  description:
    '`cancelled`: a person decided that it is owed no longer. `withdrawn`: what it came from is over. Neither counts as late.'
})
const Channel = z.enum(CARE_CHANNELS).meta({ description: '`on_file`: at the desk, without reaching the customer.' })
const IdInput = Id.toLowerCase()
const Minutes = z.int().min(1).max(1_440)
const masked = (max: number) =>
  z.string().max(max).nullable().meta({ description: 'Null where the caller may not see persons.' })

export const CareTask = z
  .object({
    id: Id,
    kind: Kind,
    source: z.enum(CARE_SOURCES).meta({ description: 'What it comes from.' }),
    complaintId: Id.nullable().meta({ description: 'The complaint that it comes from.' }),
    ...CustomerNamed,
    storeId: Id.nullable(),
    staffId: Id.meta({ description: 'Who is to do it.' }),
    actingStaffId: Id.nullable().meta({
      description:
        'Who does it today: the deputy while whoever is to do it is absent; null where nobody of the two is here.'
    }),
    followsManager: z.boolean().meta({
      description: 'The relationship manager of the customer is to do it, whoever that is: it goes on to the next one.'
    }),
    assignReason: masked(1_000).meta({ description: 'Why it was given to whoever has it.' }),
    dueAt: Instant.meta({ description: 'Exactly then is in time.' }),
    overdue: z.boolean().meta({ description: 'Open, and past its term.' }),
    note: masked(5_000),
    plannedMinutes: Minutes.nullable().meta({
      description: 'What it is expected to take; null for what nobody plans.'
    }),
    overrideReason: masked(1_000).meta({ description: 'Why somebody who is not pursued is pursued all the same.' }),
    state: State,
    onTime: z.boolean().nullable().meta({ description: 'Whether it was done by its term; null while it is not done.' }),
    proof: z
      .object({ doneAt: Instant, doneByStaffId: Id, channel: Channel, note: masked(5_000) })
      .nullable()
      .meta({ description: 'When, by whom and how it was done.' }),
    cancellation: z.object({ cancelledAt: Instant, reason: masked(1_000) }).nullable(),
    withdrawal: z.object({ withdrawnAt: Instant, because: z.enum(WITHDRAWN_BECAUSE) }).nullable(),
    masked: z.boolean().meta({ description: 'True without the scope customers.pii:read.' }),
    version: Version,
    createdAt: Instant,
    createdBy: z.string().max(200).nullable(),
    updatedAt: Instant
  })
  .meta({ id: 'CareTask', description: 'What is owed to a customer by a time.' })

export const CareTaskPage = pageOf(CareTask).meta({ id: 'CareTaskPage' })

export const ListCareTasksQuery = z.strictObject({
  staffId: IdInput.optional().meta({ description: 'Whoever is to do it, or stands in today for who is.' }),
  customerId: IdInput.optional(),
  complaintId: IdInput.optional(),
  storeId: IdInput.optional(),
  state: State.optional(),
  kind: Kind.optional(),
  dueBefore: InstantInput.optional(),
  ...PageQuery
})

export const CreateCareTaskBody = z
  .strictObject({
    customerId: IdInput,
    kind: z.enum(CARE_KINDS_BY_HAND),
    dueAt: InstantInput,
    staffId: IdInput.nullish().meta({
      description: 'Who is to do it; the relationship manager of the customer, whoever that is, when absent.'
    }),
    storeId: IdInput.nullish().meta({
      description: "A store-bound credential's own, or the customer's home store, when absent."
    }),
    note: words(5_000).nullish(),
    plannedMinutes: Minutes.nullish().meta({
      description:
        'What its kind usually takes in this shop when absent: `care.usualMinutes` of the classification policy.'
    }),
    override: PursuitOverride.nullish()
  })
  .meta({
    id: 'CreateCareTask',
    example: {
      customerId: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21',
      kind: 'thank_you',
      dueAt: '2026-11-28T18:00:00+01:00',
      note: 'Card for the twenty pairs for her walking club; ask what they think of the new sole.'
    }
  })

export const UpdateCareTaskBody = z
  .strictObject({
    dueAt: InstantInput.optional().meta({
      description: 'Only of a task by hand that is not overdue. A complaint’s is the term of its answer.'
    }),
    note: words(5_000).nullish(),
    staffId: IdInput.nullish().meta({
      description: 'Who is to do it from now on; null gives it back to the relationship manager of the customer.'
    }),
    reason: words(1_000).optional().meta({ description: 'Why somebody else is to do it; with staffId only.' })
  })
  .refine(body => (body.staffId === undefined) === (body.reason === undefined), {
    path: ['reason'],
    error: 'goes with staffId'
  })
  .meta({
    id: 'UpdateCareTask',
    example: { staffId: '0193a1f0-7c1e-7b3a-9d52-3f0c62c27074', reason: 'Knows her from the walking club.' }
  })

export const CompleteCareTaskBody = z
  .strictObject({
    channel: Channel,
    doneAt: InstantInput.optional().meta({
      description: 'Now when absent; not ahead, and not before the task was there.'
    }),
    staffId: IdInput.nullish().meta({
      description: 'Who did it; a person who is signed in, or else whoever acts for it today, when absent.'
    }),
    note: words(5_000).nullish()
  })
  .meta({ id: 'CompleteCareTask', example: { channel: 'phone', note: 'Has the new pair and is content.' } })

export const CancelCareTaskBody = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'CancelCareTask', example: { reason: 'She moved abroad.' } })
