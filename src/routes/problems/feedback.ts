import type { Explained } from './explanation.ts'

/** Problems of what customers say, of the clocks of their answers, and of who is there to give them. */
export const FEEDBACK_PROBLEMS: Explained = {
  'feedback.not_found': [
    'No such feedback',
    'No feedback of the shop has this id, or it belongs to another store than the credential.',
    'List the feedback to find the right id.'
  ],
  'feedback.in_future': [
    'The feedback lies ahead',
    'Recorded is what a customer has said; `receivedAt` lies after now.',
    'Correct receivedAt, or leave it out for now.'
  ],
  'feedback.too_long_ago': [
    'The feedback is too old',
    '`receivedAt` lies more than five years back: a slip of the year, or nothing that anybody still waits for.',
    'Correct receivedAt.'
  ],
  'feedback.answer_in_future': [
    'The answer lies ahead',
    'Recorded is what a customer was told; `answeredAt` lies after now.',
    'Correct answeredAt, or leave it out for now.'
  ],
  'feedback.answer_too_early': [
    'The answer is dated before something that was done to the clock',
    'An answer may be recorded after it was given, also after the term, but not dated before the feedback, nor before somebody paused its clock, let it go on or opened it again.',
    'Correct answeredAt, or leave it out for now; the clock’s entries show how far back it may lie.'
  ],
  'feedback.already_answered': [
    'The feedback is answered',
    'Its clock stands: there is nothing to pause.',
    'Reopen it first, if the customer is not satisfied.'
  ],
  'feedback.not_answered': [
    'The feedback is open',
    'Only what was answered can be opened again.',
    'Read the feedback; answer it.'
  ],
  'feedback.already_paused': [
    'The clock stands still already',
    'The feedback waits for the customer already.',
    'Read the feedback; let its clock go on first.'
  ],
  'feedback.not_paused': ['The clock is running', 'There is no pause to end.', 'Read the feedback.'],
  'feedback.pause_limit_reached': [
    'It has waited as long as it may',
    'All pauses of one feedback together last `maxPauseMinutes` of the answer policy at most.',
    'Answer it with what is known.'
  ],
  'feedback.overdue': [
    'The answer is overdue',
    'A pause would not undo that: what has passed its term stays so.',
    'Answer it.'
  ],
  'feedback.withdrawn': [
    'The customer has taken it back',
    'Withdrawn feedback is owed nothing and stays as it is.',
    'Record what he says now as new feedback.'
  ],
  'feedback.is_complaint': [
    'A complaint stays one',
    'It has a case with a history, which is not undone by calling it something else.',
    'Withdraw it, and record it as what it is with the same receivedAt: its clock counts from then.'
  ],
  'purchase.unknown': [
    'A purchase that is named does not exist',
    'A field names a purchase that the shop does not have. `errors` points at it.',
    'Correct the id, or leave it out.'
  ],
  'product.unknown': [
    'A product that is named does not exist',
    'A field names a sku that the shop does not have. `errors` points at it.',
    'Add the product first, or correct the sku.'
  ],
  'listening_session.unknown': [
    'A round, visit or meeting that is named does not exist',
    'A field names one that the shop does not have. `errors` points at it.',
    'Correct the id, or leave it out.'
  ],
  'answer_policy.not_found': [
    'No such answer policy',
    'The shop has no version with this number.',
    'List the versions.'
  ],
  'answer_policy.invalid': [
    'No answer could be timed by this policy',
    'A number is out of its range, the steps of the ladder are not in their order, or the hours are none. `errors` points at each.',
    'Correct what is named.'
  ],
  'business_hours.invalid': [
    'No store can keep these hours',
    'A time is none, intervals overlap or end before they begin, a day is named twice, or a week has less than an hour. `errors` points at each.',
    'Correct what is named; hours over midnight are two intervals.'
  ],
  'absence.not_found': [
    'No such absence',
    'The person has no absence with this id.',
    'List the absences of the person.'
  ],
  'absence.days_not_ordered': [
    'The absence ends before it begins',
    'An absence goes from `fromOn` to `toOn`, both included.',
    'Exchange the two.'
  ],
  'absence.implausible': [
    'The days of the absence cannot be right',
    'An absence lies within five years before and after today, and is no longer than three years.',
    'Correct the year. Who does not come back is made inactive.'
  ],
  'absence.own_deputy': [
    'Nobody stands in for himself',
    'The deputy is the absent person.',
    'Name somebody else, or nobody.'
  ],
  'absence.overlap': [
    'The person is absent already',
    'Another absence of the person touches these days.',
    'List the absences of the person; take the other one away first.'
  ]
}
