import type { Explained } from './explanation.ts'

/** Problems of the shop itself: its stores, people, products and credentials, its events and its long work. */
export const BUSINESS_PROBLEMS: Explained = {
  'tenant.not_found': ['No such shop', 'The shop of this credential exists no longer.', 'Ask the operator.'],
  'store.not_found': ['No such store', 'No store of the shop has this id.', 'List the stores to find the right id.'],
  'store.code_taken': [
    'The code belongs to another store',
    'Codes of stores are unique in the shop.',
    'Choose another code, or change the store that has it.'
  ],
  'store.unknown': [
    'A store that is named does not exist',
    'A field names a store that the shop does not have. `errors` points at it.',
    'Open the store first, or correct the id or code.'
  ],
  'store.closed': [
    'The store is closed',
    'A closed store keeps its history and takes no new purchases.',
    'Check the storeCode of the till; open the store again if it was closed by mistake.'
  ],
  'store.not_allowed': [
    'The credential belongs to another store',
    'A credential that is bound to a store acts for that store only.',
    'Use the credential of the store in question.'
  ],
  'store.not_held': [
    'The credential reaches one store only',
    'A credential that is bound to a store manages keys of that store only.',
    'Use a credential that is not bound to a store.'
  ],
  'staff.not_found': ['No such person', 'Nobody of the shop has this id.', 'List the staff to find the right id.'],
  'staff.code_taken': [
    'The code belongs to somebody else',
    'Codes of staff are unique in the shop, those who left included.',
    'Choose another code, or change the person who has it.'
  ],
  'product.not_found': ['No such product', 'No product of the shop has this sku.', 'List products to find it.'],
  'product.sku_taken': [
    'The sku belongs to another product',
    'A sku is unique in the shop. A receipt line may have added the product already.',
    'Use PUT, which adds a product or changes the one that is there.'
  ],
  'promotion.not_found': [
    'No such promotion',
    'No promotion of the shop has this id.',
    'List the promotions to find the right id.'
  ],
  'promotion.code_taken': [
    'The code belongs to another promotion',
    'Codes of promotions are unique in the shop.',
    'Choose another code, or change the promotion that has it.'
  ],
  'promotion.days_not_ordered': [
    'The promotion ends before it begins',
    '`endsOn` is its last day, which may be the first one too, but does not lie before `startsOn`.',
    'Correct one of the days, or leave endsOn out: until further notice.'
  ],
  'promotion.unknown': [
    'A promotion that is named does not exist',
    'A field names a promotion that the shop does not have. `errors` points at it.',
    'Add the promotion first, or name it by its code alone, as tills do.'
  ],
  'promotion.differs': [
    'Two promotions are named',
    '`promotionId` is the id of a promotion with another code than `promotionCode`.',
    'Name the promotion by one of the two.'
  ],
  'api_key.not_found': ['No such key', 'No key of the shop has this id.', 'List the keys to find the right id.'],
  'api_key.expires_in_past': [
    'The key would have ended already',
    'The end of a key lies in the future.',
    'Correct expiresAt, or leave it out for a key without an end.'
  ],
  'api_key.last_owner': [
    'The last key that manages keys',
    'Without it nobody could issue keys again.',
    'Issue another key with the scope keys:manage first.'
  ],
  'api_key.already_rotated': [
    'The key was rotated before',
    'Another key has taken the place of this one; `replacedBy` names it.',
    'Rotate the key that took its place.'
  ],
  'api_key.not_active': ['The key has ended', 'A key is changed and rotated only while it holds.', 'Issue a new key.'],
  'api_key.scopes_or_roles': [
    'Scopes or roles',
    'A key has the scopes that are named, or it follows roles. Neither of the two was named, or both.',
    'Send `scopes` or `roles`, and not the other.'
  ],
  'scope.not_held': [
    'More than the caller has',
    'A key gives and takes no scopes that it does not have itself.',
    'Use a credential that has the scopes, or leave them out.'
  ],
  'events.expired': [
    'The events are gone',
    'The feed goes back 30 days, and the place named is older.',
    'Read the feed from its beginning, without a place, and reconcile what happened before by reading the resources.'
  ],
  'events.position_unknown': [
    'The feed has no such place',
    'The place named lies beyond everything that this feed has given: it is another feed’s, or of a database that was since restored from a back-up.',
    'Go on from the nextAfter of your last answer; after a restore, read the feed from its beginning and compare ids.'
  ],
  'aggregates.busy': [
    'The figures cannot be made anew at the moment',
    'So many purchases arrive that none of the attempts found a gap.',
    'Try again later. The figures stay right meanwhile; only the making anew is put off.'
  ],
  'day.invalid': [
    'Not a day of the calendar',
    'A day is written YYYY-MM-DD and exists in the calendar.',
    'Correct the day.'
  ]
}
