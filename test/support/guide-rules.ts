import { ABC_CLASSES, ABC_STANDINGS, type AbcClass, type AbcStanding } from '../../src/domain/abc.ts'
import { explainAbc } from '../../src/domain/abc-explanation.ts'
import { classifyAbc } from '../../src/domain/abc-run.ts'
import { type AdviceGroup, recordOf, saveEstimate, saveTrials } from '../../src/domain/advice-outcome.ts'
import {
  answer,
  answerGivenEarlier,
  type ClockEntry,
  ELAPSED,
  move,
  openTime,
  pause,
  raiseDue,
  resume,
  startClock,
  type Terms
} from '../../src/domain/answer-clock.ts'
import { DEFAULT_ANSWER_POLICY } from '../../src/domain/answer-policy.ts'
import { answeredInTime } from '../../src/domain/answered-in-time.ts'
import { pairFigures } from '../../src/domain/baskets.ts'
import { brandWalk, categoriesOfChoice } from '../../src/domain/brand-lines.ts'
import { afterOpenTime } from '../../src/domain/business-hours.ts'
import { DEFECTION_STATES, type DefectionState, measureCadence } from '../../src/domain/cadence.ts'
import { type ClassMove, classMigration } from '../../src/domain/class-migration.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { averageRetention, type CohortCell, cohortTable } from '../../src/domain/cohorts.ts'
import { type CoreCounts, coreShareOf } from '../../src/domain/core-share.ts'
import type { AttributeValue } from '../../src/domain/customer.ts'
import { explainDefection } from '../../src/domain/defection.ts'
import { type AtRiskFacts, explainAdvice, notPursued } from '../../src/domain/defection-advice.ts'
import { demandChange } from '../../src/domain/demand-change.ts'
import {
  type DropoutModel,
  type DropoutParameters,
  expectedPurchases,
  probabilityAlive
} from '../../src/domain/dropout-model.ts'
import { chooseRecipient } from '../../src/domain/escalation.ts'
import { addFirstUse, emptyFirstUse, explainFirstUse } from '../../src/domain/first-users.ts'
import { compare } from '../../src/domain/hold-out.ts'
import { conversionRate } from '../../src/domain/inquiry-conversion.ts'
import { type ListeningStatus, refusalOf as listeningRefusal } from '../../src/domain/listening-session.ts'
import { LOYALTY_PATTERNS, type LoyaltyFacts, type LoyaltyPattern, statedAttitude } from '../../src/domain/loyalty.ts'
import { explainLoyalty } from '../../src/domain/loyalty-explanation.ts'
import { maskedWords } from '../../src/domain/masked-words.ts'
import {
  expectSecondEyes,
  type NoticeState,
  refusalOf as noticeRefusal,
  type ReviewVerdict,
  reviewedState
} from '../../src/domain/notice.ts'
import { findingsInWords } from '../../src/domain/notice-words.ts'
import { toTwoDigits } from '../../src/domain/outlook.ts'
import { PARTIAL_DEFECTION, type PartialDefection, spendOf } from '../../src/domain/partial-defection.ts'
import { dayNumber, type MonthNumber, monthOf } from '../../src/domain/period.ts'
import { explainPriceDriven, type PriceFacts } from '../../src/domain/price-driven.ts'
import { decidePursuit, notPursuedBecause } from '../../src/domain/pursuit.ts'
import type { Explained, Ground } from '../../src/domain/reason.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'
import { findPersonalData, NOTHING_KNOWN, redacted, tokenOf } from '../../src/domain/redaction.ts'
import { explainRfm, scoreRfm } from '../../src/domain/rfm.ts'
import { columnOf, columnsOf, FilledBlock } from '../../src/domain/segment-columns.ts'
import { explainRule } from '../../src/domain/segment-explanation.ts'
import { segmentField } from '../../src/domain/segment-fields.ts'
import { conditionsOf, type SegmentRule } from '../../src/domain/segment-rule.ts'
import { changeReason, conditionReason } from '../../src/domain/segment-texts.ts'
import { expectedSpend, populationMean } from '../../src/domain/spend-model.ts'
import { explainStanding, type StandingFacts } from '../../src/domain/standing.ts'
import { gini, shareOfTop, sortedPositive } from '../../src/domain/statistics.ts'
import type { SatisfactionAnswer, TrustFacts } from '../../src/domain/trust.ts'
import { explainTrust } from '../../src/domain/trust-explanation.ts'
import { zoneClock } from '../../src/services/calendar.ts'
import { COMPLAINT_RULES } from './guide-complaint-rules.ts'
import { encoded } from './receipt-days.ts'

