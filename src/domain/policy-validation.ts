import type { AbcPolicy } from './abc.ts'
import type { ClassificationPolicy } from './classification-policy.ts'
import type { FieldFault } from './errors.ts'

/** Both ends are allowed. */
interface Limits {
  readonly from: number
  readonly to: number
  readonly whole: boolean
}

const whole = (from: number, to: number): Limits => ({ from, to, whole: true })
const between = (from: number, to: number): Limits => ({ from, to, whole: false })
const share = between(0, 1)
const rating = between(1, 5)
const days = whole(1, 3650)
const minutes = whole(0, 10_000)
const taskMinutes = whole(1, 1440)

type NumbersOf<T> = { readonly [K in keyof T]: Limits }

/** The limits of every plain number of the policy; what depends on more than one number is said below in words. */
const LOYALTY: NumbersOf<ClassificationPolicy['loyalty']> = {
  minBrandLines: whole(1, 1000),
  minBrandsInCategory: whole(1, 100),
  loyalShare: share,
  maxSwitchRate: share,
  switcherShare: share,
  patronageLoyalDays: whole(1, 1000),
  patronageSwitcherDays: whole(1, 1000),
  attitudeMonths: whole(1, 120),
  newProductAfterDays: days,
  innovatorShare: share,
  earlyAdopterShare: share,
  provisionalBuyers: whole(0, 1_000_000),
  provisionalDays: days,
  firstUserSignificance: share,
  minPromotionLines: whole(1, 1000),
  priceDrivenShare: share,
  priceDrivenRatio: between(1, 100)
}

const TRUST: NumbersOf<ClassificationPolicy['trust']> = {
  cognitivePurchases: whole(1, 1000),
  cognitiveQuality: rating,
  maxReturnRate: share,
  affectiveSatisfaction: rating,
  affectiveAnswers: whole(1, 1000),
  affectiveSpanDays: whole(0, 3650),
  affectiveLowestAnswer: rating,
  behavioralTenureDays: whole(0, 36_500),
  behavioralPurchaseDays: whole(1, 1000),
  behavioralQuarters: whole(1, 400),
  lowAnswer: rating,
  lowAnswersInARow: whole(1, 100)
}

const DEFECTION: NumbersOf<ClassificationPolicy['defection']> = {
  minGaps: whole(1, 100),
  segmentWeightGaps: between(0, 1000),
  dueQuantile: share,
  overdueQuantile: share,
  lapsedFactor: between(1, 100),
  hiatusDays: days,
  partialRecentDays: days,
  partialBaseDays: days,
  partialSpendShare: share,
  minRepeatBuyers: whole(10, 1_000_000),
  valueHorizonMonths: whole(1, 120),
  valueMargin: share,
  valueAnnualDiscount: between(0, 1),
  dueRisk: share,
  overdueRisk: share,
  lapsedRisk: share,
  partialRisk: share,
  saveProbability: share,
  attemptCostMinor: whole(0, 1e9),
  adviceHorizonDays: days,
  saveOutcomes: whole(10, 1_000_000)
}

const HABITS: NumbersOf<ClassificationPolicy['habits']> = {
  regularMaxVariation: between(0, 10),
  changeSlackDeviations: between(0, 10),
  changeThresholdDeviations: between(0.1, 100),
  minBaselineWeeks: whole(2, 520),
  minBasketPairs: whole(1, 1_000_000)
}

const USUAL_MINUTES: NumbersOf<ClassificationPolicy['care']['usualMinutes']> = {
  call: taskMinutes,
  visit: taskMinutes,
  thankYou: taskMinutes,
  review: taskMinutes,
  guidance: taskMinutes
}

/**
 * Every fault of a complete policy, each with the field it is in; an empty list means that runs may use it. Checked
 * are ranges (ends included), and what must hold between numbers, such as a B that ends after A.
 */
