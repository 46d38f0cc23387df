import { ABC_CLASSES } from './abc.ts'
import { DEFECTION_STATES } from './cadence.ts'
import { CONTACT_TYPES } from './contact.ts'
import { CUSTOMER_KINDS, GENDERS } from './customer.ts'
import { DEFECTION_BASES } from './defection.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS } from './loyalty.ts'
import type { SegmentOperator } from './segment-rule.ts'
import { STANDING_LEVELS } from './standing.ts'
import { TRUST_LEVELS } from './trust.ts'

/** What a number counts, for sentences. */
export type Unit = 'minor' | 'days' | 'years' | 'plain'

/** What a field can hold, and so how it can be asked for. */
export type SegmentField =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'number'; readonly unit: Unit }
  /** The id of something of the tenant. */
  | { readonly kind: 'id'; readonly of: 'store' | 'staff' }
  /** Several texts, of which a condition asks for one. */
  | { readonly kind: 'list'; readonly choices?: readonly string[] }
  /** Whatever the shop keeps there: a text, a number, yes or no, or a list of these. */
  | { readonly kind: 'attribute' }

const score = { kind: 'number', unit: 'plain' } as const
const choice = <const C extends readonly string[]>(choices: C) => ({ kind: 'choice', choices }) as const

/** The fields of a customer file that a rule may ask for. */
const FILE_FIELDS = {
  kind: choice(CUSTOMER_KINDS),
  gender: choice(GENDERS),
  /** Whole years on the day asked for; where only the year of birth is known, those that he completes in that year. */
  age: { kind: 'number', unit: 'years' },
  birthYear: { kind: 'number', unit: 'plain' },
  /** 1 to 12. */
  birthdayMonth: { kind: 'number', unit: 'plain' },
  homeStoreId: { kind: 'id', of: 'store' },
  /** Days from the tenant's day on which the file was opened; 0 on that day. */
  daysSinceCreated: { kind: 'number', unit: 'days' },
  tags: { kind: 'list' },
  contactTypes: { kind: 'list', choices: CONTACT_TYPES },
  externalSystems: { kind: 'list' }
} as const satisfies Record<string, SegmentField>

/** What the last run found, and who looks after the customer now. */
const FOUND_FIELDS = {
  abcClass: choice(ABC_CLASSES),
  /** Net minor units in the window of the classification. */
  amountMinor: { kind: 'number', unit: 'minor' },
  r: score,
  f: score,
  m: score,
  loyaltyLevel: choice(LOYALTY_LEVELS),
  loyaltyBasis: choice(LOYALTY_BASES),
  loyaltyPattern: choice(['true', 'latent', 'spurious', 'none']),
  firstUser: { kind: 'boolean' },
  priceDriven: { kind: 'boolean' },
  trustLevel: choice(TRUST_LEVELS),
  standing: choice(STANDING_LEVELS),
  defectionState: choice(DEFECTION_STATES),
  /** Whether the own rhythm says it, or the hiatus alone of who has none. */
  defectionBasis: choice(DEFECTION_BASES),
  partialDefection: { kind: 'boolean' },
  relationshipManagerId: { kind: 'id', of: 'staff' },
  hasRelationshipManager: { kind: 'boolean' }
} as const satisfies Record<string, SegmentField>

export const SEGMENT_FIELDS = { ...FILE_FIELDS, ...FOUND_FIELDS }

export type SegmentFieldName = keyof typeof SEGMENT_FIELDS

const ATTRIBUTE = 'attributes.'
const LONGEST_ATTRIBUTE_KEY = 100

/** The field of this name; undefined where there is none. */
export function segmentField(name: string): SegmentField | undefined {
  if (attributeKey(name) !== null) return { kind: 'attribute' }
  return Object.hasOwn(SEGMENT_FIELDS, name) ? SEGMENT_FIELDS[name as SegmentFieldName] : undefined
}

/** The key of the attribute that a field name stands for; null for other fields. */
export function attributeKey(name: string): string | null {
  const key = name.startsWith(ATTRIBUTE) ? name.slice(ATTRIBUTE.length) : ''
  return key.length > 0 && key.length <= LONGEST_ATTRIBUTE_KEY ? key : null
}

const NUMERIC = ['is', 'at_least', 'at_most', 'between'] as const

/** How fields of each kind can be asked for. */
export const OPERATORS_OF: Readonly<Record<SegmentField['kind'], readonly SegmentOperator[]>> = {
  boolean: ['is', 'is_null'],
  choice: ['is', 'in', 'is_null'],
  number: [...NUMERIC, 'is_null'],
  id: ['is', 'in', 'is_null'],
  list: ['contains'],
  attribute: [...NUMERIC, 'in', 'contains', 'is_null']
}
