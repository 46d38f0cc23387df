import { z } from 'zod'
import { DECIDING_ROLES, REMEDY_DECISIONS } from '../../domain/authority.ts'
import { Currency, Id, Instant, PageQuery, pageOf, Version } from '../shared/schemas.ts'

const Month = z
  .string()
  .length(7)
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
  .meta({ description: 'A month of the tenant, YYYY-MM.', example: '2026-11' })
const Limit = z.int().min(0).max(1_000_000_000_000)
const RULES_AT_MOST = 2_000

const WORDS = {
  storeId: 'Only in this store; null: in every store that has no rule of its own for the role and the decision.',
  perCaseMinor: 'Limit, included, of all remedies of this kind on one case together, in minor units; null: none.',
  perMonthMinor: 'Limit, included, of all that the role grants of this kind in a store and month; null: none.'
}

const Rule = z
  .object({
    role: z.enum(DECIDING_ROLES),
    decision: z.enum(REMEDY_DECISIONS),
    storeId: Id.nullable().meta({ description: WORDS.storeId }),
    perCaseMinor: Limit.nullable().meta({ description: WORDS.perCaseMinor }),
    perMonthMinor: Limit.nullable().meta({ description: WORDS.perMonthMinor })
  })
  .meta({ id: 'AuthorityRule' })

export const AuthorityMatrix = z
  .object({
    rules: z.array(Rule).max(RULES_AT_MOST),
    version: Version,
    createdAt: Instant.nullable().meta({ description: 'Null for the matrix that every tenant begins with.' }),
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'AuthorityMatrix', description: 'Who may decide what alone, up to which amount.' })

const Spent = z.int().min(0).max(1_000_000_000_000_000)

export const AuthorityBudgets = z
  .object({
    storeId: Id.nullable().meta({ description: 'Null: the budgets of what belongs to no store.' }),
    month: Month,
    currency: Currency,
    data: z
      .array(
        z
          .object({
            role: z.enum(DECIDING_ROLES),
            decision: z.enum(REMEDY_DECISIONS),
            perCaseMinor: Limit.nullable().meta({ description: WORDS.perCaseMinor }),
            perMonthMinor: Limit.nullable().meta({ description: WORDS.perMonthMinor }),
            spentMinor: Spent.meta({ description: 'Granted in the month so far.' }),
            leftMinor: Spent.nullable().meta({ description: 'What may still be granted; null: without limit.' })
          })
          .meta({ id: 'AuthorityBudget' })
      )
      .max(DECIDING_ROLES.length * REMEDY_DECISIONS.length)
  })
  .meta({ id: 'AuthorityBudgets', description: "What is left of each role's budget in a store and month." })

export const AuthorityBudgetsQuery = z.strictObject({
  storeId: Id.toLowerCase().optional().meta({ description: 'What belongs to no store when absent.' }),
  month: Month.optional().meta({ description: 'YYYY-MM; the present one when absent.' })
})

export const ReplaceAuthorityBody = z
  .strictObject({
    rules: z
      .array(
        z.strictObject({
          role: z.enum(DECIDING_ROLES),
          decision: z.enum(REMEDY_DECISIONS),
          storeId: Id.toLowerCase().nullish().meta({ description: WORDS.storeId }),
          perCaseMinor: Limit.nullish().meta({ description: WORDS.perCaseMinor }),
          perMonthMinor: Limit.nullish().meta({ description: WORDS.perMonthMinor })
        })
      )
      .max(RULES_AT_MOST)
  })
  .meta({
    id: 'ReplaceAuthorityMatrix',
    description: 'A role without a rule for a decision may not take it.',
    example: {
      rules: [
        { role: 'front_line', decision: 'refund', perCaseMinor: 5000, perMonthMinor: 50000 },
        { role: 'front_line', decision: 'apology', perCaseMinor: 0, perMonthMinor: 0 },
        { role: 'store_manager', decision: 'refund', perCaseMinor: 50000, perMonthMinor: 500000 },
        { role: 'owner', decision: 'refund' }
      ]
    }
  })

export const AuthorityPage = pageOf(AuthorityMatrix).meta({ id: 'AuthorityMatrixPage' })
export const ListAuthorityQuery = z.strictObject(PageQuery)
