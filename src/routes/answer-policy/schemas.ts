import { z } from 'zod'
import { ANSWER_CALENDARS, AUTHORITIES } from '../../domain/answer-policy.ts'
import { BusinessHours, BusinessHoursInput } from '../shared/business-hours.ts'
import { Instant, PageQuery, pageOf, Version } from '../shared/schemas.ts'

const Figure = z.number().min(-1e15).max(1e15)

const PARTS = {
  answerWithinMinutes: Figure.meta({ description: 'The term, 1 to 43200 minutes.', example: 1440 }),
  calendar: z.enum(ANSWER_CALENDARS).meta({
    description: '`elapsed`: every minute counts. `business`: minutes count while the store is open.'
  }),
  atRiskShare: Figure.meta({
    description: 'The share of the term after which it is at risk, 0.05 to 1.',
    example: 0.75
  }),
  maxPauseMinutes: Figure.meta({
    description: 'How long one clock may be paused in all, 0 to 129600 elapsed minutes.',
    example: 10080
  })
}

const RUNG = {
  atShare: Figure.meta({ description: 'From this share of the term on, 0.5 to 2.', example: 1 }),
  role: z.enum(AUTHORITIES).meta({ description: '`handler`: whoever is to answer this feedback.' })
}

export const AnswerPolicy = z
  .object({
    ...PARTS,
    businessHours: BusinessHours.meta({ description: 'Of stores without hours of their own.' }),
    ladder: z.array(z.object(RUNG)).max(10).meta({ description: 'Before whom an open feedback is brought, and when.' }),
    version: Version,
    createdAt: Instant,
    createdBy: z
      .string()
      .max(200)
      .nullable()
      .meta({ description: 'The key or staff member who made this version; null for the one at the opening.' })
  })
  .meta({ id: 'AnswerPolicy', description: 'How soon customers are answered, and who hears of it when they are not.' })

export const ReplaceAnswerPolicyBody = z
  .strictObject({
    answerWithinMinutes: PARTS.answerWithinMinutes.optional(),
    calendar: PARTS.calendar.optional(),
    atRiskShare: PARTS.atRiskShare.optional(),
    maxPauseMinutes: PARTS.maxPauseMinutes.optional(),
    businessHours: BusinessHoursInput.optional(),
    ladder: z.array(z.strictObject(RUNG)).max(10).optional()
  })
  .meta({
    id: 'ReplaceAnswerPolicy',
    description: 'What is left out takes its default.',
    example: {
      answerWithinMinutes: 1440,
      calendar: 'business',
      businessHours: {
        weekly: [
          { weekday: 1, opensAt: '09:00', closesAt: '12:30' },
          { weekday: 1, opensAt: '13:30', closesAt: '18:00' }
        ],
        exceptions: [{ on: '2026-12-25', intervals: [] }]
      },
      ladder: [
        { atShare: 0.75, role: 'handler' },
        { atShare: 1, role: 'store_manager' }
      ]
    }
  })

export const AnswerPolicyPage = pageOf(AnswerPolicy).meta({ id: 'AnswerPolicyPage' })
export const ListAnswerPoliciesQuery = z.strictObject(PageQuery)
