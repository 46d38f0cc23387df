import { z } from 'zod'
import { PolicyInput, PolicyParts } from '../shared/policy.ts'
import { Instant, PageQuery, pageOf, Version } from '../shared/schemas.ts'

export const ClassificationPolicy = z
  .object({
    ...PolicyParts,
    version: Version,
    createdAt: Instant,
    createdBy: z
      .string()
      .max(200)
      .nullable()
      .meta({ description: 'The key or staff member who made this version; null for the one at the opening.' })
  })
  .meta({ id: 'ClassificationPolicy', description: 'All numbers of the classifications.' })

export const ReplacePolicyBody = z.strictObject(PolicyInput).meta({
  id: 'ReplaceClassificationPolicy',
  description: 'What is left out takes its default.',
  example: { windowMonths: 12, abc: { method: 'share', aShare: 0.75, bShare: 0.95, ties: 'together' } }
})

export const PolicyPage = pageOf(ClassificationPolicy).meta({ id: 'ClassificationPolicyPage' })
export const ListPoliciesQuery = z.strictObject(PageQuery)
