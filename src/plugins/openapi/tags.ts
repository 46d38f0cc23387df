/** What each group of operations is about, in the order in which a reader meets them. */
export const TAGS: Readonly<Record<string, string>> = {
  customers: 'The customer file: persons and organisations, how to reach them, and by which numbers they are known.',
  purchases: 'Sales and returns as tills push them: the signed ledger from which every figure is derived.',
  classification: 'Who the customers are: the policy, the runs that apply it, and each finding with its reasons.',
  reports:
    'Figures over all customers, as JSON, as a table (`Accept: text/csv`) or as a chart (`Accept: image/svg+xml`). They name no person.',
  'buying models':
    'What the shop’s own purchases say of who still comes and what he is worth, and how such forecasts fared on its past.',
  'customers at risk':
    'Who is leaving, why, and the one thing to do about it; what was done, what came of it, and who is not pursued.',
  'relationship managers': 'Who looks after whom: assignments, load and capacity, and customers without anybody.',
  care: 'What is owed to a customer by a time: calls, visits, cards, and the word of his relationship manager when he complains; each with proof that it was done.',
  segments: 'Named groups of customers by a rule, who belongs to each and why, and who did.',
  feedback:
    'What customers say, how soon each is answered, and before whom it comes when he is not: answers, clocks, pauses and escalations.',
  complaints: 'What went wrong, why, what was answered and done, by whose authority, and what the customer says to it.',
  inquiries: 'People who ask and may become customers: followed up, made customers, or given up with a reason.',
  listening: 'Rounds, visits and customer meetings, as planned and as held: who listens to whom, and what was heard.',
  'notice board':
    'What customers say, before the staff: without what says who they are, reviewed by somebody else, with a receipt of each reader.',
  products: 'What is sold. A receipt line that names an unknown product adds it.',
  promotions:
    'Offers of the shop, launches of new products among them, by the codes that tills know; and what customers said of each.',
  stores: 'Where things are sold. Days of purchases and reports are days of the store.',
  staff: 'Who works here, in which roles, and with how much time for customers.',
  jobs: 'Long work: its progress, its end, and its result.',
  events: 'Everything that happened, in the order of commits, for systems that follow along.',
  'api-keys': 'Credentials of tills and other systems.',
  tenant: 'The shop itself.',
  health: 'What machines ask that look after this one.'
}
