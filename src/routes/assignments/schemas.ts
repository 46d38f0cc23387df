import { z } from 'zod'
import {
  Code,
  Id,
  Instant,
  InstantInput,
  PageQuery,
  PursuitOverride,
  pageOf,
  Reason,
  Share,
  Version,
  words
} from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Minutes = z.int().min(0).max(9_007_199_254_740_991).meta({ description: 'Minutes of care a month.' })

export const Assignment = z
  .object({
    id: Id,
    customerId: Id,
    staffId: Id,
    staffCode: Code,
    staffName: z.string().max(200),
    origin: z
      .enum(['class', 'manual'])
      .meta({ description: 'By class: ends after the customer left A. Manual: stays until changed by hand.' }),
    reason: Reason,
    validFrom: Instant,
    validTo: Instant.nullable().meta({ description: 'Exclusive; null while it is valid.' }),
    endReason: Reason.nullable(),
    leftClassAt: Instant.nullable().meta({
      description:
        'When a run first found that his class gives the customer no manager any more: outside A, or not pursued.'
    }),
    createdBy: z
      .string()
      .max(200)
      .nullable()
      .meta({ description: 'The key, the staff member or the run that opened it.' }),
    endedBy: z.string().max(200).nullable(),
    version: Version.meta({
      description:
        'Counts the changes to who looks after the customer, from one assignment to the next; the ETag is this number in quotes.'
    })
  })
  .meta({ id: 'Assignment' })

export const AssignmentPage = pageOf(Assignment).meta({ id: 'AssignmentPage' })

export const ListAssignmentsQuery = z.strictObject({
  customerId: Id.optional(),
  staffId: Id.optional(),
  activeAt: InstantInput.optional().meta({ description: 'Only those valid at this instant.' }),
  ...PageQuery
})

export const AssignManagerBody = z
  .strictObject({
    staffId: Id.toLowerCase(),
    reason: words(1_000).nullish(),
    override: PursuitOverride.nullish()
  })
  .meta({
    id: 'AssignRelationshipManager',
    example: { staffId: '01932c3e-7b1a-7000-8000-3f5a1c9d2e11', reason: 'Has known the family for years.' }
  })

export const ReleaseManagerBody = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'ReleaseRelationshipManager', example: { reason: 'The customer prefers to be served by anyone.' } })

export const RelationshipManager = z
  .object({
    staffId: Id,
    code: Code,
    name: z.string().max(200),
    active: z.boolean().meta({ description: 'False: serves no longer and has customers until the next run.' }),
    storeIds: z.array(Id).max(1_000).meta({ description: 'None: serves every store.' }),
    capacityMinutesPerMonth: Minutes.nullable(),
    loadMinutes: Minutes,
    customers: Count,
    aCustomers: Count.meta({ description: 'Of them, A customers who are pursued.' }),
    overCapacity: z.boolean()
  })
  .meta({ id: 'RelationshipManager' })

export const RelationshipManagerPage = pageOf(RelationshipManager).meta({ id: 'RelationshipManagerPage' })
export const ListRelationshipManagersQuery = z.strictObject(PageQuery)

const StoreCoverage = z
  .object({
    storeId: Id.nullable(),
    aCustomers: Count,
    covered: Count,
    notPursued: Count,
    shortfallMinutes: Minutes,
    shortfallCustomers: Count
  })
  .meta({ id: 'StoreCoverage' })

const UncoveredCustomer = z
  .object({
    customerId: Id,
    storeId: Id.nullable(),
    reason: z.enum(['no_manager', 'manager_left', 'waits_for_run', 'not_pursued']).meta({
      description:
        'Nobody is a manager; his manager left; managers came after the last run; he buys by price alone and gets none by his class. The next run mends the second and the third.'
    })
  })
  .meta({ id: 'UncoveredCustomer' })

export const RelationshipManagerCoverage = z
  .object({
    aCustomers: Count,
    covered: Count,
    notPursued: Count.meta({ description: 'A customers without a manager because they buy by price alone.' }),
    coveredShare: Share.nullable().meta({ description: 'Of the A customers who are pursued.' }),
    uncovered: z
      .array(UncoveredCustomer)
      .max(200)
      .meta({ description: 'The largest, those who are not pursued last; uncoveredCount counts all.' }),
    uncoveredCount: Count,
    shortfallMinutes: Minutes.meta({ description: 'Minutes a month by which loads exceed the stated capacities.' }),
    shortfallCustomers: Count,
    byStore: z.array(StoreCoverage).max(100_000),
    lastRun: z.object({ runId: Id, asOf: Instant, appliedAt: Instant }).nullable()
  })
  .meta({ id: 'RelationshipManagerCoverage' })
