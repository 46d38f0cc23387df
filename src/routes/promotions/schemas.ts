import { z } from 'zod'
import { FEEDBACK_KINDS } from '../../domain/feedback.ts'
import { PROMOTION_KINDS } from '../../domain/promotion.ts'
import { Code, Day, Id, Instant, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Kind = z.enum(PROMOTION_KINDS).meta({ description: 'A `launch` is a promotion of a new product.' })
const EndsOn = Day.nullish().meta({ description: 'The last day; until further notice when absent.' })

const PROMOTION = {
  id: Id,
  code: Code.meta({ description: 'The code by which tills name it on lines; it stays.' }),
  name: text(200),
  kind: Kind,
  startsOn: Day,
  endsOn: Day.nullable().meta({ description: 'The last day; null: until further notice.' }),
  version: Version,
  createdAt: Instant,
  updatedAt: Instant
}

export const Promotion = z.object(PROMOTION).meta({ id: 'Promotion' })

export const PromotionInFull = z
  .object({
    ...PROMOTION,
    said: z
      .object({
        feedback: z
          .array(z.object({ kind: z.enum(FEEDBACK_KINDS), count: Count }))
          .max(20)
          .meta({ description: 'Feedback that names it, each kind once.' }),
        meanAttitude: z.number().min(1).max(5).nullable().meta({
          description: '1 (against) to 5 (for), over the feedback that tells one; null where none does.'
        }),
        expectationGaps: Count.meta({ description: 'Complaints with an expectation gap that leads back to it.' })
      })
      .meta({
        description:
          'What customers said of it, without what they took back; to a store-bound credential, in its own store.'
      })
  })
  .meta({ id: 'PromotionInFull' })

export const CreatePromotionBody = z
  .strictObject({ code: Code, name: text(200), kind: Kind, startsOn: Day, endsOn: EndsOn })
  .meta({
    id: 'CreatePromotion',
    example: {
      code: 'SPRING',
      name: 'Spring shoes',
      kind: 'promotion',
      startsOn: '2026-03-01',
      endsOn: '2026-03-31'
    }
  })

export const UpdatePromotionBody = z
  .strictObject({ name: text(200).optional(), kind: Kind.optional(), startsOn: Day.optional(), endsOn: EndsOn })
  .meta({ id: 'UpdatePromotion', example: { endsOn: '2026-04-15' } })

export const PromotionPage = pageOf(Promotion).meta({ id: 'PromotionPage' })

export const ListPromotionsQuery = z.strictObject({
  ...PageQuery,
  sort: z.enum(['code', '-createdAt']).optional().meta({ description: 'By code when absent.' })
})