/** What an example of the guide gives a rule, in the words of its JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each example has the input of its own rule
type Input = any

const CURRENCY = 'EUR'
const policy = DEFAULT_POLICY

const said = (grounds: readonly Ground[]): string[] => allInWords(grounds, 'en').map(({ text }) => text)
const explanation = ({ reasons, missing, changes }: Explained) => ({
  reasons: said(reasons),
  missing: said(missing),
  changes: said(changes)
})
/** Lines of the ledger of an answer clock, as the guide shows them. */
const ledgerOf = (entries: readonly ClockEntry[]) =>
  entries.map(({ entry, countedMs, dueAt }) => ({
    entry,
    countedSeconds: countedMs / 1_000,
    dueAt: dueAt === null ? null : new Date(dueAt).toISOString()
  }))
const stateCode = (state: DefectionState) => DEFECTION_STATES.indexOf(state)

/** The rules that the guide gives examples of, by the names it calls them: what goes in, and what the guide shows. */
export const GUIDE_RULES: Readonly<Record<string, (input: Input) => unknown>> = {
  ...COMPLAINT_RULES,

  abc({ amountsMinor, explained }) {
    const names = Object.keys(amountsMinor)
    const amounts = Float64Array.from(names, name => amountsMinor[name])
    const { classes, standings, ranks, before, report } = classifyAbc(
      { amounts, receipts: amounts.map(Number) },
      policy.abc
    )
    const row = names.indexOf(explained)
    const place = {
      class: ABC_CLASSES[classes[row] as number] as AbcClass,
      standing: ABC_STANDINGS[standings[row] as number] as AbcStanding,
      amountMinor: amounts[row] as number,
      rank: ranks[row] as number,
      beforeMinor: before[row] as number,
      totalMinor: report.totalMinor,
      cutoffs: report.cutoffs,
      currency: CURRENCY
    }
    return {
      classes: Object.fromEntries(names.map((name, i) => [name, ABC_CLASSES[classes[i] as number]])),
      reasons: said(explainAbc(place, policy.abc).reasons)
    }
  },

  concentration({ amountsMinor }) {
    const ascending = sortedPositive(Float64Array.from(Object.values<number>(amountsMinor)))
    return { gini: Number(gini(ascending)?.toFixed(2)), topFifthShare: shareOfTop(ascending) }
  },

  rfm({ customers, explained }) {
    const names = Object.keys(customers)
    const column = (measure: string) => names.map(name => customers[name][measure])
    const { cuts } = scoreRfm({
      recencyDays: column('recencyDays'),
      frequencyDays: column('purchaseDays'),
      monetaryMinor: column('amountMinor')
    })
    const { recencyDays, purchaseDays, amountMinor } = customers[explained]
    const place = { recencyDays, frequencyDays: purchaseDays, monetaryMinor: amountMinor, currency: CURRENCY }
    const { r, f, m, reasons } = explainRfm(place, cuts)
    return { r, f, m, reasons: said(reasons) }
  },

  defection({ purchases, asOf, allCustomers }) {
    const days = purchases.map(({ on, amountMinor }: { on: string; amountMinor: number }) => ({
      day: dayNumber(on),
      paid: amountMinor > 0,
      net: amountMinor
    }))
    const asOfDay = dayNumber(asOf)
    const receipts = encoded(days)
    const nets = days.map(({ net }: { net: number }) => net)
    const cadence = measureCadence(receipts, asOfDay, policy.defection)
    const segment = { gaps: 1000, due: allCustomers.medianDays * 10_000, overdue: allCustomers.lateDays * 10_000 }
    const spend = spendOf(receipts, nets, 0, nets.length, cadence.firstDay, asOfDay, policy.defection)
    const found = explainDefection(cadence, segment, spend, asOfDay, CURRENCY, policy.defection)
    const { state, basis, limits, hiatus, partial, nextChange } = found
    return { state, basis, limits, hiatus, partial, nextChange, ...explanation(found) }
  },

  loyalty({ lines = [], sold = [], purchaseDays, state, answers = [], asOf, firstUser = false, priceDriven = false }) {
    const walk = brandWalk(categoriesOfChoice(sold, policy.loyalty.minBrandsInCategory))
    for (const { brand, category } of lines) walk.add(brand, category)
    const { lines: brandLines, favouriteLines, favouriteBrand, switches } = walk.found()
    const dated = answers.map((answer: { on: string }) => ({ ...answer, day: dayNumber(answer.on) }))
    const facts: LoyaltyFacts = {
      brandLines,
      favouriteLines,
      brandSwitches: switches,
      purchaseDays,
      defectionState: stateCode(state),
      attitude: asOf === undefined ? null : statedAttitude(dated, dayNumber(asOf), policy.loyalty),
      firstUser,
      priceDriven
    }
    const found = explainLoyalty(facts, favouriteBrand, policy.loyalty)
    const { level, basis, pattern } = found
    return { level, basis, pattern, ...explanation(found) }
  },

  first_user({ products, asOf }) {
    const columns = emptyFirstUse(1 + Math.max(...products.map(({ buyers }: { buyers: number }) => buyers)))
    const asOfDay = dayNumber(asOf)
    for (const { buyers, bought, firstSoldOn } of products) {
      // The buyers came one after the other; the customer of the example is row 0.
      const times = Array.from({ length: buyers }, (_, place) => place + 1)
      const rows = times.map(place => (place === bought ? 0 : place))
      const product = { rows, times, from: 0, to: buyers, firstSoldDay: dayNumber(firstSoldOn) }
      addFirstUse(columns, product, Number.POSITIVE_INFINITY, asOfDay, policy.loyalty)
    }
    const [count, observed, provisional, expected] = [
      columns.products[0] as number,
      columns.observed[0] as number,
      columns.provisional[0] as number,
      columns.expected[0] as number
    ]
    const found = explainFirstUse(count, observed, provisional, expected, policy.loyalty)
    return { firstUser: found.firstUser, ...explanation(found) }
  },

  price_driven(facts: PriceFacts) {
    const found = explainPriceDriven(facts, policy.loyalty)
    return { priceDriven: found.priceDriven, ...explanation(found) }
  },

  trust({ asOf, state, answers, complaints, ...rest }) {
    const dated = (list: { on: string }[] | null) => list?.map(one => ({ ...one, day: dayNumber(one.on) }))
    const facts: TrustFacts = {
      ...rest,
      answers: (dated(answers) ?? null) as SatisfactionAnswer[] | null,
      complaints: (dated(complaints) ?? null) as TrustFacts['complaints'],
      defectionState: stateCode(state)
    }
    const found = explainTrust(facts, policy.trust, dayNumber(asOf))
    return { level: found.level, ...explanation(found) }
  },

  standing({ abcClass, pattern, note = null, ...rest }) {
    const facts: StandingFacts = {
      unmendedComplaint: false,
      ...rest,
      abcClass: ABC_CLASSES.indexOf(abcClass as AbcClass),
      pattern: LOYALTY_PATTERNS.indexOf(pattern as LoyaltyPattern)
    }
    const found = explainStanding(facts, note, policy.standing)
    return { level: found.level, ...explanation(found) }
  },

  advice({ state, partial, ...rest }) {
    const facts: AtRiskFacts = {
      ...rest,
      state: stateCode(state),
      partial: PARTIAL_DEFECTION.indexOf(partial as PartialDefection)
    }
    const { reasons, missing, ...found } = explainAdvice(facts, CURRENCY, policy.loyalty, policy.defection)
    return {
      ...found,
      notPursued: notPursued(facts.priceDriven, found.recommendation),
      reasons: said(reasons),
      missing: said(missing)
    }
  },

  follow_up({ recommendation, outcomes }) {
    const groups: AdviceGroup[] = outcomes.map((one: object) => ({ priceDriven: false, ...one, recommendation }))
    const { acted, notActed, right } = recordOf(recommendation, groups)
    const { saveProbability, saveOutcomes } = policy.defection
    return {
      boughtOfThoseTried: acted.share,
      boughtOfThoseLeftAlone: notActed.share,
      right: right.share,
      rightBetween: [right.interval?.lower.toFixed(2), right.interval?.upper.toFixed(2)].map(Number),
      saved: saveEstimate(saveTrials(groups), saveProbability, saveOutcomes)
    }
  },

  not_pursued({ override, isManager, ...facts }) {
    const cause = notPursuedBecause(facts)
    return { cause, verdict: decidePursuit(cause, override !== null, isManager) }
  },

  still_a_customer({ bgNbd, mbgNbd, customer }) {
    const { repeatPurchases, lastSeenAfterDays, customerForDays } = customer
    const history = [repeatPurchases, lastSeenAfterDays, customerForDays] as const
    return {
      pAlive: toTwoDigits(probabilityAlive(parameters('mbg_nbd', mbgNbd), ...history)),
      expectedPurchases: toTwoDigits(expectedPurchases(parameters('bg_nbd', bgNbd), ...history, YEAR_DAYS))
    }
  },

  expected_spend({ p, q, v, customer: { repeatPurchases, averageMinor } }) {
    const mean = populationMean({ p, q, v }) as number
    const fit = { fitted: true, p, q, v, logLikelihood: 0, customers: 0, atBound: [], populationMean: mean } as const
    return {
      averageOfAllMinor: Math.round(mean),
      expectedSpendMinor: Math.round(expectedSpend(fit, averageMinor, repeatPurchases))
    }
  },

  forecast_trial({ bgNbd, hiatusDays, horizonDays, customers }) {
    const column = (figure: string) =>
      customers.flatMap((group: Input) => Array.from({ length: group.count }, () => group[figure]))
    const histories = {
      repeats: Int32Array.from(column('repeatPurchases')),
      recency: Int32Array.from(column('lastSeenAfterDays')),
      age: Int32Array.from(column('customerForDays')),
      net: new Float64Array(column('count').length),
      later: Int32Array.from(
        customers.flatMap((group: Input) =>
          Array.from({ length: group.count }, (_, nth) => (nth < group.boughtAgain ? 1 : 0))
        )
      )
    }
    const trial = compare(parameters('bg_nbd', bgNbd), histories, { splitDay: 0, horizonDays }, hiatusDays)
    const { modelScore, hiatusScore, onlyModelRight, onlyHiatusRight, past, better, by } = trial
    return {
      model: twoPlaces(modelScore),
      hiatus: twoPlaces(hiatusScore),
      cameBackAfterHiatus: past.share,
      onlyModelRight,
      onlyHiatusRight,
      better,
      by
    }
  },

  retention({ cells, fromMonth, toMonth, runningMonth }) {
    const numbered = cells.map(
      ({ cohort, month, customers, netMinor }: Input): CohortCell => ({
        cohort: monthNumber(cohort),
        month: monthNumber(month),
        customers,
        netMinor
      })
    )
    const cohorts = cohortTable(numbered, {
      fromMonth: monthNumber(fromMonth),
      toMonth: monthNumber(toMonth),
      runningMonth: monthNumber(runningMonth)
    })
    return {
      cohorts: cohorts.map(({ size, months }) => ({ size, shares: months.map(({ share }) => share) })),
      average: averageRetention(cohorts).map(({ share }) => share)
    }
  },

  lift: counts => twoPlaces(pairFigures(counts)),

  change_of_demand({ weeklyUnits }) {
    return twoPlaces(demandChange(weeklyUnits, policy.habits))
  },

  core_share: (counts: CoreCounts) => twoPlaces(coreShareOf(counts)),

  class_migration({ moves }: { moves: readonly ClassMove[] }) {
    const { rows, newcomers, stayedShare } = classMigration(moves)
    return { shares: Object.fromEntries(rows.map(({ from, shares }) => [from, shares])), newcomers, stayedShare }
  },

  answer_clock({ receivedAt, happened }) {
    const terms = { policy: DEFAULT_ANSWER_POLICY, counting: ELAPSED }
    const changes = { pause, resume, answer }
    const first = startClock(Date.parse(receivedAt), terms)
    const raised: string[] = []
    const ledger = [...first.entries]
    let { clock } = first
    for (const { what, at } of happened) {
      const due = raiseDue(clock, terms, Date.parse(at))
      raised.push(...due.raised.map(step => `${step.kind} ${new Date(step.at).toISOString()}`))
      const changed = changes[what as keyof typeof changes](due.clock, terms, Date.parse(at))
      ledger.push(...due.entries, ...changed.entries)
      clock = changed.clock
    }
    return { raised, ledger: ledgerOf(ledger), answeredInTime: clock.answeredInTime }
  },

  answer_moved({ receivedAt, openHours, moves }) {
    const policy = { ...DEFAULT_ANSWER_POLICY, answerWithinMinutes: openHours * 60 }
    const first = startClock(Date.parse(receivedAt), { policy, counting: ELAPSED })
    const ledger = [...first.entries]
    let { clock } = first
    let terms: Terms = { policy, counting: ELAPSED }
    for (const { at, timeZone, opensAt, closesAt } of moves) {
      const weekly = [1, 2, 3, 4, 5].map(weekday => ({ weekday, opensAt, closesAt }))
      const next = { policy, counting: openTime({ weekly, exceptions: [] }, zoneClock(timeZone)) }
      const moved = move(raiseDue(clock, terms, Date.parse(at)).clock, terms, next, Date.parse(at))
      ledger.push(...moved.entries)
      clock = moved.clock
      terms = next
    }
    return { ledger: ledgerOf(ledger) }
  },

  answer_recorded_later({ receivedAt, answeredAt, recordedAt }) {
    const terms = { policy: DEFAULT_ANSWER_POLICY, counting: ELAPSED }
    const first = startClock(Date.parse(receivedAt), terms)
    const due = raiseDue(first.clock, terms, Date.parse(recordedAt))
    const ledger = [...first.entries, ...due.entries]
    const { clock, entries } = answerGivenEarlier(due.clock, terms, Date.parse(answeredAt), ledger)
    const { answeredInTime, breachedAt } = clock
    return { ledger: ledgerOf([...ledger, ...entries]), answeredInTime, overdue: breachedAt !== null }
  },

  business_hours({ timeZone, receivedAt, openHours, weekly, closedOn }) {
    const hours = {
      weekly: weekly.flatMap(({ weekdays, opensAt, closesAt }: Input) =>
        weekdays.map((weekday: number) => ({ weekday, opensAt, closesAt }))
      ),
      exceptions: closedOn.map((on: string) => ({ on, intervals: [] }))
    }
    const dueAt = afterOpenTime(Date.parse(receivedAt), openHours * HOUR_MS, hours, zoneClock(timeZone))
    return { dueAt: new Date(dueAt).toISOString() }
  },

  escalation({ step, day, handler, people, absences }) {
    const colleagues = Object.entries<Input>(people).map(([id, { role, lastEscalatedAt = null }]) => ({
      id,
      roles: [role],
      storeIds: [],
      lastEscalatedAt
    }))
    const { ladder } = DEFAULT_ANSWER_POLICY
    return chooseRecipient({ ladder, rung: step, handlerId: handler, storeId: null, day }, colleagues, absences)
  },

  answered_in_time(counts) {
    const { owed, share, interval } = answeredInTime(counts)
    const between = interval && [interval.lower, interval.upper].map(end => Math.round(end * 100) / 100)
    return { owed, share: share && Math.round(share * 100) / 100, between }
  },

  inquiry_conversion(counts) {
    const { open, share, interval } = conversionRate(counts)
    const between = [interval?.lower ?? 0, interval?.upper ?? 0].map(end => Math.round(end * 100) / 100)
    return { open, share, between }
  },

  listening_steps({ status }: { status: ListeningStatus }) {
    const steps = ['change', 'hold', 'cancel', 'find'] as const
    const may = steps.filter(step => listeningRefusal(status, step) === null)
    return { may, mayNot: steps.filter(step => !may.includes(step)) }
  },

  redaction({ text, names, phones }) {
    const data = { ...NOTHING_KNOWN, names, phones }
    const findings = findPersonalData(text, data)
    const replacements = findings.map(({ start, end, kind }) => ({
      start,
      end,
      replacement: tokenOf(kind, 'en', data)
    }))
    return { text: redacted(text, replacements), kinds: findings.map(({ kind }) => kind) }
  },

  notice_words({ text, replaced, left, words }: Record<'replaced' | 'left' | 'words', string[]> & { text: string }) {
    const placed = [...replaced, ...left].map((original, at) => ({
      number: at + 1,
      startsAt: text.indexOf(original),
      endsAt: text.indexOf(original) + original.length,
      kind: 'name' as const,
      basis: 'pattern' as const,
      replacement: '[name]',
      rejectedReason: at < replaced.length ? null : 'known to all'
    }))
    const found = words.map(one => findingsInWords(one, NOTHING_KNOWN, text, placed).map(({ kind }) => kind))
    return { found }
  },

  masked_words({ text, most, ...known }: { text: string; names: string[]; phones: string[]; most: number }) {
    const data = { ...NOTHING_KNOWN, ...known }
    return { whole: maskedWords(text, data, 'en'), listed: maskedWords(text, data, 'en', most) }
  },

  notice_second_eyes({ author, leftBy, verdict, people }) {
    const notice = { authorStaffId: author, undoneBy: leftBy }
    const may = people.filter((person: string) => {
      try {
        expectSecondEyes(notice, person, verdict)
        return true
      } catch {
        return false
      }
    })
    return { may }
  },

  notice_review({ state, verdict }: { state: NoticeState; verdict: ReviewVerdict }) {
    const after = reviewedState(state, verdict)
    return { state: after, mayBePublished: noticeRefusal(after, 'publish') === null }
  },

  segment({ rule, asOfDay, found }: { rule: SegmentRule; asOfDay: string; found: readonly AttributeValue[] }) {
    const block = new FilledBlock(columnsOf([rule]), 1)
    for (const [index, { condition }] of conditionsOf(rule).entries()) {
      const { key } = columnOf(condition)
      const value = found[index] ?? null
      const field = 'field' in condition ? segmentField(condition.field) : undefined
      const code = field?.kind === 'choice' ? field.choices.indexOf(String(value)) : Number(value)
      block.numbers(key)[0] = value === null ? Number.NaN : code
    }
    const { holds, conditions } = explainRule(rule, block, 0, dayNumber(asOfDay))
    return {
      belongs: holds,
      because: conditions.map(finding => conditionReason(finding, CURRENCY, 'en').text),
      decisive: conditions.flatMap(({ pointer, decisive }) => (decisive ? [pointer] : [])),
      changes: conditions.flatMap(finding =>
        finding.decisive ? finding.changes.map(change => changeReason(change, finding, CURRENCY, 'en').text) : []
      )
    }
  }
}

const YEAR_DAYS = 365
const HOUR_MS = 3_600_000

const monthNumber = (month: string): MonthNumber => monthOf(dayNumber(`${month}-01`))

function parameters(model: DropoutModel, { r, alphaDays, a, b }: Input): DropoutParameters {
  return { model, r, alpha: alphaDays, a, b }
}

/** Numbers with two places, as the guide shows them. */
function twoPlaces<T extends object>(figures: T): T {
  const shown = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? Math.round(value * 100) / 100 : value
  ])
  return Object.fromEntries(shown) as T
}
