import { z } from 'zod'
import { AUTHORITY_VERDICTS, DECIDING_ROLES, REMEDY_DECISIONS, REMEDY_STATUSES } from '../../domain/authority.ts'
import { IdInput } from '../shared/feedback.ts'
import { Currency, Day, Id, Instant, PageQuery, pageOf, text, Version, words } from '../shared/schemas.ts'

const Decision = z.enum(REMEDY_DECISIONS)
const Status = z.enum(REMEDY_STATUSES)
const Amount = z.int().min(0).max(1_000_000_000_000)

export const Remedy = z
  .object({
    id: Id,
    complaintId: Id,
    decision: Decision,
    status: Status.meta({
      description:
        '`granted`: allowed. `waiting`: needs the approval of `approver`. `dropped`: the complaint was withdrawn. `withdrawn`: whoever asked for it took it back. `revoked`: it was granted, and taken back.'
    }),
    amountMinor: Amount.meta({ description: 'What it costs, in minor units.' }),
    currency: Currency,
    purchaseId: Id.nullable(),
    note: z.string().max(40_000).nullable().meta({ description: 'Masked as the words of the case.' }),
    requestedById: Id,
    requestedAt: Instant,
    because: z.enum(AUTHORITY_VERDICTS).nullable().meta({ description: 'Why it was not granted at once.' }),
    approver: z
      .object({ role: z.enum(DECIDING_ROLES), staffId: Id.nullable() })
      .nullable()
      .meta({ description: 'Whose approval was asked for; `staffId` null where nobody of the role is there.' }),
    grantedRole: z.enum(DECIDING_ROLES).nullable().meta({ description: 'By the authority of which role.' }),
    budgetMonth: Day.nullable().meta({ description: 'First day of the month out of whose budget it came.' }),
    authorityVersion: Version.meta({ description: 'The matrix that it was decided by.' }),
    decidedById: Id.nullable(),
    decidedAt: Instant.nullable(),
    reason: z.string().max(40_000).nullable().meta({ description: 'What the approver said; masked as the note.' }),
    revocation: z
      .object({
        revokedById: Id,
        revokedAt: Instant,
        reason: z.string().max(40_000).nullable().meta({ description: 'Masked as the note.' })
      })
      .nullable()
      .meta({ description: 'Who took back what was granted, and why.' }),
    version: Version
  })
  .meta({ id: 'Remedy', description: 'What is done to make a complaint good.' })

export const RemedyPage = pageOf(Remedy).meta({ id: 'RemedyPage' })

export const RequestRemedyBody = z
  .strictObject({
    decision: Decision,
    amountMinor: Amount.optional().meta({ description: 'What it costs, in minor units; nothing when absent.' }),
    currency: Currency.optional().meta({ description: "The tenant's; nothing else is taken." }),
    purchaseId: IdInput.nullish().meta({
      description: 'What a refund gives money back for; the purchase of the complaint when absent.'
    }),
    note: text(2_000).nullish(),
    staffId: IdInput.nullish().meta({ description: 'Who wants to do it; a user does so himself.' })
  })
  .meta({
    id: 'RequestRemedy',
    example: { decision: 'apology', staffId: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21' }
  })

export const ApproveRemedyBody = z
  .strictObject({
    note: text(2_000).nullish(),
    staffId: IdInput.nullish().meta({ description: 'Who approves; a user does so himself.' })
  })
  .meta({ id: 'ApproveRemedy', example: { note: 'He has come for years.' } })

export const RefuseRemedyBody = z
  .strictObject({
    reason: words(2_000),
    staffId: IdInput.nullish().meta({ description: 'Who refuses; a user does so himself.' })
  })
  .meta({ id: 'RefuseRemedy', example: { reason: 'The shoe can be repaired.' } })

export const WithdrawRemedyBody = z
  .strictObject({
    note: text(2_000).nullish(),
    staffId: IdInput.nullish().meta({ description: 'Who asked for it; a user does so himself.' })
  })
  .meta({ id: 'WithdrawRemedy', example: { note: 'The customer takes the shoe that was mended.' } })

export const RevokeRemedyBody = z
  .strictObject({
    reason: words(2_000),
    staffId: IdInput.nullish().meta({ description: 'Who takes it back; a user does so himself.' })
  })
  .meta({ id: 'RevokeRemedy', example: { reason: 'It was 5.00, and not 50.00.' } })

export const ListRemediesQuery = z.strictObject({
  ...PageQuery,
  complaintId: IdInput.optional(),
  status: Status.optional(),
  decision: Decision.optional(),
  approverId: IdInput.optional().meta({
    description: 'Whose approval was asked for, or can be given by him where nobody of his role was there to be asked.'
  }),
  approverRole: z.enum(DECIDING_ROLES).optional().meta({ description: 'Of which role an approval was asked for.' }),
  storeId: IdInput.optional()
})
