import type { Facts } from './errors.ts'

type None = Readonly<Record<string, never>>
type Money<K extends string> = { readonly [N in K]: number } & { readonly currency: string }

type Cutoffs = { readonly aMinor: number | null; readonly bMinor: number | null }
type Place = Money<'amountMinor' | 'beforeMinor' | 'totalMinor'> &
  Cutoffs & { readonly rank: number; readonly shareBefore: number }
type SharePlace = Place & { readonly aShare: number; readonly bShare: number }

type Score = { readonly score: number; readonly scores: number; readonly customers: number }

type Lateness = {
  readonly sinceDays: number
  readonly activeDays: number
  readonly dueDays: number
  readonly overdueDays: number
}
type RecentSpend = Money<'recentMinor' | 'usualMinor'> & { readonly recentDays: number; readonly share: number }

type Attitude = { readonly attitude: number }
type FirstUse = {
  readonly products: number
  readonly observed: number
  readonly expected: number
  readonly chance: number
  readonly significance: number
}
type Weighed = Money<'valueMinor' | 'costMinor' | 'netMinor'> & {
  readonly expectedMinor: number | null
  readonly risk: number
  readonly saveProbability: number
}

/**
 * Every reason that a classification can give, with the figures that its sentence uses. Shares are 0..1. The sentences are
 * in the catalogues of the languages, which must know exactly these codes.
 */
export interface ReasonFigures {
  'abc.share_before_below_cut': SharePlace
  'abc.share_before_between_cuts': SharePlace
  'abc.share_before_above_cuts': SharePlace
  'abc.amount_reaches_cut': Place
  'abc.amount_between_cuts': Place
  'abc.amount_below_cuts': Place
  'abc.no_purchase': Facts
  'abc.zero_net': Money<'amountMinor'>
  'abc.negative_net': Money<'amountMinor'>
  'abc.not_yet_classified': None
  'abc.ranking_not_kept': Money<'amountMinor'> & Cutoffs
  'abc.short_of_next_class': Money<'missingMinor'> & { readonly nextClass: 'A' | 'B' | 'C' }
  'abc.kept_by_margin': { readonly plainClass: string; readonly class: string; readonly hysteresis: number }

  'rfm.no_purchase': { readonly customers: number }
  'rfm.recency': Score & { readonly recencyDays: number; readonly betterThanDays: number | null }
  'rfm.frequency': Score & { readonly frequencyDays: number; readonly betterThanDays: number | null }
  'rfm.monetary': Score & Money<'monetaryMinor'> & { readonly betterThanMinor: number | null }

  'loyalty.price_driven': None
  'loyalty.first_user': None
  'loyalty.favourite_share': {
    readonly favouriteBrand: string | null
    readonly favouriteLines: number
    readonly brandLines: number
    readonly favouriteShare: number
    readonly loyalShare: number
    readonly switcherShare: number
  }
  'loyalty.switch_rate': {
    readonly brandSwitches: number
    readonly steps: number
    readonly switchRate: number
    readonly maxSwitchRate: number
  }
  'loyalty.purchase_days': { readonly purchaseDays: number; readonly loyalDays: number; readonly switcherDays: number }
  'loyalty.overdue': None
  'loyalty.attitude': Attitude
  'loyalty.pattern_true': Attitude
  'loyalty.pattern_latent': Attitude
  'loyalty.pattern_spurious': Attitude
  'loyalty.pattern_none': Attitude
  'loyalty.brand_lines_missing': { readonly brandLines: number; readonly neededLines: number }
  'loyalty.attitude_unknown': None
  'loyalty.loyal_after_lines': { readonly more: number }
  'loyalty.loyal_after_days': { readonly more: number }
  'loyalty.loyal_if_not_price_driven': None
  'loyalty.loyal_if_attitude': None

  'first_user.early': FirstUse
  'first_user.as_by_lot': FirstUse
  'first_user.no_new_product': None
  'first_user.provisional': { readonly provisional: number; readonly observed: number }
  'first_user.after_products': { readonly more: number }

  'price.share': {
    readonly promotionLines: number
    readonly lines: number
    readonly share: number
    readonly priceDrivenShare: number
  }
  'price.certain': { readonly lower: number; readonly priceDrivenShare: number }
  'price.above_expected': { readonly share: number; readonly expected: number; readonly priceDrivenRatio: number }
  'price.as_expected': { readonly share: number; readonly expected: number; readonly priceDrivenRatio: number }
  'price.regular': None
  'price.too_few_lines': { readonly lines: number; readonly neededLines: number }
  'price.expected_unknown': None
  'price.ends_after_lines': { readonly more: number }

