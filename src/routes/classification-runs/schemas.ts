import { z } from 'zod'
import { AbcClass, CustomerNamed, Cutoffs } from '../shared/classification.ts'
import { PolicyInput } from '../shared/policy.ts'
import { Day, Id, Instant, InstantInput, Minor, PageQuery, pageOf, Share, Version } from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Milliseconds = z.int().min(0).max(2_147_483_647)
const Shares = z.object({ A: Share, B: Share, C: Share })
const Counts = z.object({ A: Count, B: Count, C: Count, none: Count })
const Cuts = z.array(z.number()).max(20)

export const StartRunBody = z
  .strictObject({
    asOf: InstantInput.optional().meta({ description: 'Now when absent. The window ends where its day starts.' }),
    policy: z
      .strictObject(PolicyInput)
      .optional()
      .meta({ description: 'A trial: only what differs from the present policy. Makes it a dry run.' }),
    dryRun: z.boolean().optional().meta({ description: 'Report who would enter and leave each class; change nothing.' })
  })
  .meta({ id: 'StartClassificationRun', example: { dryRun: true, policy: { abc: { aShare: 0.75 } } } })

const Run = {
  id: Id,
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  trigger: z.enum(['request', 'schedule']),
  asOf: Instant,
  asOfDay: Day.meta({ description: "The tenant's day of `asOf`; the window ends where it starts." }),
  dryRun: z.boolean(),
  policyVersion: Version,
  trialPolicy: z.strictObject(PolicyInput).nullable().meta({ description: 'What the trial changed; null for none.' }),
  createdAt: Instant,
  appliedAt: Instant.nullable().meta({ description: 'Null for a dry run, and before the end.' }),
  modelId: Id.nullable().meta({
    description: 'The fit that its estimates rest on; null before the end, and where it was made for this run alone.'
  })
}

/** Every figure is null until the run has succeeded. */
const FIGURES = {
  window: z
    .object({ fromOn: Day.nullable().meta({ description: 'Included; null means all data.' }), toOn: Day })
    .nullable()
    .meta({ description: 'The days that counted, `toOn` excluded.' }),
  customers: Count.nullable(),
  counts: Counts.nullable(),
  noneByReason: z.object({ no_purchase: Count, zero_net: Count, negative_net: Count }).nullable(),
  turnoverMinor: z
    .object({ A: Minor, B: Minor, C: Minor, total: Minor })
    .nullable()
    .meta({ description: 'Net turnover of the ranked customers.' }),
  customerShares: Shares.nullable(),
  turnoverShares: Shares.nullable(),
  cutoffs: Cutoffs.nullable(),
  riseCutoffs: Cutoffs.nullable().meta({ description: 'What it takes to rise where hysteresis asks for a margin.' }),
  ties: z
    .object({ method: z.enum(['together', 'by_id']), straddlingGroups: Count, straddlingCustomers: Count })
    .nullable()
    .meta({ description: 'Groups of equal amounts across a cut, and how they were treated.' }),
  gini: Share.nullable(),
  topFifthShare: Share.nullable().meta({ description: 'Share of the turnover of the top 20 % of the customers.' }),
  changed: Count.nullable().meta({ description: 'Customers of whom anything changed, the class or a figure.' }),
  entered: Counts.nullable(),
  left: Counts.nullable(),
  anonymousMinor: Minor.nullable().meta({ description: 'Net turnover of the window without a known customer.' }),
  anonymousShare: Share.nullable(),
  advices: z
    .object({ recover: Count, win_back: Count, watch: Count, keep: Count, let_go: Count })
    .nullable()
    .meta({ description: 'Customers at risk by what is recommended.' }),
  segments: z
    .object({ segments: Count, members: Count, entered: Count, left: Count })
    .nullable()
    .meta({ description: 'Segments that were computed, their members, and who entered and left; null for a dry run.' }),
  outcomes: z
    .object({ advices: Count, actions: Count })
    .nullable()
    .meta({ description: 'Earlier advice and actions of which the run found what came of them; null for a dry run.' }),
  rhythm: z
    .object({ gaps: Count, medianDays: z.number().min(0).max(1e6), lateDays: z.number().min(0).max(1e6) })
    .nullable()
    .meta({
      description:
        'Days between purchase days over all customers: how many gaps, their median, and what 90 % stay within.'
    }),
  durations: z
    .object({
      gatheringMs: Milliseconds,
      readingMs: Milliseconds,
      classifyingMs: Milliseconds,
      writingMs: Milliseconds,
      advisingMs: Milliseconds,
      assigningMs: Milliseconds,
      segmentingMs: Milliseconds,
      totalMs: Milliseconds
    })
    .nullable()
}

const Shortfall = z.object({
  minutes: z.int().min(0).max(9_007_199_254_740_991),
  customers: Count,
  byStore: z
    .array(z.object({ storeId: Id.nullable(), minutes: z.int().min(0).max(9_007_199_254_740_991), customers: Count }))
    .max(10_000)
})

export const ClassificationRun = z
  .object({
    ...Run,
    ...FIGURES,
    lorenz: z
      .array(z.object({ customerShare: Share, amountShare: Share }))
      .max(101)
      .nullable()
      .meta({ description: 'Lorenz curve of the ranked customers, the poorest first.' }),
    rfmCuts: z
      .object({ customers: Count, recencyDays: Cuts, frequencyDays: Cuts, monetaryMinor: Cuts })
      .nullable()
      .meta({ description: 'What each score from 2 on takes: a value strictly better.' }),
    managers: z
      .object({
        aCustomers: Count.meta({ description: 'A customers who are pursued.' }),
        notPursued: Count.meta({
          description: 'A customers who get no manager by their class: they buy by price alone.'
        }),
        kept: Count,
        opened: Count,
        moved: Count,
        ended: Count,
        inGrace: Count,
        keptByHand: Count,
        uncovered: z.object({ count: Count, reason: z.string().max(64).nullable() }),
        shortfall: Shortfall
      })
      .nullable()
      .meta({ description: 'What the run did to the relationship managers; null for a dry run.' })
  })
  .meta({ id: 'ClassificationRun' })

export const ClassificationRunPage = pageOf(
  z.object({ ...Run, ...FIGURES }).meta({ id: 'ClassificationRunSummary' })
).meta({ id: 'ClassificationRunPage' })

export const ClassChangePage = pageOf(
  z
    .object({
      ...CustomerNamed,
      from: AbcClass.nullable().meta({ description: 'Null: classified for the first time.' }),
      to: AbcClass,
      amountMinor: Minor
    })
    .meta({ id: 'ClassChange' })
).meta({ id: 'ClassChangePage' })

export const ListRunsQuery = z.strictObject(PageQuery)
export const ListChangesQuery = z.strictObject({
  from: z.enum(['A', 'B', 'C', 'none', 'unclassified']).optional().meta({
    description: 'Only who left this class; `unclassified` for those classified for the first time.'
  }),
  to: AbcClass.optional().meta({ description: 'Only who entered this class.' }),
  ...PageQuery
})
