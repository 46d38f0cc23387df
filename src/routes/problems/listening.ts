import type { Explained } from './explanation.ts'

/** Problems of inquiries, of going out to listen, and of the notice board. */
export const LISTENING_PROBLEMS: Explained = {
  'inquiry.not_found': ['No such inquiry', 'No inquiry of the shop has this id.', 'List the inquiries to find it.'],
  'inquiry.unidentified': [
    'Nobody could come back to who asked',
    'An inquiry needs a name or a contact.',
    'Ask for one of the two.'
  ],
  'inquiry.in_future': [
    'The time lies ahead',
    'Recorded is what has happened; clocks may differ by five minutes.',
    'Correct the time, or leave it out for now.'
  ],
  'inquiry.before_received': [
    'Before the inquiry was received',
    'What is done about an inquiry comes after it.',
    'Correct the time, or leave it out for now.'
  ],
  'inquiry.invalid_state': [
    'The inquiry has come to its end',
    'Who has become a customer stays one, and an inquiry that was given up is only taken up again by a conversion. `facts.status` says which.',
    'Read the inquiry.'
  ],
  'inquiry.contacts_of_several': [
    'The contacts lead to several customers',
    'One contact of the inquiry belongs to one customer and another to another.',
    'Find out who it is, and name him in customerId.'
  ],
  'inquiry.contact_moving': [
    'A contact changes hands just now',
    'While this request looked for the customer, others gave the contact up and took it again.',
    'Send the request again.'
  ],
  'listening_session.not_found': [
    'No such session',
    'No round, visit or customer meeting of the shop has this id.',
    'List the sessions to find it.'
  ],
  'listening_session.invalid_state': [
    'The session is over or called off',
    'A plan is changed or called off before it was held; what was called off is not held. `facts.status` says which.',
    'Plan another session.'
  ],
  'listening_session.nobody_listens': ['Nobody listens', 'A session needs somebody who listens.', 'Name a person.'],
  'listening_session.store_missing': [
    'A round without a store',
    'A round goes through a store.',
    'Name the store in storeId.'
  ],
  'listening_session.customer_missing': [
    'A visit or a meeting with nobody',
    'A visit is paid to a customer; a meeting takes place in a store, or names who is asked in.',
    'Name the customers in customerIds, or the store of a meeting.'
  ],
  'listening_session.too_long_ago': [
    'The session is too old',
    '`heldAt` lies more than five years back.',
    'Correct the year.'
  ],
  'listening_session.has_findings': [
    'Something was heard at the session',
    'Findings were recorded: it was held, and is not called off. `facts` counts them.',
    'Note who came with PUT …/attendance.'
  ],
  'listening_session.in_future': [
    'The session lies ahead',
    'Held is what lies in the past; clocks may differ by five minutes.',
    'Correct heldAt.'
  ],
  'notice.not_found': ['No such notice', 'No notice of the shop has this id.', 'List the notices to find it.'],
  'notice_replacement.not_found': [
    'No such replacement',
    'The notice has no replacement of this number, or it was rejected before.',
    'Read the preview of the notice.'
  ],
  'feedback.unknown': [
    'A feedback that is named does not exist',
    'A field names a feedback that the shop does not have. `errors` points at it.',
    'Correct the id.'
  ],
  'notice.personal_data': [
    'It says who somebody is',
    'A title, a comment or a word put in place of another holds a name, a number or an address: of the customer, one that is replaced in the text, or what looks like one. `errors` points at it.',
    'Put it in other words. Where names are added that stand in the title or the comment, change these first.'
  ],
  'notice.personal_data_left': [
    'Not everything is decided',
    'Something in the text may say who somebody is, and is neither replaced nor rejected; or it stands in the title or the comment. `facts` counts the places.',
    'Send POST …/detections, or reject what may stay; put title and comment in other words; and review the notice again.'
  ],
  'notice.not_reviewed': [
    'Nothing is published unreviewed',
    'The notice is a draft; an edit makes it one again.',
    'Let somebody else than the author review it.'
  ],
  'notice.reviewer_undid': [
    'Who left a place as it is does not approve that',
    'The person had a place left as it is that was to be replaced; somebody else has to look at it.',
    'Let somebody else review it.'
  ],
  'notice.reviewer_is_author': [
    'Who proposes does not review',
    'Somebody else has to look at the text before the staff does.',
    'Let another person review it.'
  ],
  'notice.not_responsible': [
    'Somebody else is responsible',
    'Only the responsible person of the notice comments on it.',
    'Let that person comment, or change who is responsible.'
  ],
  'notice.invalid_state': [
    'The state of the notice does not allow it',
    'Only what hangs on the board is read, and what was withdrawn stays so. `facts.state` says which.',
    'Read the notice.'
  ],
  'notice.place_invalid': [
    'No such place in the text',
    'A place lies within the text, is not empty, and takes no character apart; it is counted in UTF-16 units.',
    'Read the preview, and count again.'
  ],
  'notice.text_not_found': [
    'The text is not there',
    'The words of the customer do not hold it, or every place of it is replaced already.',
    'Read the preview.'
  ],
  'notice.replacement_overlaps': [
    'A part is replaced already',
    'Two replacements cannot share a place. `facts.number` is the one that is there.',
    'Reject that one first.'
  ],
  'notice.too_many_replacements': [
    'Too many replacements',
    'A notice has at most 1,000 replacements.',
    'Put the text in your own words, and propose that.'
  ]
}
