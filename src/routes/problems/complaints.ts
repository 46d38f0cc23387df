import type { Explained } from './explanation.ts'

/** Problems of complaints, of what makes them good, and of who may decide that. */
export const COMPLAINT_PROBLEMS: Explained = {
  'complaint.not_found': [
    'No such complaint',
    'No complaint of the shop has this id, or it is that of another store than the one the credential is for.',
    'List the complaints.'
  ],
  'complaint.invalid_state': [
    'Not possible as the complaint stands',
    'A complaint goes from received over answered to closed; `facts.state` says how it stands, `facts.step` what was asked for.',
    'Read the complaint. What is closed can be reopened; what is withdrawn stays so.'
  ],
  'complaint.cause_missing': [
    'The cause is missing',
    'A complaint is closed only with its primary cause, so that something can be learnt from it.',
    'Add the cause first; `undetermined` is one.'
  ],
  'complaint.verdict_missing': [
    'The customer was not asked',
    'A customer who is known is asked whether he is content before his complaint is closed.',
    'Ask him, and close with what he said: `accepted`, `not_accepted`, or `no_reply` where he said nothing.'
  ],
  'complaint.outcome_missing': [
    'The outcome is missing',
    'An answered complaint is closed as resolved or as rejected.',
    'Name the outcome, or say it before with a resolution.'
  ],
  'complaint.outcome_differs': [
    'The complaint has another outcome',
    'It was resolved or rejected before; closing does not change that.',
    'Close it with the outcome that it has, or reopen it first.'
  ],
  'complaint.remedy_waiting': [
    'A remedy waits for approval',
    'What was promised to the customer is decided before his complaint is closed.',
    'Approve or refuse the remedy.'
  ],
  'complaint.too_many_causes': [
    'Too many causes',
    'A complaint has at most so many causes as `facts.most` says.',
    'Say with one of them what the others say, too.'
  ],
  'complaint.too_many_remedies': [
    'Too many remedies',
    'A complaint has at most so many remedies as `facts.most` says, those that were refused or taken back included.',
    'Open a complaint of its own where something else is wrong.'
  ],
  'complaint.nobody_to_escalate_to': [
    'Nobody to bring it before',
    'Nobody of the next authority serves the store and is there.',
    'Name the person or another role.'
  ],
  'complaint.not_higher': [
    'No higher authority',
    'An escalation goes upwards: to a role above that of whoever has the case, of somebody who serves the store.',
    'Name somebody higher, or nobody: the next authority is found. To a colleague it is handed over.'
  ],
  'complaint.role_differs': [
    'The person has another role',
    'Both a person and a role are named, and the person has not that role in the store of the complaint.',
    'Name one of the two.'
  ],
  'complaint.asked_at_implausible': [
    'The customer was not asked then',
    '`verdictAskedAt` lies before the complaint, or ahead.',
    'Correct it, or leave it out for now.'
  ],
  'complaint_cause.sub_cause_unknown': [
    'The sub-cause belongs to another cause',
    'Each cause has its own sub-causes; an undetermined one has none.',
    'Take one of the cause, `other`, or none.'
  ],
  'staff.not_yourself': [
    'A person acts for himself',
    'A token of a staff member cannot act for a colleague. API keys say for whom they act.',
    'Leave staffId out.'
  ],
  'staff.required': [
    'A person has to stand for it',
    'Money and goods are given on the word of a person, whom an API key has to name.',
    'Send staffId.'
  ],
  'staff.left': [
    'The person does not work here any more',
    'Somebody who left decides nothing and is given nothing to do.',
    'Name somebody who is active.'
  ],
  'remedy.not_found': ['No such remedy', 'No remedy of the shop has this id.', 'List the remedies.'],
  'remedy.decided': [
    'The remedy was decided already',
    'It does not wait any more; `facts.status` says what became of it.',
    'Ask for another one where more is to be done.'
  ],
  'remedy.own_request': [
    'Who asked does not decide',
    'A remedy that waits is decided by somebody else than who asked for it.',
    'Let the approver decide.'
  ],
  'remedy.request_of_another': [
    'Somebody else asked for it',
    'A request is taken back by who made it.',
    'Refuse the remedy where it waits for you.'
  ],
  'remedy.not_granted': [
    'The remedy is not granted',
    'Only what was granted can be taken back; `facts.status` says how it stands.',
    'Refuse what waits, or let who asked for it withdraw it.'
  ],
  'remedy.beyond_authority': [
    'Beyond the authority of the person',
    'None of his roles covers the remedy in this store, on this case and in this month; `facts.because` says which limit stands against it.',
    'Let the approver who is named decide, or somebody above him.'
  ],
  'remedy.nobody_may_grant': [
    'Nobody may grant as much',
    'The matrix of delegated authority gives no role as much as this.',
    'Ask for less, or let the owner change the matrix.'
  ],
  'remedy.currency_differs': [
    'Another currency than the shop’s',
    'What remedies cost is counted in the currency of the tenant.',
    'Send the amount in that currency.'
  ],
  'refund.amount_missing': [
    'How much goes back is missing',
    'A refund names an amount above nothing.',
    'Send amountMinor.'
  ],
  'refund.purchase_missing': [
    'The purchase is missing',
    'A refund gives back what was paid for a purchase, so it names one.',
    'Send purchaseId, or name the purchase in the complaint.'
  ],
  'refund.purchase_of_another': [
    'The purchase is that of another customer',
    'Money goes back to who complained, for what he bought.',
    'Name a purchase of his.'
  ],
  'refund.exceeds_paid': [
    'More than was paid',
    'A refund is never more than was paid for the purchase, less what returns and earlier refunds gave back. `facts.refundableMinor` is what is left.',
    'Refund that much, or grant something else.'
  ],
  'refund.not_a_sale': [
    'Not a sale',
    'The receipt that is named is a return: nothing was paid for it.',
    'Name the sale.'
  ],
  'purchase.line_unknown': [
    'No such line',
    'The purchase that is named has no line of this number; lines are counted from 1.',
    'Read the purchase.'
  ],
  'authority_matrix.invalid': [
    'The matrix contradicts itself',
    'Each fault is named in `errors`: the same role and decision twice, or a limit per month below the one per case.',
    'Correct the rules that are named.'
  ]
}
