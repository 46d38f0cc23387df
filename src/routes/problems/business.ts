import type { Explained } from './explanation.ts'

/** Problems of the business: what is asked is well formed and cannot be. */
export const BUSINESS_PROBLEMS: Explained = {
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
  ]
}
