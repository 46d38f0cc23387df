import type { Explained } from './explanation.ts'

/** Problems of customer files and of the contacts that lead to them. */
export const CUSTOMER_PROBLEMS: Explained = {
  'customer.not_found': [
    'No such customer',
    'No customer of the shop has this id or external id.',
    'Search for the customer, or open a file with PUT by external id.'
  ],
  'customer.contact_taken': [
    'The contact belongs to another customer',
    'A phone number, an e-mail address or another contact leads to one customer only. `facts.customerId` is the customer who has it.',
    'Change that customer instead, or take the contact from one of the two.'
  ],
  'customer.external_id_taken': [
    'The external id belongs to another customer',
    'An external id is unique in its system. `facts.customerId` is the customer who has it.',
    'Change that customer instead, or correct the id.'
  ],
  'customer.external_id_moving': [
    'The external id changes hands just now',
    'While this request looked for the customer, others gave the external id up and took it again.',
    'Send the request again.'
  ],
  'customer.unidentified': [
    'Nothing tells this customer from others',
    'A file needs a name, a contact or an external id.',
    'Add one of the three.'
  ],
  'customer.not_a_person': [
    'An organisation has neither gender nor birth',
    'Gender, date and year of birth belong to persons only. `errors` points at them.',
    'Leave them out, clear them with null, or make the customer a person.'
  ],
  'customer.birth_too_early': [
    'The birth lies before 1900',
    'A person of a customer file was born in 1900 or later.',
    'Correct the date, or clear it.'
  ],
  'customer.birth_in_future': [
    'The birth lies in the future',
    'The day has not begun anywhere on earth.',
    'Correct the date, or clear it.'
  ],
  'customer.birth_year_contradicts': [
    'Year and date of birth contradict each other',
    'The year is that of the date, where the date is known.',
    'Send the date alone, or clear it with null and send the year.'
  ],
  'customer.attributes_too_large': [
    'Too many attributes, or too long ones',
    'A file holds at most 50 attributes, 8,192 characters of JSON together.',
    'Take some away (null under their keys) or shorten them.'
  ],
  'contact.phone_invalid': [
    'No such phone number can exist',
    'The number is too short or too long for its country, or not a number. Without a prefix it is read as one of the country of the shop.',
    'Correct the number, or write it with its country: +49 …'
  ],
  'contact.email_invalid': [
    'Not an e-mail address',
    'An address has one @, and a domain with a dot behind it.',
    'Correct the address.'
  ],
  'contact.value_invalid': [
    'The contact is blank or too long',
    'A contact has 1 to 320 characters other than blanks.',
    'Correct the contact, or leave it out.'
  ]
}
