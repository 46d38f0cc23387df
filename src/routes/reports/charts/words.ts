import type { Language } from '../../../domain/language.ts'

/** One thing or so many, by what is written of the number. */
const many = (count: string, thing: string): string => `${count} ${thing}${count === '1' ? '' : 's'}`

/** What charts say, once for each language: the type keeps the two from falling apart. */
const ENGLISH = {
  nothing: 'Nothing to show yet',
  nothingBeforeRun: 'No classification run has been applied yet.',
  nothingBeforeTwoRuns: 'There are no two applied classification runs to compare yet.',
  nothingBought: 'Nothing was bought in this time.',
  nothingTogether: (least: string) => `No two products were in ${least} baskets together; in fewer it may be chance.`,
  nothingChanged: 'No demand has changed.',
  allStores: 'All stores',
  oneStore: 'One store',
  noStore: 'No home store',
  others: 'Others',
  notFiled: 'No category',
  asOf: (day: string) => `as of ${day}`,
  days: (from: string, to: string) => `${from} to ${to}`,
  customersOf: (count: string) => many(count, 'customer'),
  partial: '* The month is not over.',
  moreStores: (shown: string, all: string) => `The ${shown} stores with the largest turnover of ${all}.`,
  moreRows: (shown: string, all: string) => `The first ${shown} of ${all}.`,
  latestRows: (shown: string, all: string) => `The latest ${shown} of ${all}.`,

  abcTitle: 'Who makes how much of the turnover',
  shareOfCustomers: 'Share of the customers, the best first',
  shareOfTurnover: 'Share of the turnover',
  equal: 'If all bought alike',
  classLine: (name: string, customers: string, share: string) => `${name}: ${many(customers, 'customer')}, ${share}`,
  turnoverLine: (share: string, amount: string) => `${share} of the turnover, ${amount}`,
  topFifth: (share: string) => `The best fifth makes ${share} of the turnover.`,
  gini: (value: string) => `Gini coefficient ${value}`,
  unranked: (customers: string) => `Without turnover, in no class: ${many(customers, 'customer')}`,
  anonymous: (share: string) => `Of nobody known: ${share} of all turnover`,

  migrationTitle: 'Where the customers of each class went',
  classThen: 'Class then',
  classNow: 'Class now',
  stayed: (share: string) => `${share} are in the class in which they were.`,
  newcomers: (count: string) => `Besides, in no row: ${many(count, 'new customer')}.`,

  rfmTitle: 'How recently and how often customers buy',
  recency: 'How recently (best: at the top)',
  frequency: 'How often (best: on the right)',
  meanAmount: 'Below the number of customers: their mean amount',
  unscored: (count: string) => `Not shown: ${many(count, 'customer')} without a purchase in the window.`,

  loyaltyTitle: 'How loyal the customers of each class are',
  firstUsers: (count: string) => `First users of new products: ${count}`,
  priceDriven: (count: string) => `Driven by price: ${count}`,
  loyalty: { loyal: 'Loyal', switcher: 'Switchers', non_loyal: 'Not loyal', unknown: 'Unknown' },
  classNames: { A: 'Class A', B: 'Class B', C: 'Class C', none: 'No class' },

  trustTitle: 'How deep the relationships go',
  trust: {
    behavioral: 'They stay',
    affective: 'They are content',
    cognitive: 'They rely on quality',
    none: 'No trust yet',
    insufficient: 'Too little is known'
  },
  reached: (count: string, share: string) => `${count} (${share})`,

  defectionTitle: 'Who is leaving, and what is at stake',
  atRiskLine: (count: string, amount: string) => `${many(count, 'customer')} at risk, ${amount} at stake`,
  byRecommendation: 'By advice',
  byState: 'By state',
  byBasis: 'By what told the state',
  byCause: 'By likely cause',
  byClass: 'By class',
  byStore: 'By home store',
  basis: { cadence: 'Own rhythm', hiatus: 'Silence alone', none: 'Too little known' },
  likelyCause: {
    open_complaint: 'Open complaint',
    badly_closed_complaint: 'Badly closed complaint',
    product_gone: 'Favourite sold no longer',
    product_returned: 'Goods returned',
    price: 'Price',
    service: 'Service',
    unknown: 'Not known'
  },
  recommendation: { recover: 'Recover', win_back: 'Win back', watch: 'Watch', keep: 'Keep', let_go: 'Let go' },
  state: { active: 'Active', due: 'Due', overdue: 'Overdue', lapsed: 'Lapsed', unknown: 'Unknown' },
  stakeLabel: (amount: string, count: string) => `${amount} · ${count}`,
  stakeNote: 'Value at stake and number of customers at risk',

  adviceTitle: 'How often advice on customers at risk was right',
  saveChance: (share: string, basis: string) => `An attempt is taken to succeed in ${share} of cases: ${basis}`,
  saveBasis: {
    assumed: 'your assumption',
    observed: 'what came of attempts so far',
    beyond_returners: 'what came of attempts so far, less those who come back by themselves'
  },
  adviceNote: 'Share of advice that was right, of how much that can be judged; its range at 95 %; advice still open',
  adviceLabel: (share: string, lower: string, upper: string) => `${share} (${lower} to ${upper})`,
  adviceOpen: (judged: string, open: string) => `${judged} · ${open} open`,
  notJudged: 'none to judge yet',

  effortTitle: 'The effort saved on customers who are not pursued',
  sparedLine: (customers: string, minutes: string) =>
    `Not pursued now: ${many(customers, 'customer')}, ${many(minutes, 'minute')} of care a month`,
  savedLine: (days: string, what: string) => `Refused from ${days}, and never granted: ${what}`,
  effortLabel: (attempts: string, minutes: string, amount: string) => `${attempts} · ${minutes} min · ${amount}`,
  sparedLabel: (customers: string, minutes: string) => `${minutes} min · ${customers}`,
  notPursuedOf: (cause: string, abcClass: string) => `${abcClass}, ${cause}`,
  notPursued: { price_driven: 'price-driven', let_go: 'to let go' },
  efforts: {
    relationship_manager: 'Relationship manager',
    care_task: 'Care task',
    campaign: 'Campaign',
    win_back: 'Win back',
    keep: 'Keep',
    recover: 'Recover'
  },
  sparedHeading: 'Spared a month: minutes, customers',
  savedHeading: 'Refused and saved',
  laterHeading: 'Refused, and granted later',
  grantedHeading: 'Granted by a manager',
  effortNote: 'Beside efforts: requests, minutes, money',
  allPursued: 'Everybody is pursued, and nothing was refused.',

  coreTitle: 'How far customers are a core',
  coreNote:
    'Mean of the shares that are known: core customers, their turnover, known turnover, A customers with a manager.',
  coreUnknown: 'Months before the first classification run are empty.',

  cohortTitle: 'Who came back after the first purchase',
  cohortAge: 'Months since the first purchase',
  cohortMonth: 'Month of the first purchase (customers)',
  cohortNote: 'Share of those who first bought in a month who bought again so many months later',

  habitsTitle: 'What is bought, how much, how often and when',
  medianBasket: 'Median basket',
  medianUnits: 'Median pieces',
  medianGap: 'Median days between purchases',
  regular: 'Customers with a regular rhythm',
  whatIsBought: 'Share of the turnover',
  whenIsBought: 'Receipts by weekday and hour of the store',
  weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],

  pairsTitle: 'Which products are bought together',
  pairsNote: 'Times as often in one basket as by chance, and number of baskets',
  pairLabel: (lift: string, baskets: string) => `×${lift} · ${baskets}`,
  fewerTogether: (pairs: string, least: string, most: string) =>
    `Left out: ${many(pairs, 'pair')} in fewer than ${least} baskets, the most frequent in ${most}.`,

  handlingTitle: 'How complaints were handled',
  handlingLine: (complaints: string, firstTime: string, recovered: string) =>
    `${many(complaints, 'complaint')}; handled the first time ${firstTime}, recovered ${recovered}`,
  handlingTimes: (answer: string, close: string) => `Median hours to the answer ${answer}, to the closure ${close}`,
  handlingNote:
    'Bar: handled the first time, of those of which it can be told. Beside it: that, recovered, reopened, complaints, complaints per 1,000 sales',
  handlingLabel: (shares: string, complaints: string, perThousand: string) =>
    `${shares} · ${complaints} · ${perThousand}`,
  nothingComplained: 'Nobody complained in this time.',
  causesTitle: 'What makes most of the complaints',
  causesLine: (complaints: string, open: string) => `${many(complaints, 'complaint')}, ${open} without a cause so far`,
  causesNote: 'Number of complaints, and their share together with all larger ones',
  causesLabel: (complaints: string, together: string) => `${complaints} · ${together}`,
  causes: {
    expectation_gap: 'Promised more than was kept',
    product_quality: 'Quality of the product',
    staff_service: 'Service',
    undetermined: 'Could not be determined',
    none: 'No cause yet'
  },
  notKnown: 'Not known',
  costsTitle: 'What it costs to make complaints good',
  costsLine: (amount: string, granted: string) => `${amount} in ${granted} remedies`,
  costsRest: (waiting: string, refused: string) =>
    `${waiting} wait for approval and cost nothing yet; ${refused} were refused.`,
  nothingGranted: 'No remedy was asked for in this time.',
  remedies: {
    refund: 'Refund',
    replacement: 'Replacement',
    voucher: 'Voucher',
    discount: 'Discount',
    repair: 'Repair',
    apology: 'Apology'
  },
  roles: {
    front_line: 'Front line',
    relationship_manager: 'Relationship manager',
    store_manager: 'Store manager',
    owner: 'Owner'
  },

  answeredTitle: 'How much of what customers said was answered in time',
  answeredLine: (share: string, lower: string, upper: string) =>
    `${share} answered in time (95 %: ${lower} to ${upper})`,
  answeredNote: 'Share in time, and how many of those that were owed an answer',
  answeredLabel: (share: string, inTime: string, owed: string) => `${share} · ${inTime} of ${owed}`,
  answeredRest: (late: string, overdue: string, notDue: string) =>
    `${late} answered late, ${overdue} overdue, ${notDue} not due yet and not counted.`,
  nothingSaid: 'Nobody said anything in this time.',
  nothingOwed: 'No answer has fallen due yet.',
  ofNoStore: 'Of no store',
  channels: {
    visit: 'Visit',
    round: 'Round',
    customer_meeting: 'Customer meeting',
    letter: 'Letter',
    hotline: 'Hotline',
    counter: 'Counter',
    email: 'E-mail',
    chat: 'Chat',
    survey: 'Survey',
    web: 'Web'
  },

  careTitle: 'How much of what was owed to customers was done in time',
  careLine: (share: string, lower: string, upper: string) => `${share} done in time (95 %: ${lower} to ${upper})`,
  careNote: 'Share of tasks done in time, and how many of those that were due',
  careRest: (late: string, overdue: string, notDue: string) =>
    `${late} done late, ${overdue} overdue, ${notDue} not due yet and not counted.`,
  careKinds: {
    call: 'Calls',
    visit: 'Visits',
    thank_you: 'Thank-you cards',
    review: 'Reviews of the file',
    guidance: 'Guidance after buying',
    complaint_contact: 'Contacts after a complaint'
  },
  noCare: 'Nothing was owed in this time.',
  noCareOwed: 'No task has come due yet.',

  conversionTitle: 'Which inquiries became customers',
  conversionLine: (share: string, lower: string, upper: string) =>
    `${share} became customers (95 %: ${lower} to ${upper})`,
  conversionLag: (median: string, p90: string) => `Half of them within ${median} days, nine in ten within ${p90}`,
  conversionNote: 'Share of those who asked, and how many of how many',
  conversionLabel: (share: string, converted: string, all: string) => `${share} · ${converted} of ${all}`,
  nobodyAsked: 'Nobody has asked in this time.',
  ofNobody: 'Nobody assigned',
  inquiryChannels: {
    counter: 'Counter',
    hotline: 'Hotline',
    letter: 'Letter',
    email: 'E-mail',
    chat: 'Chat',
    web: 'Web',
    visit: 'Visit',
    round: 'Round',
    customer_meeting: 'Customer meeting',
    event: 'Event',
    other: 'Other'
  },

  coverageTitle: 'Where, and to whom, the shop has listened',
  coverageLine: (covered: string, stores: string, listened: string, all: string) =>
    `Sessions in ${covered} of ${stores} stores; ${listened} of ${all} A customers were listened to`,
  coverageNote: 'Share of the A customers of each store who came or were visited; sessions held, and findings',
  coverageLabel: (share: string, held: string, findings: string) =>
    `${share} · sessions: ${held}, findings: ${findings}`,
  noStores: 'There are no stores yet.',

  demandTitle: 'Where demand has changed',
  demandNote: 'Units a week; dashed: the mean of the baseline; shaded: since the change began',
  demandCounts: (more: string, less: string, stable: string, unsaid: string) =>
    `${more} more, ${less} less, ${stable} unchanged, ${unsaid} without enough to say`,
  demandState: {
    increased: 'more',
    decreased: 'less',
    stable: 'unchanged',
    baseline_short: 'too few weeks',
    no_spread: 'too even to say'
  }
}

