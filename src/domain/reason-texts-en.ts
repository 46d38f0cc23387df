import { minorText } from './money.ts'
import { type Catalogue, countText, percentText } from './reason.ts'

type Place = { rank: number; amountMinor: number; currency: string }

const cutoff = (amountMinor: number | null, currency: string) =>
  amountMinor === null ? 'no amount' : minorText(amountMinor, currency)

const byShare = (f: Place & { shareBefore: number; aShare: number; bShare: number }) =>
  `Rank ${f.rank} with ${minorText(f.amountMinor, f.currency)}; ${percentText(f.shareBefore)} of the turnover is ranked before, A ends at ${percentText(f.aShare)}, B at ${percentText(f.bShare)}.`

const byAmount = (f: Place & { aMinor: number | null; bMinor: number | null }) =>
  `Rank ${f.rank} with ${minorText(f.amountMinor, f.currency)}; A starts at ${cutoff(f.aMinor, f.currency)}, B at ${cutoff(f.bMinor, f.currency)}.`

const among = (f: { score: number; scores: number; customers: number }) =>
  `${f.score} of ${f.scores} among ${countText(f.customers, 'customer')}`

const days = (count: number) => countText(count, 'day')
const plural = (count: number, one: string, more: string) => (count === 1 ? one : more)
const figure = (value: number) => value.toFixed(2)
/** At most one decimal, and none where it is 0. */
const short = (value: number) => String(Number(value.toFixed(1)))

const STATES: Readonly<Record<string, string>> = { due: 'due', overdue: 'overdue', lapsed: 'lapsed' }

const gain = (f: { risk: number; saveProbability: number; valueMinor: number; costMinor: number; currency: string }) =>
  `${percentText(f.risk)} risk × ${percentText(f.saveProbability)} chance of success × ${minorText(f.valueMinor, f.currency)} if he stays`

