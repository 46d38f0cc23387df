import type { Explained } from './explanation.ts'

/** Problems of choosing a relationship manager by hand. */
export const RELATIONSHIP_MANAGER_PROBLEMS: Explained = {
  'relationship_manager.not_found': [
    'The customer has no relationship manager',
    'The customer is known, and nobody is responsible for him now.',
    'Give him one with PUT. A customers get one with the next classification run, unless they buy by price alone.'
  ],
  'relationship_manager.required': [
    'An A customer needs a relationship manager',
    'The customer is in class A, and an A customer who is pursued never goes without.',
    'Name the successor with PUT; that ends the present assignment at the same instant.'
  ],
  'staff.not_a_manager': [
    'The person is not an active relationship manager',
    'Only active staff with the role relationship_manager can be responsible for a customer.',
    'Name another person, or give this one the role.'
  ],
  'assignment.contended': [
    'The relationship manager changes just now',
    'While this request was at work, the customer was given other managers again and again.',
    'Send the request again.'
  ],
  'assignment.customer_repeated': [
    'A customer is named twice',
    'A distribution names each customer once.',
    'Report the instance to the operator.'
  ],
  'assignment.manager_repeated': [
    'A manager is named twice',
    'A distribution names each manager once.',
    'Report the instance to the operator.'
  ]
}
