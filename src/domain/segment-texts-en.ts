import { countText } from './reason.ts'
import type { Words } from './segment-words.ts'

/** Segments in English. */
export const ENGLISH: Words = {
  fields: {
    kind: 'Kind of customer',
    gender: 'Gender',
    age: 'Age',
    birthYear: 'Year of birth',
    birthdayMonth: 'Month of the birthday',
    homeStoreId: 'Home store',
    daysSinceCreated: 'Time since the file was opened',
    tags: 'Tag',
    contactTypes: 'Contact',
    externalSystems: 'Known to the system',
    abcClass: 'ABC class',
    amountMinor: 'Net amount of the classification',
    r: 'Recency score',
    f: 'Frequency score',
    m: 'Monetary score',
    loyaltyLevel: 'Loyalty',
    loyaltyBasis: 'Basis of the loyalty',
    loyaltyPattern: 'Pattern of the loyalty',
    firstUser: 'First user of new products',
    priceDriven: 'Buys by price alone',
    trustLevel: 'Trust',
    standing: 'Standing',
    defectionState: 'State of defection',
    defectionBasis: 'Basis of the state of defection',
    partialDefection: 'Buys much less than usual',
    relationshipManagerId: 'Relationship manager',
    hasRelationshipManager: 'Has a relationship manager'
  },
  functions: {
    sum: 'Net amount bought',
    count: 'Purchases',
    average: 'Net amount a purchase',
    distinct_days: 'Days with a purchase',
    distinct_products: 'Different products bought',
    days_since: 'Time since the last purchase'
  },
  attribute: key => `Attribute “${key}”`,
  item: (list, item) => `${list} “${item}”`,
  narrowed: ({ sku, brand, category, storeId }) =>
    [
      sku ? ` of the product “${sku}”` : '',
      brand ? ` of the brand “${brand}”` : '',
      category ? ` in the category “${category}”` : '',
      storeId ? ` at the store ${storeId}` : ''
    ].join(''),
  withinDays: (what, days) => `${what}, last ${countText(days, 'day')}`,
  unit: {
    days: figure => (figure === '1' ? '1 day' : `${figure} days`),
    years: figure => (figure === '1' ? '1 year' : `${figure} years`),
    plain: figure => figure
  },
  yes: 'yes',
  no: 'no',
  unknown: 'not known',
  known: 'known',
  list: ', ',
  choice: value => value.replaceAll('_', ' '),
  atLeast: figure => `at least ${figure}`,
  atMost: figure => `at most ${figure}`,
  between: (from, to) => `from ${from} to ${to}`,
  oneOf: values => `one of ${values}`,
  sentence: (subject, found, demand) => `${subject}: ${found}; asked for: ${demand}.`,
  excluded: (subject, found, demand) => `${subject}: ${found}; must not be: ${demand}.`,
  excludes: ' That is what the rule excludes.',
  changes: {
    'segment.more': figure => `${figure} more would meet this.`,
    'segment.less': figure => `${figure} less would meet this.`,
    'segment.until_below': figure => `Met until it falls below ${figure}.`,
    'segment.until_above': figure => `Met until it passes ${figure}.`,
    'segment.from_day': day => `Met from ${day} on, if only time passes.`,
    'segment.until_day': day => `Met up to ${day}, if only time passes.`,
    'segment.by_purchase': () => 'A purchase would let it be judged anew.',
    'segment.ended_by_purchase': () => 'The next purchase ends this.',
    'segment.other_value': (_, demand) => `It would have to be: ${demand}.`,
    'segment.any_other_value': (_, demand) => `Met as long as it stays: ${demand}.`,
    'segment.if_known': () => 'It would have to become known.',
    'segment.if_unknown': () => 'It is known, and would have to be taken out of the file.'
  }
}