  'trust.purchases': { readonly sales: number }
  'trust.quality': { readonly quality: number; readonly cognitiveQuality: number }
  'trust.quality_low': { readonly quality: number; readonly cognitiveQuality: number }
  'trust.few_returns': {
    readonly returns: number
    readonly sales: number
    readonly returnRate: number
    readonly maxReturnRate: number
  }
  'trust.many_returns': {
    readonly returns: number
    readonly sales: number
    readonly returnRate: number
    readonly maxReturnRate: number
  }
  'trust.open_complaint': None
  'trust.satisfaction': {
    readonly mean: number
    readonly answers: number
    readonly spanDays: number
    readonly affectiveSatisfaction: number
  }
  'trust.low_answer': { readonly lowest: number; readonly affectiveLowestAnswer: number }
  'trust.complaints_not_recovered': { readonly complaints: number }
  'trust.relationship': { readonly tenureDays: number; readonly purchaseDays: number; readonly quarters: number }
  'trust.referral': None
  'trust.complaint_past_deadline': None
  'trust.low_answers_in_a_row': None
  'trust.overdue': None
  'trust.purchases_missing': { readonly sales: number; readonly neededSales: number }
  'trust.answers_missing': {
    readonly answers: number
    readonly spanDays: number
    readonly neededAnswers: number
    readonly neededSpanDays: number
  }
  'trust.relationship_missing': {
    readonly tenureDays: number
    readonly purchaseDays: number
    readonly quarters: number
    readonly neededTenureDays: number
    readonly neededPurchaseDays: number
    readonly neededQuarters: number
  }
  'trust.restored_without_triggers': { readonly triggers: number }

  'standing.strategic': { readonly note: string | null }
  'standing.price_driven': None
  'standing.a_in_runs': { readonly runsInA: number; readonly neededRuns: number }
  'standing.a_in_few_runs': { readonly runsInA: number; readonly neededRuns: number }
  'standing.a_spurious': None
  'standing.b': None
  'standing.c_first_user': None
  'standing.c_referral': None
  'standing.c_complaint': None
  'standing.c': None
  'standing.no_class': None
  'standing.referral_unknown': None
  'standing.key_after_runs': { readonly missingRuns: number }

  'defection.active': Lateness
  'defection.due': Lateness
  'defection.overdue': Lateness
  'defection.lapsed': Lateness
  'defection.rhythm': {
    readonly gaps: number
    readonly ownMedianDays: number
    readonly ownLateDays: number
    readonly allMedianDays: number | null
    readonly allLateDays: number | null
    readonly weightGaps: number
  }
  'defection.hiatus': { readonly sinceDays: number; readonly hiatusDays: number }
  'defection.partial': RecentSpend
  'defection.not_partial': RecentSpend
  'defection.rhythm_unknown': { readonly purchaseDays: number; readonly neededDays: number }
  'defection.partial_unknown': { readonly recentDays: number }
  'defection.rhythm_after': { readonly missingDays: number }
  'defection.hiatus_from': { readonly on: string; readonly hiatusDays: number }
  'defection.hiatus_ends': { readonly missingDays: number }
  'defection.stays_active': { readonly on: string; readonly nextState: string }
  'defection.active_again': None
  'defection.active_again_or': { readonly on: string; readonly nextState: string }
  'defection.partial_ends': Money<'missingMinor'>

  'advice.cause_open_complaint': None
  'advice.cause_badly_closed_complaint': None
  'advice.cause_product_gone': None
  'advice.cause_product_returned': None
  'advice.cause_price': None
  'advice.cause_service': None
  'advice.cause_unknown': None
  'advice.recover': None
  'advice.win_back': Weighed
  'advice.keep': Weighed
  'advice.watch': Weighed
  'advice.watch_unknown': None
  'advice.let_go_price': None
  'advice.let_go_needs': None
  'advice.let_go_value': {
    readonly valueMinor: number | null
    readonly expectedMinor: number | null
    readonly costMinor: number
    readonly currency: string
  }
  'advice.value_unknown': None
}
