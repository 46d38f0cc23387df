import { problemName } from '../../plugins/problem.ts'
import { BUSINESS_PROBLEMS } from './business.ts'
import { CARE_TASK_PROBLEMS } from './care-tasks.ts'
import { CLASSIFICATION_PROBLEMS } from './classification.ts'
import { COMPLAINT_PROBLEMS } from './complaints.ts'
import { CUSTOMER_PROBLEMS } from './customers.ts'
import { DECISION_PROBLEMS } from './decisions.ts'
import type { Explanation } from './explanation.ts'
import { FEEDBACK_PROBLEMS } from './feedback.ts'
import { LISTENING_PROBLEMS } from './listening.ts'
import { PLATFORM_PROBLEMS } from './platform.ts'
import { PURCHASE_PROBLEMS } from './purchases.ts'
import { RELATIONSHIP_MANAGER_PROBLEMS } from './relationship-managers.ts'
import { REPORT_PROBLEMS } from './reports.ts'
import { SEGMENT_PROBLEMS } from './segments.ts'

/** Every problem that the service answers, explained once; by code. */
export const CATALOGUE: ReadonlyMap<string, Explanation> = new Map(
  Object.entries({
    ...PLATFORM_PROBLEMS,
    ...BUSINESS_PROBLEMS,
    ...CUSTOMER_PROBLEMS,
    ...PURCHASE_PROBLEMS,
    ...CLASSIFICATION_PROBLEMS,
    ...COMPLAINT_PROBLEMS,
    ...DECISION_PROBLEMS,
    ...FEEDBACK_PROBLEMS,
    ...RELATIONSHIP_MANAGER_PROBLEMS,
    ...REPORT_PROBLEMS,
    ...SEGMENT_PROBLEMS,
    ...LISTENING_PROBLEMS,
    ...CARE_TASK_PROBLEMS
  }).map(([code, [title, meaning, remedy]]) => [
    code,
    { type: `/problems/${problemName(code)}`, code, title, meaning, remedy }
  ])
)

const byName = new Map([...CATALOGUE.values()].map(explanation => [problemName(explanation.code), explanation]))

/** The explanation that a problem's type leads to. */
export const explanationNamed = (name: string): Explanation | undefined => byName.get(name)
