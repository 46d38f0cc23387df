import type { Explained } from './explanation.ts'

/** Problems of advice on customers at risk, and of pursuing those who are not to be pursued. */
export const DECISION_PROBLEMS: Explained = {
  'customer.not_pursued': [
    'The customer is not pursued',
    'He buys by price alone, or the advice is to let him go: no effort is spent on him. `facts.cause` says which, with the figures behind it. Serving him is refused to nobody.',
    'Leave him alone, or let a manager send the request with `override` and a reason; a mark as strategic ends it for good.'
  ],
  'pursuit.override_not_allowed': [
    'Only a manager may override that',
    'To pursue a customer who is not pursued needs the scope pursuits:manage, which managers of a store and the owner have.',
    'Ask a manager to decide it, or mark the customer as strategic.'
  ],
  'customer_mark.not_found': [
    'The customer has no such mark',
    'The customer is known, and does not have this mark, or no longer.',
    'List his marks.'
  ],
  'defection.not_found': [
    'The customer is not at risk',
    'The customer is known, and the last run found nothing that says he is leaving.',
    'Nothing is to be done; read his classification for what is known of him.'
  ],
  'defection_action.not_found': [
    'No such action',
    'No action of the shop has this id.',
    'List what was done about the customer.'
  ],
  'defection_action.in_future': [
    'The action lies ahead',
    'Recorded is what was done; `actedAt` lies after now.',
    'Correct actedAt, or leave it out for now.'
  ],
  'defection_action.before_customer': [
    'The customer was not one yet',
    '`actedAt` lies before the day of his first purchase and before the day on which his file was opened: nothing can have been done about his leaving then.',
    'Correct actedAt, or leave it out for now.'
  ],
  'report.days_not_ordered': [
    'The first day lies after the last',
    'A report covers the days from `fromOn` to `toOn`, both included.',
    'Exchange the two, or leave one out.'
  ]
}