export function validatePolicy(policy: ClassificationPolicy): FieldFault[] {
  const { loyalty, defection, standing } = policy
  return [
    ...(policy.windowMonths === null
      ? []
      : faultsOf('', { windowMonths: policy.windowMonths }, { windowMonths: whole(1, 120) })),
    ...abcFaults(policy.abc),
    ...faultsOf('/rfm', policy.rfm, { scores: whole(2, 10) }),
    ...faultsOf('/loyalty', loyalty, LOYALTY),
    ...ordered('/loyalty/switcherShare', loyalty.switcherShare, loyalty.loyalShare, 'the loyal share'),
    ...ordered(
      '/loyalty/innovatorShare',
      loyalty.innovatorShare,
      loyalty.earlyAdopterShare,
      'the share of early adopters'
    ),
    ...ordered(
      '/loyalty/patronageSwitcherDays',
      loyalty.patronageSwitcherDays,
      loyalty.patronageLoyalDays,
      'the days of a loyal customer'
    ),
    ...faultsOf('/trust', policy.trust, TRUST),
    ...faultsOf('/standing', standing, { keyRuns: whole(1, 100) }),
    ...faultsOf('/standing/minutesPerMonth', standing.minutesPerMonth, {
      key: minutes,
      suitable: minutes,
      general: minutes
    }),
    ...faultsOf('/defection', defection, DEFECTION),
    ...ordered('/defection/dueQuantile', defection.dueQuantile, defection.overdueQuantile, 'the quantile of overdue'),
    ...ordered('/defection/partialRecentDays', defection.partialRecentDays, defection.partialBaseDays, 'the base days'),
    ...ordered('/defection/dueRisk', defection.dueRisk, defection.overdueRisk, 'the risk of overdue'),
    ...ordered('/defection/overdueRisk', defection.overdueRisk, defection.lapsedRisk, 'the risk of lapsed'),
    ...faultsOf('/habits', policy.habits, HABITS),
    ...faultsOf('/relationshipManagers', policy.relationshipManagers, { graceRuns: whole(0, 100) }),
    ...faultsOf('/care/usualMinutes', policy.care.usualMinutes, USUAL_MINUTES)
  ]
}

function abcFaults(abc: AbcPolicy): FieldFault[] {
  return [
    ...faultsOf('/abc', abc, { aShare: share, bShare: share, hysteresis: between(0, 0.2) }),
    ...(['aShare', 'bShare', 'hysteresis'] as const)
      .filter(name => !isBasisPoints(abc[name]))
      .map(name => fault(`/abc/${name}`, 'policy.too_fine', 'At most four decimals are kept.')),
    ...(abc.method === 'fixed' ? fixedFaults(abc) : shareFaults(abc))
  ]
}

/** A margin that no share can pass would freeze a class for ever, so it is refused rather than obeyed. */
function shareFaults({ aShare, bShare, hysteresis }: AbcPolicy): FieldFault[] {
  const faults: FieldFault[] = []
  if (aShare <= 0) faults.push(fault('/abc/aShare', 'policy.out_of_range', 'A takes more than nothing.'))
  if (aShare >= bShare) faults.push(fault('/abc/bShare', 'policy.not_ordered', 'B ends after A.'))
  if (hysteresis > 0 && (aShare <= hysteresis || Number((bShare + hysteresis).toFixed(4)) >= 1)) {
    const message = 'The margin is so wide that nobody could rise to A or leave B downwards.'
    faults.push(fault('/abc/hysteresis', 'policy.margin_too_wide', message))
  }
  return faults
}

function fixedFaults({ aMinor, bMinor }: AbcPolicy): FieldFault[] {
  const faults: FieldFault[] = []
  const amounts = { aMinor, bMinor }
  for (const name of ['aMinor', 'bMinor'] as const) {
    const amount = amounts[name]
    if (amount === null) {
      faults.push(fault(`/abc/${name}`, 'policy.missing', 'The method of fixed amounts needs this amount.'))
    } else {
      faults.push(...faultsOf('/abc', { [name]: amount }, { [name]: whole(1, 1e12) }))
    }
  }
  if (aMinor !== null && bMinor !== null && aMinor <= bMinor) {
    faults.push(fault('/abc/bMinor', 'policy.not_ordered', 'B starts at less than A.'))
  }
  return faults
}

function faultsOf<K extends string>(
  part: string,
  values: Readonly<Record<NoInfer<K>, unknown>>,
  limits: Readonly<Record<K, Limits>>
): FieldFault[] {
  const names = Object.keys(limits) as K[]
  return names
    .filter(name => !within(values[name], limits[name]))
    .map(name => fault(`${part}/${name}`, 'policy.out_of_range', rangeText(limits[name])))
}

function within(value: unknown, limits: Limits): boolean {
  if (typeof value !== 'number' || !(value >= limits.from && value <= limits.to)) return false
  return !limits.whole || Number.isInteger(value)
}

function rangeText({ from, to, whole: isWhole }: Limits): string {
  return `${isWhole ? 'A whole number' : 'A number'} from ${from} to ${to}.`
}

function ordered(pointer: string, smaller: number, larger: number, what: string): FieldFault[] {
  return smaller <= larger ? [] : [fault(pointer, 'policy.not_ordered', `Not above ${what}.`)]
}

/** Through the decimal text, as 0.07 · 10000 is not 700 in binary. */
function isBasisPoints(value: number): boolean {
  return Number(value.toFixed(4)) === value
}

function fault(pointer: string, code: string, message: string): FieldFault {
  return { pointer, code, message }
}