/** The sentence for each reason in English. */
export const ENGLISH: Catalogue = {
  'abc.share_before_below_cut': byShare,
  'abc.share_before_between_cuts': byShare,
  'abc.share_before_above_cuts': byShare,
  'abc.amount_reaches_cut': byAmount,
  'abc.amount_between_cuts': byAmount,
  'abc.amount_below_cuts': byAmount,
  'abc.no_purchase': () => 'No purchase in the window.',
  'abc.zero_net': () => 'Returns took back exactly what was bought in the window.',
  'abc.negative_net': () => 'Returns took back more than was bought in the window.',
  'abc.not_yet_classified': () => 'No run has looked at this customer yet.',
  'abc.ranking_not_kept': () => 'The class and the amount are as the run found them; its ranking is no longer kept.',
  'abc.short_of_next_class': f => `${minorText(f.missingMinor, f.currency)} short of ${f.nextClass}.`,
  'abc.kept_by_margin': f =>
    `The cuts alone say ${f.plainClass}; class ${f.class} stays until a cut is passed by ${percentText(f.hysteresis)}.`,

  'rfm.no_purchase': () => 'No paid purchase day in the window, so there is nothing to score.',
  'rfm.recency': f => `Last bought ${days(f.recencyDays)} ago: ${among(f)}.`,
  'rfm.frequency': f => `Bought on ${days(f.frequencyDays)}: ${among(f)}.`,
  'rfm.monetary': f => `Spent ${minorText(f.monetaryMinor, f.currency)}: ${among(f)}.`,

  'loyalty.price_driven': () => 'Buys by price alone, and that is no loyalty.',
  'loyalty.first_user': () => 'Is among the first users of new products, who count as loyal.',
  'loyalty.favourite_share': f =>
    `${f.favouriteLines} of ${countText(f.brandLines, 'line')} are of the favourite brand${f.favouriteBrand === null ? '' : ` ${f.favouriteBrand}`} (${percentText(f.favouriteShare)}); a loyal customer has at least ${percentText(f.loyalShare)}, a switcher ${percentText(f.switcherShare)}.`,
  'loyalty.switch_rate': f =>
    `Changed the brand in ${f.brandSwitches} of ${countText(f.steps, 'step')} (${percentText(f.switchRate)}); a loyal customer does so in at most ${percentText(f.maxSwitchRate)}.`,
  'loyalty.purchase_days': f =>
    `Bought on ${days(f.purchaseDays)}; a loyal customer on at least ${f.loyalDays}, a switcher on ${f.switcherDays}.`,
  'loyalty.overdue': () => 'Is overdue by his own rhythm, and so not loyal at present.',
  'loyalty.attitude': f => `Rates the shop ${signed(f.attitude)} against its competitor.`,
  'loyalty.pattern_true': f =>
    `Rates the shop ${signed(f.attitude)} against its competitor and keeps buying: true loyalty.`,
  'loyalty.pattern_latent': f =>
    `Rates the shop ${signed(f.attitude)} against its competitor, yet seldom keeps to it: latent loyalty.`,
  'loyalty.pattern_spurious': f =>
    `Keeps buying, yet rates the shop ${signed(f.attitude)} against its competitor: spurious loyalty.`,
  'loyalty.pattern_none': f =>
    `Rates the shop ${signed(f.attitude)} against its competitor and does not keep to it: no loyalty.`,
  'loyalty.brand_lines_missing': f =>
    `${countText(f.brandLines, 'line')} with a choice of brands; ${f.neededLines} are needed to judge by brands.`,
  'loyalty.attitude_unknown': () => 'Has not been asked what he thinks of the shop and of its competitor.',
  'loyalty.loyal_after_lines': f =>
    f.more === 1
      ? '1 more line of the favourite brand makes him loyal.'
      : `${f.more} more lines of the favourite brand in a row make him loyal.`,
  'loyalty.loyal_after_days': f => `${f.more} more purchase ${plural(f.more, 'day makes', 'days make')} him loyal.`,
  'loyalty.loyal_if_not_price_driven': () =>
    'Buying at the full price as well would let his loyalty be judged by what he buys.',
  'loyalty.loyal_if_attitude': () => 'Rating the shop above its competitor would make him loyal.',

  'first_user.early': f =>
    `Among the first to buy ${f.observed} of ${countText(f.products, 'new product')}, where ${figure(f.expected)} would fall to him by lot (chance ${percentText(f.chance)}).`,
  'first_user.as_by_lot': f =>
    `Among the first to buy ${f.observed} of ${countText(f.products, 'new product')}; ${figure(f.expected)} would fall to him by lot, so that proves nothing.`,
  'first_user.no_new_product': () => 'Has bought no new product yet.',
  'first_user.provisional': f =>
    `${f.provisional} of ${countText(f.observed, 'first place')} ${plural(f.provisional, 'is', 'are')} provisional: the product is young and has few buyers.`,
  'first_user.after_products': f =>
    `Being among the first with ${countText(f.more, 'more new product')} would make him a first user.`,

  'price.share': f =>
    `${f.promotionLines} of ${countText(f.lines, 'line')} bought on promotion (${percentText(f.share)}; ${percentText(f.priceDrivenShare)} are the limit).`,
  'price.certain': f =>
    `Even allowing for chance, at least ${percentText(f.lower)} of his lines are bought on promotion.`,
  'price.above_expected': f =>
    `The same products were bought on promotion in ${percentText(f.expected)} of cases in the same weeks; his share is at least ${figure(f.priceDrivenRatio)} times that.`,
  'price.as_expected': f =>
    `The same products were bought on promotion in ${percentText(f.expected)} of cases in the same weeks; his share is less than ${figure(f.priceDrivenRatio)} times that.`,
  'price.regular': () => 'Buys at regular intervals, as nobody does who waits for a low price.',
  'price.too_few_lines': f =>
    `${countText(f.lines, 'line')} bought; ${f.neededLines} are needed to judge by promotions.`,
  'price.expected_unknown': () => 'How often others bought the same products on promotion is not known.',
  'price.ends_after_lines': f => `${countText(f.more, 'more line')} at the full price would end it.`,

  'trust.purchases': f => `Bought ${f.sales} ${plural(f.sales, 'time', 'times')}.`,
  'trust.quality': f => `Rates what he got ${figure(f.quality)} of 5; ${figure(f.cognitiveQuality)} or more is good.`,
  'trust.quality_low': f => `Rates what he got ${figure(f.quality)} of 5, below ${figure(f.cognitiveQuality)}.`,
  'trust.few_returns': f =>
    `${countText(f.returns, 'return')} for ${countText(f.sales, 'purchase')} (${percentText(f.returnRate)}, at most ${percentText(f.maxReturnRate)}).`,
  'trust.many_returns': f =>
    `${countText(f.returns, 'return')} for ${countText(f.sales, 'purchase')} (${percentText(f.returnRate)}, more than ${percentText(f.maxReturnRate)}).`,
  'trust.open_complaint': () => 'A complaint is open.',
  'trust.satisfaction': f =>
    `Satisfied ${figure(f.mean)} of 5 in ${countText(f.answers, 'answer')} over ${days(f.spanDays)}; ${figure(f.affectiveSatisfaction)} or more is high.`,
  'trust.low_answer': f => `Answered as low as ${f.lowest} once; below ${f.affectiveLowestAnswer} stands against it.`,
  'trust.complaints_not_recovered': f => `${countText(f.complaints, 'complaint')} not made good.`,
  'trust.relationship': f =>
    `A customer for ${days(f.tenureDays)}, who bought on ${days(f.purchaseDays)} in ${countText(f.quarters, 'quarter')}.`,
  'trust.referral': () => 'Brought somebody who has bought.',
  'trust.complaint_past_deadline': () => 'A complaint was not answered in time: one level less.',
  'trust.low_answers_in_a_row': () => 'The latest answers in a row were low: one level less.',
  'trust.overdue': () => 'Is overdue by his own rhythm: one level less.',
  'trust.purchases_missing': f =>
    `Bought ${f.sales} of ${countText(f.neededSales, 'time')} that trust can be judged by.`,
  'trust.answers_missing': f =>
    `${countText(f.answers, 'answer')} about satisfaction over ${days(f.spanDays)}; ${f.neededAnswers} over ${days(f.neededSpanDays)} are needed.`,
  'trust.relationship_missing': f =>
    `A customer for ${days(f.tenureDays)}, on ${countText(f.purchaseDays, 'purchase day')} in ${countText(f.quarters, 'quarter')}; ${days(f.neededTenureDays)}, ${countText(f.neededPurchaseDays, 'purchase day')} and ${countText(f.neededQuarters, 'quarter')} are needed.`,
  'trust.restored_without_triggers': f => `Mending this gives back ${countText(f.triggers, 'level')} at most.`,

  'standing.strategic': f =>
    f.note === null ? 'Marked as strategic by a manager.' : `Marked as strategic by a manager: ${f.note}`,
  'standing.price_driven': () => 'Buys by price alone, so he gets general care whatever it comes to.',
  'standing.a_in_runs': f => `Class A in ${countText(f.runsInA, 'run')} in a row; ${f.neededRuns} make a key customer.`,
  'standing.a_in_few_runs': f =>
    `Class A in ${countText(f.runsInA, 'run')} in a row; ${f.neededRuns} make a key customer.`,
  'standing.a_spurious': () => 'Class A, but he would rather be elsewhere.',
  'standing.b': () => 'Class B.',
  'standing.c_first_user': () => 'Class C, but among the first users of new products.',
  'standing.c_referral': () => 'Class C, but able to bring others.',
  'standing.c_complaint': () => 'Class C, but a complaint is still to be mended.',
  'standing.c': () => 'Class C.',
  'standing.no_class': () => 'In no class.',
  'standing.referral_unknown': () => 'Whether he can bring others is not known.',
  'standing.key_after_runs': f => `Staying in A for ${countText(f.missingRuns, 'more run')} makes him a key customer.`,

  'defection.active': f => `Last bought ${days(f.sinceDays)} ago; usually buys again within ${days(f.activeDays)}.`,
  'defection.due': f =>
    `Last bought ${days(f.sinceDays)} ago, past the usual ${days(f.activeDays)}; overdue only after ${days(f.dueDays)}.`,
  'defection.overdue': f =>
    `Last bought ${days(f.sinceDays)} ago, overdue since ${days(f.dueDays)} passed; lapsed after ${days(f.overdueDays)}.`,
  'defection.lapsed': f => `Last bought ${days(f.sinceDays)} ago; lapsed after ${days(f.overdueDays)}.`,
  'defection.rhythm': f =>
    f.allMedianDays === null || f.allLateDays === null
      ? `His own ${countText(f.gaps, 'gap')} between purchases: half within ${short(f.ownMedianDays)} days, nearly all within ${short(f.ownLateDays)}.`
      : `His own ${countText(f.gaps, 'gap')} between purchases: half within ${short(f.ownMedianDays)} days, nearly all within ${short(f.ownLateDays)}; all customers (${short(f.allMedianDays)} and ${short(f.allLateDays)} days) count as ${countText(f.weightGaps, 'gap')} more.`,
  'defection.hiatus': f => `No purchase for ${days(f.sinceDays)}, more than ${f.hiatusDays}.`,
  'defection.partial': f =>
    `Spent ${minorText(f.recentMinor, f.currency)} in the last ${days(f.recentDays)}, less than ${percentText(f.share)} of the usual ${minorText(f.usualMinor, f.currency)}.`,
  'defection.not_partial': f =>
    `Spent ${minorText(f.recentMinor, f.currency)} in the last ${days(f.recentDays)}, usually ${minorText(f.usualMinor, f.currency)}.`,
  'defection.rhythm_unknown': f => `${countText(f.purchaseDays, 'purchase day')}; a rhythm needs ${f.neededDays}.`,
  'defection.partial_unknown': f =>
    `Too short, too rare or too little a history to compare ${days(f.recentDays)} with.`,
  'defection.rhythm_after': f =>
    `${f.missingDays} more purchase ${plural(f.missingDays, 'day shows', 'days show')} his rhythm.`,
  'defection.hiatus_from': f =>
    `Without a purchase before ${f.on} he is lapsed then: more than ${days(f.hiatusDays)} without one.`,
  'defection.hiatus_ends': f => `One more purchase day ends the hiatus; ${f.missingDays} of them show his rhythm.`,
  'defection.stays_active': f => `One more purchase day before ${f.on} keeps him active.`,
  'defection.active_again': () => 'One more purchase day makes him active again.',
  'defection.active_again_or': f =>
    `One more purchase day before ${f.on} makes him active again; without one he is ${STATES[f.nextState] ?? f.nextState} then.`,
  'defection.partial_ends': f =>
    `${minorText(f.missingMinor, f.currency)} more in the same days would have been enough.`,

  'advice.cause_open_complaint': () => 'Likely cause: a complaint that is still open.',
  'advice.cause_badly_closed_complaint': () => 'Likely cause: a complaint that was not made good.',
  'advice.cause_product_gone': () =>
    'Likely cause: his favourite, at least half of all that he bought, is sold no longer.',
  'advice.cause_product_returned': () => 'Likely cause: at least half of what he bought last came back.',
  'advice.cause_price': () => 'Likely cause: the price; he buys little that is not on promotion.',
  'advice.cause_service': () => 'Likely cause: the service, which he rates low.',
  'advice.cause_unknown': () => 'No likely cause is known.',
  'advice.recover': () => 'Mend the complaint first: an answer is owed.',
  'advice.win_back': f =>
    `Win him back: ${gain(f)} gains ${minorText(f.netMinor, f.currency)} after a cost of ${minorText(f.costMinor, f.currency)}.`,
  'advice.keep': f =>
    `Keep him: ${gain(f)} gains ${minorText(f.netMinor, f.currency)} after a cost of ${minorText(f.costMinor, f.currency)}.`,
  'advice.watch': f => `Watch: ${gain(f)} does not pay a cost of ${minorText(f.costMinor, f.currency)}.`,
  'advice.watch_unknown': () => 'Watch: too little is known to weigh an attempt.',
  'advice.let_go_price': () => 'Let go: he buys by price alone and cannot be held.',
  'advice.let_go_needs': () => 'Let go: the shop does not serve what he needs.',
  'advice.let_go_value': f =>
    `Let go: the ${f.expectedMinor === null ? 'value' : minorText(f.expectedMinor, f.currency)} expected of him as things stand is less than an attempt costs (${minorText(f.costMinor, f.currency)}).`,
  'advice.value_unknown': () => 'What he would bring is not known.'
}

function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : figure(value)
}
