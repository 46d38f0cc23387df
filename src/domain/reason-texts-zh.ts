import { minorText } from './money.ts'
import { type Catalogue, percentText } from './reason.ts'

type Place = { rank: number; amountMinor: number; currency: string }

/** Chinese writes no space before the sign. */
const percent = (share: number) => percentText(share).replace(' ', '')

const cutoff = (amountMinor: number | null, currency: string) =>
  amountMinor === null ? '（无金额）' : minorText(amountMinor, currency)

const byShare = (f: Place & { shareBefore: number; aShare: number; bShare: number }) =>
  `排名第 ${f.rank}，金额 ${minorText(f.amountMinor, f.currency)}；排在前面的占营业额 ${percent(f.shareBefore)}，A 类到 ${percent(f.aShare)} 为止，B 类到 ${percent(f.bShare)} 为止。`

const byAmount = (f: Place & { aMinor: number | null; bMinor: number | null }) =>
  `排名第 ${f.rank}，金额 ${minorText(f.amountMinor, f.currency)}；A 类从 ${cutoff(f.aMinor, f.currency)} 起，B 类从 ${cutoff(f.bMinor, f.currency)} 起。`

const among = (f: { score: number; scores: number; customers: number }) =>
  `在 ${f.customers} 位顾客中得 ${f.score} 分（满分 ${f.scores} 分）`

const figure = (value: number) => value.toFixed(2)
const signed = (value: number) => (value > 0 ? `+${figure(value)}` : figure(value))
/** At most one decimal, and none where it is 0. */
const short = (value: number) => String(Number(value.toFixed(1)))

const STATES: Readonly<Record<string, string>> = { due: '该来未来', overdue: '逾期', lapsed: '流失' }

const gain = (f: { risk: number; saveProbability: number; valueMinor: number; costMinor: number; currency: string }) =>
  `流失风险 ${percent(f.risk)} × 成功机会 ${percent(f.saveProbability)} × 留住他的价值 ${minorText(f.valueMinor, f.currency)}`