export type Words = typeof ENGLISH

const CHINESE: Words = {
  nothing: '暂无数据',
  nothingBeforeRun: '尚未应用任何分类运行。',
  nothingBeforeTwoRuns: '尚无两次已应用的分类运行可供比较。',
  nothingBought: '这段时间内没有购买记录。',
  nothingTogether: least => `没有任何两种商品在 ${least} 个购物篮中同时出现；更少则可能只是巧合。`,
  nothingChanged: '需求没有变化。',
  allStores: '全部门店',
  oneStore: '单个门店',
  noStore: '无归属门店',
  others: '其他',
  notFiled: '无类别',
  asOf: day => `截至 ${day}`,
  days: (from, to) => `${from} 至 ${to}`,
  customersOf: count => `${count} 位顾客`,
  partial: '* 该月尚未结束。',
  moreStores: (shown, all) => `共 ${all} 家门店，此处为营业额最高的 ${shown} 家。`,
  moreRows: (shown, all) => `共 ${all} 项，此处为前 ${shown} 项。`,
  latestRows: (shown, all) => `共 ${all} 项，此处为最近 ${shown} 项。`,

  abcTitle: '谁贡献了多少营业额',
  shareOfCustomers: '顾客占比（从最好的顾客起）',
  shareOfTurnover: '营业额占比',
  equal: '若人人购买相同',
  classLine: (name, customers, share) => `${name}：${customers} 位顾客，占 ${share}`,
  turnoverLine: (share, amount) => `营业额的 ${share}，${amount}`,
  topFifth: share => `最好的五分之一顾客贡献营业额的 ${share}。`,
  gini: value => `基尼系数 ${value}`,
  unranked: customers => `没有营业额、不属任何类别：${customers} 位顾客`,
  anonymous: share => `身份不明者：占全部营业额的 ${share}`,

  migrationTitle: '各类顾客的去向',
  classThen: '当时类别',
  classNow: '现在类别',
  stayed: share => `${share} 的顾客仍在原类别。`,
  newcomers: count => `另有 ${count} 位新顾客，不在任何一行中。`,

  rfmTitle: '顾客最近何时购买、多久购买一次',
  recency: '最近程度（最上为最近）',
  frequency: '购买频率（最右为最频繁）',
  meanAmount: '人数下方为平均金额',
  unscored: count => `${count} 位顾客在此期间没有购买，未列出。`,

  loyaltyTitle: '各类顾客的忠诚度',
  firstUsers: count => `新品首批使用者：${count}`,
  priceDriven: count => `受价格驱动者：${count}`,
  loyalty: { loyal: '忠诚', switcher: '摇摆', non_loyal: '不忠诚', unknown: '未知' },
  classNames: { A: 'A 类', B: 'B 类', C: 'C 类', none: '无类别' },

  trustTitle: '顾客关系有多深',
  trust: {
    behavioral: '行为信任',
    affective: '情感信任',
    cognitive: '认知信任',
    none: '尚无信任',
    insufficient: '依据不足'
  },
  reached: (count, share) => `${count}（${share}）`,

  defectionTitle: '谁正在流失，涉及多少价值',
  atRiskLine: (count, amount) => `${count} 位顾客有流失风险，涉及 ${amount}`,
  byRecommendation: '按建议',
  byState: '按状态',
  byBasis: '按判断依据',
  byCause: '按可能原因',
  byClass: '按类别',
  byStore: '按归属门店',
  basis: { cadence: '自身节奏', hiatus: '仅凭沉默', none: '依据不足' },
  likelyCause: {
    open_complaint: '未了结的投诉',
    badly_closed_complaint: '处理不当的投诉',
    product_gone: '常买商品已停售',
    product_returned: '退货',
    price: '价格',
    service: '服务',
    unknown: '不详'
  },
  recommendation: { recover: '补救', win_back: '挽回', watch: '观察', keep: '保持', let_go: '放手' },
  state: { active: '活跃', due: '到期', overdue: '逾期', lapsed: '流失', unknown: '未知' },
  stakeLabel: (amount, count) => `${amount} · ${count} 人`,
  stakeNote: '涉及价值与有风险的顾客人数',

  adviceTitle: '对有流失风险顾客的建议有多准',
  saveChance: (share, basis) => `一次尝试的成功率按 ${share} 计：${basis}`,
  saveBasis: {
    assumed: '为您的假设',
    observed: '依据迄今的尝试结果',
    beyond_returners: '依据迄今的尝试结果，扣除自行回来的顾客'
  },
  adviceNote: '可以判断的建议中正确的比例与数量，95% 区间，以及尚未到期的建议数',
  adviceLabel: (share, lower, upper) => `${share}（${lower} 至 ${upper}）`,
  adviceOpen: (judged, open) => `${judged} · 未到期 ${open}`,
  notJudged: '尚无可判断者',

  effortTitle: '在不予追求的顾客身上省下的投入',
  sparedLine: (customers, minutes) => `目前不予追求：${customers} 位顾客，每月 ${minutes} 分钟关怀`,
  savedLine: (days, what) => `${days} 被拒绝且之后未获批准：${what}`,
  effortLabel: (attempts, minutes, amount) => `${attempts} 次 · ${minutes} 分钟 · ${amount}`,
  sparedLabel: (customers, minutes) => `${minutes} 分钟 · ${customers} 人`,
  notPursuedOf: (cause, abcClass) => `${abcClass}，${cause}`,
  notPursued: { price_driven: '受价格驱动', let_go: '建议放手' },
  efforts: {
    relationship_manager: '客户经理',
    care_task: '关怀任务',
    campaign: '营销活动',
    win_back: '挽回',
    keep: '保持',
    recover: '补救'
  },
  sparedHeading: '每月省下：分钟数、人数',
  savedHeading: '已拒绝并省下',
  laterHeading: '先拒绝，后获批准',
  grantedHeading: '由经理批准',
  effortNote: '各项投入旁：请求次数、分钟数、金额',
  allPursued: '没有不予追求的顾客，也没有拒绝任何请求。',

  coreTitle: '顾客在多大程度上形成核心',
  coreNote: '已知各项占比的平均值：核心顾客、其营业额、已知顾客营业额、有专属经理的 A 类顾客。',
  coreUnknown: '首次分类运行之前的月份为空。',

  cohortTitle: '首次购买后谁又回来了',
  cohortAge: '首次购买后的月数',
  cohortMonth: '首次购买月份（人数）',
  cohortNote: '某月首次购买的顾客中，若干个月后再次购买者所占比例',

  habitsTitle: '买什么、买多少、多久买一次、何时买',
  medianBasket: '购物篮中位金额',
  medianUnits: '件数中位数',
  medianGap: '两次购买间隔中位天数',
  regular: '购买有规律的顾客',
  whatIsBought: '营业额占比',
  whenIsBought: '按门店星期与时段的小票数',
  weekdays: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],

  pairsTitle: '哪些商品常被一起购买',
  pairsNote: '同篮出现次数为随机情况的倍数，以及购物篮数',
  pairLabel: (lift, baskets) => `${lift} 倍 · ${baskets} 篮`,
  fewerTogether: (pairs, least, most) => `未列出：${pairs} 对商品同篮少于 ${least} 次，其中最多 ${most} 次。`,

  handlingTitle: '投诉处理情况',
  handlingLine: (complaints, firstTime, recovered) =>
    `投诉 ${complaints} 件；首次即妥善处理 ${firstTime}，顾客满意 ${recovered}`,
  handlingTimes: (answer, close) => `答复时间中位数 ${answer} 小时，结案时间中位数 ${close} 小时`,
  handlingNote:
    '条形：首次即妥善处理的比例（仅计可以判断者）。右侧：该比例、顾客满意、重新受理、投诉件数、每千笔销售投诉数',
  handlingLabel: (shares, complaints, perThousand) => `${shares} · ${complaints} 件 · ${perThousand}‰`,
  nothingComplained: '这段时间内没有投诉。',
  causesTitle: '多数投诉因何而起',
  causesLine: (complaints, open) => `投诉 ${complaints} 件，其中 ${open} 件尚未查明原因`,
  causesNote: '投诉件数，以及与所有更大项合计所占比例',
  causesLabel: (complaints, together) => `${complaints} 件 · ${together}`,
  causes: {
    expectation_gap: '承诺未兑现',
    product_quality: '商品质量',
    staff_service: '服务',
    undetermined: '无法确定',
    none: '尚未查明'
  },
  notKnown: '不详',
  costsTitle: '补救投诉的费用',
  costsLine: (amount, granted) => `${granted} 项补救，共 ${amount}`,
  costsRest: (waiting, refused) => `${waiting} 项待批准，尚无费用；${refused} 项被拒绝。`,
  nothingGranted: '这段时间内没有补救申请。',
  remedies: {
    refund: '退款',
    replacement: '换货',
    voucher: '代金券',
    discount: '折扣',
    repair: '维修',
    apology: '致歉'
  },
  roles: {
    front_line: '一线员工',
    relationship_manager: '客户经理',
    store_manager: '店长',
    owner: '店主'
  },

  answeredTitle: '顾客意见的按时答复情况',
  answeredLine: (share, lower, upper) => `按时答复 ${share}（95% 区间：${lower} 至 ${upper}）`,
  answeredNote: '按时答复的比例，以及应答复数中按时答复的数量',
  answeredLabel: (share, inTime, owed) => `${share} · ${inTime}/${owed}`,
  answeredRest: (late, overdue, notDue) => `迟答 ${late} 条，逾期未答 ${overdue} 条；尚未到期 ${notDue} 条，不计入。`,
  nothingSaid: '这段时间内没有顾客意见。',
  nothingOwed: '尚无到期的答复。',
  ofNoStore: '不属于任何门店',
  channels: {
    visit: '拜访',
    round: '巡店',
    customer_meeting: '顾客座谈会',
    letter: '信件',
    hotline: '热线',
    counter: '柜台',
    email: '电子邮件',
    chat: '在线聊天',
    survey: '问卷',
    web: '网站'
  },

  careTitle: '顾客关怀任务的按时完成情况',
  careLine: (share, lower, upper) => `按时完成 ${share}（95% 区间：${lower} 至 ${upper}）`,
  careNote: '按时完成的比例，以及到期任务中按时完成的数量',
  careRest: (late, overdue, notDue) => `迟完成 ${late} 项，逾期未完成 ${overdue} 项；尚未到期 ${notDue} 项，不计入。`,
  careKinds: {
    call: '电话问候',
    visit: '登门拜访',
    thank_you: '感谢卡',
    review: '档案回顾',
    guidance: '购后指导',
    complaint_contact: '投诉后联系'
  },
  noCare: '这段时间内没有应完成的任务。',
  noCareOwed: '还没有任务到期。',

  conversionTitle: '咨询转化为顾客的情况',
  conversionLine: (share, lower, upper) => `${share} 成为顾客（95% 区间：${lower} 至 ${upper}）`,
  conversionLag: (median, p90) => `其中半数在 ${median} 天内，九成在 ${p90} 天内`,
  conversionNote: '咨询者成为顾客的比例，以及人数',
  conversionLabel: (share, converted, all) => `${share} · ${converted}/${all}`,
  nobodyAsked: '这段时间内没有咨询。',
  ofNobody: '无负责人',
  inquiryChannels: {
    counter: '柜台',
    hotline: '热线',
    letter: '信件',
    email: '电子邮件',
    chat: '在线聊天',
    web: '网站',
    visit: '拜访',
    round: '巡店',
    customer_meeting: '顾客座谈会',
    event: '活动',
    other: '其他'
  },

  coverageTitle: '倾听顾客的覆盖情况',
  coverageLine: (covered, stores, listened, all) =>
    `${stores} 家门店中有 ${covered} 家举行过倾听活动；${all} 名 A 类顾客中有 ${listened} 名被倾听`,
  coverageNote: '各门店 A 类顾客到场或被拜访的比例；已举行场次与所得意见',
  coverageLabel: (share, held, findings) => `${share} · ${held} 场，${findings} 条意见`,
  noStores: '尚无门店。',

  demandTitle: '哪些需求发生了变化',
  demandNote: '每周件数；虚线：基准期平均；阴影：变化开始以来',
  demandCounts: (more, less, stable, unsaid) => `上升 ${more}，下降 ${less}，不变 ${stable}，依据不足 ${unsaid}`,
  demandState: {
    increased: '上升',
    decreased: '下降',
    stable: '不变',
    baseline_short: '周数不足',
    no_spread: '过于平稳'
  }
}

export const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, zh: CHINESE }