/** The sentence for each reason in Chinese. */
export const CHINESE: Catalogue = {
  'abc.share_before_below_cut': byShare,
  'abc.share_before_between_cuts': byShare,
  'abc.share_before_above_cuts': byShare,
  'abc.amount_reaches_cut': byAmount,
  'abc.amount_between_cuts': byAmount,
  'abc.amount_below_cuts': byAmount,
  'abc.no_purchase': () => '统计期内没有购买。',
  'abc.zero_net': () => '统计期内的退货正好抵消了购买。',
  'abc.negative_net': () => '统计期内的退货超过了购买。',
  'abc.not_yet_classified': () => '还没有一次分类计算涵盖这位顾客。',
  'abc.ranking_not_kept': () => '类别和金额是当时计算的结果，当时的排名已不再保存。',
  'abc.short_of_next_class': f => `距离 ${f.nextClass} 类还差 ${minorText(f.missingMinor, f.currency)}。`,
  'abc.kept_by_margin': f =>
    `仅按界线应为 ${f.plainClass} 类；在越过界线 ${percent(f.hysteresis)} 之前保持 ${f.class} 类。`,

  'rfm.no_purchase': () => '统计期内没有付款购买的日子，因此无法评分。',
  'rfm.recency': f => `最近一次购买在 ${f.recencyDays} 天前：${among(f)}。`,
  'rfm.frequency': f => `在 ${f.frequencyDays} 天里有购买：${among(f)}。`,
  'rfm.monetary': f => `消费 ${minorText(f.monetaryMinor, f.currency)}：${among(f)}。`,

  'loyalty.price_driven': () => '只看价格购买，这不是忠诚。',
  'loyalty.first_user': () => '属于新商品的最早使用者，视为忠诚。',
  'loyalty.favourite_share': f =>
    `${f.brandLines} 行购买中有 ${f.favouriteLines} 行属于最喜欢的品牌${f.favouriteBrand === null ? '' : `“${f.favouriteBrand}”`}（${percent(f.favouriteShare)}）；忠诚顾客至少 ${percent(f.loyalShare)}，摇摆顾客至少 ${percent(f.switcherShare)}。`,
  'loyalty.switch_rate': f =>
    `${f.steps} 次相邻购买中换了 ${f.brandSwitches} 次品牌（${percent(f.switchRate)}）；忠诚顾客不超过 ${percent(f.maxSwitchRate)}。`,
  'loyalty.purchase_days': f =>
    `在 ${f.purchaseDays} 天里有购买；忠诚顾客至少 ${f.loyalDays} 天，摇摆顾客至少 ${f.switcherDays} 天。`,
  'loyalty.overdue': () => '按本人的购买节奏已经逾期，因此目前不算忠诚。',
  'loyalty.attitude': f => `与竞争对手相比，对本店的评分为 ${signed(f.attitude)}。`,
  'loyalty.pattern_true': f => `与竞争对手相比，对本店的评分为 ${signed(f.attitude)}，并且持续购买：真正的忠诚。`,
  'loyalty.pattern_latent': f => `与竞争对手相比，对本店的评分为 ${signed(f.attitude)}，但很少坚持购买：潜在的忠诚。`,
  'loyalty.pattern_spurious': f => `持续购买，但与竞争对手相比，对本店的评分为 ${signed(f.attitude)}：虚假的忠诚。`,
  'loyalty.pattern_none': f => `与竞争对手相比，对本店的评分为 ${signed(f.attitude)}，也不坚持购买：没有忠诚。`,
  'loyalty.brand_lines_missing': f => `可以选择品牌的购买有 ${f.brandLines} 行；按品牌判断需要 ${f.neededLines} 行。`,
  'loyalty.attitude_unknown': () => '还没有问过他对本店和竞争对手的看法。',
  'loyalty.loyal_after_lines': f => `再连续购买 ${f.more} 行最喜欢的品牌，就成为忠诚顾客。`,
  'loyalty.loyal_after_days': f => `再有 ${f.more} 天购买，就成为忠诚顾客。`,
  'loyalty.loyal_if_not_price_driven': () => '如果也按正常价格购买，就可以按他购买的商品判断忠诚度。',
  'loyalty.loyal_if_attitude': () => '如果对本店的评分高于竞争对手，就成为忠诚顾客。',

  'first_user.early': f =>
    `买过 ${f.products} 种新商品，其中 ${f.observed} 种属于最早购买者；按机会只应有 ${figure(f.expected)} 种（概率 ${percent(f.chance)}）。`,
  'first_user.as_by_lot': f =>
    `买过 ${f.products} 种新商品，其中 ${f.observed} 种属于最早购买者；按机会应有 ${figure(f.expected)} 种，因此不能说明什么。`,
  'first_user.no_new_product': () => '还没有买过新商品。',
  'first_user.provisional': f => `${f.observed} 个最早名次中有 ${f.provisional} 个是暂定的：商品上市不久，购买者还少。`,
  'first_user.after_products': f => `再有 ${f.more} 种新商品属于最早购买者，就成为最早使用者。`,

  'price.share': f =>
    `${f.lines} 行购买中有 ${f.promotionLines} 行是促销购买（${percent(f.share)}；界线为 ${percent(f.priceDrivenShare)}）。`,
  'price.certain': f => `即使考虑偶然因素，促销购买也至少占 ${percent(f.lower)}。`,
  'price.above_expected': f =>
    `同样的商品在同样的几周里有 ${percent(f.expected)} 是促销购买；他的比例至少是它的 ${figure(f.priceDrivenRatio)} 倍。`,
  'price.as_expected': f =>
    `同样的商品在同样的几周里有 ${percent(f.expected)} 是促销购买；他的比例不到它的 ${figure(f.priceDrivenRatio)} 倍。`,
  'price.regular': () => '按固定的间隔购买，等待低价的人不会这样。',
  'price.too_few_lines': f => `买过 ${f.lines} 行；按促销判断需要 ${f.neededLines} 行。`,
  'price.expected_unknown': () => '不知道其他人购买同样商品时有多少是促销购买。',
  'price.ends_after_lines': f => `再有 ${f.more} 行按正常价格购买，就不再如此。`,

  'trust.purchases': f => `购买过 ${f.sales} 次。`,
  'trust.quality': f => `对所购商品评分 ${figure(f.quality)}（满分 5 分）；${figure(f.cognitiveQuality)} 分以上为好。`,
  'trust.quality_low': f => `对所购商品评分 ${figure(f.quality)}（满分 5 分），低于 ${figure(f.cognitiveQuality)} 分。`,
  'trust.few_returns': f =>
    `${f.sales} 次购买中退货 ${f.returns} 次（${percent(f.returnRate)}，不超过 ${percent(f.maxReturnRate)}）。`,
  'trust.many_returns': f =>
    `${f.sales} 次购买中退货 ${f.returns} 次（${percent(f.returnRate)}，超过 ${percent(f.maxReturnRate)}）。`,
  'trust.open_complaint': () => '有一件投诉尚未解决。',
  'trust.satisfaction': f =>
    `在 ${f.spanDays} 天内的 ${f.answers} 次回答中，满意度为 ${figure(f.mean)}（满分 5 分）；${figure(f.affectiveSatisfaction)} 分以上为高。`,
  'trust.low_answer': f => `有一次回答低至 ${f.lowest} 分；低于 ${f.affectiveLowestAnswer} 分不利于信任。`,
  'trust.complaints_not_recovered': f => `有 ${f.complaints} 件投诉没有得到补救。`,
  'trust.relationship': f => `成为顾客 ${f.tenureDays} 天，在 ${f.quarters} 个季度里有 ${f.purchaseDays} 天购买。`,
  'trust.referral': () => '介绍来的人已经购买。',
  'trust.complaint_past_deadline': () => '有一件投诉没有按时答复：降一级。',
  'trust.low_answers_in_a_row': () => '最近连续几次回答都很低：降一级。',
  'trust.overdue': () => '按本人的购买节奏已经逾期：降一级。',
  'trust.purchases_missing': f => `购买过 ${f.sales} 次；判断信任需要 ${f.neededSales} 次。`,
  'trust.answers_missing': f =>
    `在 ${f.spanDays} 天内有 ${f.answers} 次满意度回答；需要在 ${f.neededSpanDays} 天内有 ${f.neededAnswers} 次。`,
  'trust.relationship_missing': f =>
    `成为顾客 ${f.tenureDays} 天，在 ${f.quarters} 个季度里有 ${f.purchaseDays} 天购买；需要 ${f.neededTenureDays} 天、${f.neededPurchaseDays} 个购买日和 ${f.neededQuarters} 个季度。`,
  'trust.restored_without_triggers': f => `解决以后最多恢复 ${f.triggers} 级。`,

  'standing.strategic': f => (f.note === null ? '由经理标为战略顾客。' : `由经理标为战略顾客：${f.note}`),
  'standing.price_driven': () => '只看价格购买，因此无论金额多少都按一般顾客对待。',
  'standing.a_in_runs': f => `连续 ${f.runsInA} 次属于 A 类；${f.neededRuns} 次即为关键顾客。`,
  'standing.a_in_few_runs': f => `连续 ${f.runsInA} 次属于 A 类；${f.neededRuns} 次即为关键顾客。`,
  'standing.a_spurious': () => '属于 A 类，但他更愿意去别处。',
  'standing.b': () => '属于 B 类。',
  'standing.c_first_user': () => '属于 C 类，但是新商品的最早使用者。',
  'standing.c_referral': () => '属于 C 类，但能够介绍其他顾客。',
  'standing.c_complaint': () => '属于 C 类，但有投诉尚待补救。',
  'standing.c': () => '属于 C 类。',
  'standing.no_class': () => '不属于任何类别。',
  'standing.referral_unknown': () => '不知道他能否介绍其他顾客。',
  'standing.key_after_runs': f => `再有 ${f.missingRuns} 次保持 A 类，就成为关键顾客。`,

  'defection.active': f => `最近一次购买在 ${f.sinceDays} 天前；通常在 ${f.activeDays} 天内再来。`,
  'defection.due': f =>
    `最近一次购买在 ${f.sinceDays} 天前，超过了通常的 ${f.activeDays} 天；超过 ${f.dueDays} 天才算逾期。`,
  'defection.overdue': f =>
    `最近一次购买在 ${f.sinceDays} 天前，超过 ${f.dueDays} 天已经逾期；超过 ${f.overdueDays} 天算流失。`,
  'defection.lapsed': f => `最近一次购买在 ${f.sinceDays} 天前；超过 ${f.overdueDays} 天算流失。`,
  'defection.rhythm': f =>
    f.allMedianDays === null || f.allLateDays === null
      ? `本人的 ${f.gaps} 个购买间隔：一半在 ${short(f.ownMedianDays)} 天以内，绝大多数在 ${short(f.ownLateDays)} 天以内。`
      : `本人的 ${f.gaps} 个购买间隔：一半在 ${short(f.ownMedianDays)} 天以内，绝大多数在 ${short(f.ownLateDays)} 天以内；全体顾客（${short(f.allMedianDays)} 天和 ${short(f.allLateDays)} 天）相当于另外 ${f.weightGaps} 个间隔。`,
  'defection.hiatus': f => `已有 ${f.sinceDays} 天没有购买，超过 ${f.hiatusDays} 天。`,
  'defection.partial': f =>
    `最近 ${f.recentDays} 天消费 ${minorText(f.recentMinor, f.currency)}，不到通常的 ${minorText(f.usualMinor, f.currency)} 的 ${percent(f.share)}。`,
  'defection.not_partial': f =>
    `最近 ${f.recentDays} 天消费 ${minorText(f.recentMinor, f.currency)}，通常为 ${minorText(f.usualMinor, f.currency)}。`,
  'defection.rhythm_unknown': f => `有 ${f.purchaseDays} 个购买日；看出节奏需要 ${f.neededDays} 个。`,
  'defection.partial_unknown': f => `历史太短、太少或购买太稀疏，无法与最近 ${f.recentDays} 天比较。`,
  'defection.rhythm_after': f => `再有 ${f.missingDays} 个购买日就能看出他的节奏。`,
  'defection.hiatus_from': f => `在 ${f.on} 之前没有购买，届时算流失：超过 ${f.hiatusDays} 天没有购买。`,
  'defection.hiatus_ends': f => `再购买一天，就不再算流失；再有 ${f.missingDays} 个购买日就能看出他的节奏。`,
  'defection.stays_active': f => `在 ${f.on} 之前再购买一天，他就保持活跃。`,
  'defection.active_again': () => '再购买一天，他就重新活跃。',
  'defection.active_again_or': f =>
    `在 ${f.on} 之前再购买一天，他就重新活跃；否则届时为“${STATES[f.nextState] ?? f.nextState}”。`,
  'defection.partial_ends': f => `如果在这些天里多消费 ${minorText(f.missingMinor, f.currency)}，就足够了。`,

  'advice.cause_open_complaint': () => '可能的原因：有一件投诉尚未解决。',
  'advice.cause_badly_closed_complaint': () => '可能的原因：有一件投诉没有得到补救。',
  'advice.cause_product_gone': () => '可能的原因：他买得最多的商品（至少占他全部购买的一半）已经不卖了。',
  'advice.cause_product_returned': () => '可能的原因：他最近一次买的东西至少有一半退了货。',
  'advice.cause_price': () => '可能的原因：价格；他几乎只在促销时购买。',
  'advice.cause_service': () => '可能的原因：服务；他的评分很低。',
  'advice.cause_unknown': () => '没有已知的可能原因。',
  'advice.recover': () => '先解决投诉：必须给他答复。',
  'advice.win_back': f =>
    `赢回他：${gain(f)}，扣除成本 ${minorText(f.costMinor, f.currency)} 后得 ${minorText(f.netMinor, f.currency)}。`,
  'advice.keep': f =>
    `留住他：${gain(f)}，扣除成本 ${minorText(f.costMinor, f.currency)} 后得 ${minorText(f.netMinor, f.currency)}。`,
  'advice.watch': f => `观察：${gain(f)}，抵不上成本 ${minorText(f.costMinor, f.currency)}。`,
  'advice.watch_unknown': () => '观察：了解得太少，无法权衡是否行动。',
  'advice.let_go_price': () => '放手：他只看价格购买，留不住。',
  'advice.let_go_needs': () => '放手：本店满足不了他的需要。',
  'advice.let_go_value': f =>
    `放手：照目前情况，预期价值${f.expectedMinor === null ? '' : ` ${minorText(f.expectedMinor, f.currency)} `}低于一次行动的成本 ${minorText(f.costMinor, f.currency)}。`,
  'advice.value_unknown': () => '不知道他会带来多少。'
}
