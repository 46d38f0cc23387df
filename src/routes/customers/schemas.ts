import { z } from 'zod'
import { ABC_CLASSES } from '../../domain/abc.ts'
import { CONTACT_TYPES } from '../../domain/contact.ts'
import { CUSTOMER_KINDS, GENDERS } from '../../domain/customer.ts'
import { LoyaltyLevel, StandingLevel, TrustLevel } from '../shared/classification.ts'
import { Code, Day, Id, Instant, InstantInput, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const Kind = z.enum(CUSTOMER_KINDS)
const Gender = z.enum(GENDERS)
const Tag = Code

/** Visible characters, no blanks at the ends: what a till prints on a card. */
const ExternalKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, 'must be visible characters')

const ExternalIdInput = z.strictObject({ system: Code, key: ExternalKey })

const ContactInput = z.strictObject({
  type: z.enum(CONTACT_TYPES),
  value: text(320).meta({ description: "Kept as given; a phone without a country's prefix is one of the tenant's." }),
  label: text(100).nullish()
})

const AddressInput = z.strictObject({
  label: text(100).nullish(),
  line1: text(200).nullish(),
  line2: text(200).nullish(),
  city: text(200).nullish(),
  region: text(200).nullish(),
  postalCode: text(40).nullish(),
  country: z
    .string()
    .length(2)
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two letters')
    .nullish()
})

const AttributeKey = text(100)
const AttributeScalar = z.union([text(2_000, 0), z.number(), z.boolean()], {
  error: 'must be a text of at most 2,000 characters, a number, true or false'
})
const AttributeInput = z.union([AttributeScalar, z.array(AttributeScalar).max(100), z.null()], {
  error: 'must be a text of at most 2,000 characters, a number, true or false, a list of at most 100 of these, or null'
})

const facts = {
  name: text(200).nullish().meta({ description: 'Null while the customer is known by a number only.' }),
  gender: Gender.nullish(),
  birthDate: Day.nullish().meta({ description: '1900 or later, not in the future. Persons only.' }),
  birthYear: z.int().min(1900).max(9999).nullish().meta({ description: 'Where the date is not known. Persons only.' }),
  contacts: z
    .array(ContactInput)
    .max(20)
    .nullish()
    .meta({ description: 'Replaces the whole list. A contact belongs to one customer only.' }),
  addresses: z.array(AddressInput).max(20).nullish().meta({ description: 'Replaces the whole list.' }),
  externalIds: z
    .array(ExternalIdInput)
    .max(50)
    .nullish()
    .meta({ description: 'Replaces the whole set. An external id belongs to one customer only.' }),
  homeStoreId: Id.toLowerCase().nullish(),
  tags: z.array(Tag).max(50).nullish().meta({ description: 'Replaces the whole list.' }),
  attributes: z.record(AttributeKey, AttributeInput).nullish().meta({
    description:
      'Whatever else the shop keeps: texts, numbers, truth values and lists of these, at most 50, 8,192 characters of JSON together. Merged key by key; null takes a key away.'
  })
}

const example = {
  name: 'Zoë Müller',
  birthDate: '1984-05-17',
  contacts: [
    { type: 'phone', value: '0151 23456789', label: 'mobile' },
    { type: 'email', value: 'zoe@example.com' }
  ],
  addresses: [{ label: 'home', line1: 'Lindenstraße 5', postalCode: '50674', city: 'Köln', country: 'DE' }],
  tags: ['newsletter'],
  attributes: { shoeSize: 39 }
}

export const CreateCustomerBody = z.strictObject({ kind: Kind, ...facts }).meta({
  id: 'CreateCustomer',
  example: { kind: 'person', ...example, externalIds: [{ system: 'pos-7', key: 'C-1001' }] }
})

export const UpdateCustomerBody = z
  .strictObject({ kind: Kind.optional(), ...facts })
  .meta({ id: 'UpdateCustomer', example: { name: 'Zoë Müller-Lee', attributes: { shoeSize: null } } })

export const PutCustomerBody = z
  .strictObject({
    kind: Kind.optional().meta({ description: 'A person when a file is opened without it.' }),
    ...facts
  })
  .meta({ id: 'PutCustomer', example: { kind: 'person', ...example } })

export const ExternalIdParams = z.strictObject({ system: Code, key: ExternalKey })

const Contact = z.object({
  type: z.enum(CONTACT_TYPES),
  value: z.string().max(320).meta({ description: 'As it was given.' }),
  normalized: z.string().max(320).meta({ description: 'As it is found: E.164 for phones.' }),
  label: z.string().max(100).nullable()
})

const Address = z.object({
  label: z.string().max(100).nullable(),
  line1: z.string().max(200).nullable(),
  line2: z.string().max(200).nullable(),
  city: z.string().max(200).nullable(),
  region: z.string().max(200).nullable(),
  postalCode: z.string().max(40).nullable(),
  country: z.string().max(2).nullable()
})

export const Customer = z
  .object({
    id: Id,
    kind: Kind,
    name: z.string().max(200).nullable(),
    gender: Gender.nullable(),
    birthDate: Day.nullable(),
    birthYear: z.int().min(1900).max(9999).nullable(),
    contacts: z.array(Contact).max(20),
    addresses: z.array(Address).max(20),
    externalIds: z.array(z.object({ system: z.string().max(64), key: z.string().max(200) })).max(51),
    homeStoreId: Id.nullable(),
    tags: z.array(z.string().max(64)).max(50),
    attributes: z
      .record(z.string().max(100), z.unknown())
      .meta({ description: 'Texts, numbers, truth values and lists of these.' }),
    createdFrom: z.string().max(32).meta({ description: 'What opened the file: api, purchase, inquiry, import.' }),
    relationshipManager: z
      .object({ staffId: Id, since: Instant })
      .nullable()
      .meta({ description: 'As of now; a change of it is none of the file and leaves the version.' }),
    abcClass: z
      .enum(ABC_CLASSES)
      .nullable()
      .meta({ description: 'As of now, null before the first run; a change of it leaves the version.' }),
    masked: z.boolean().meta({
      description: 'True without the scope customers.pii:read: what identifies a person is shortened or left out.'
    }),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Customer' })

const filters = {
  storeId: Id.optional().meta({ description: 'The home store.' }),
  tag: Tag.optional(),
  updatedSince: InstantInput.optional().meta({ description: 'Inclusive.' })
}

export const ListCustomersQuery = z.strictObject({
  ...PageQuery,
  ...filters,
  sort: z
    .enum(['createdAt', '-createdAt', 'updatedAt', '-updatedAt'])
    .optional()
    .meta({ description: 'By id when absent.' })
})

export const CustomerPage = pageOf(Customer).meta({ id: 'CustomerPage' })

export const SearchCustomersBody = z
  .strictObject({
    query: text(200).optional().meta({
      description:
        'Parts of a name, all of which it must hold; case and accents make no difference. One or two letters must begin a word, three or more may stand anywhere; Chinese, Japanese and Korean may stand anywhere, down to one character.'
    }),
    phone: text(50).optional().meta({ description: "Without a country's prefix it is one of the tenant's." }),
    email: text(320).optional(),
    externalId: ExternalIdInput.optional(),
    filters: z
      .strictObject({
        ...filters,
        abcClass: z.enum(ABC_CLASSES).optional(),
        loyalty: LoyaltyLevel.optional(),
        trustLevel: TrustLevel.optional(),
        standing: StandingLevel.optional(),
        relationshipManagerId: Id.optional().meta({ description: 'The staff member in charge now.' }),
        segmentId: Id.optional().meta({ description: 'Only members of this segment, as it was last computed.' })
      })
      .optional()
  })
  .refine(
    ({ query, phone, email, externalId }) =>
      [query, phone, email, externalId].filter(given => given !== undefined).length <= 1,
    'takes one of query, phone, email, externalId'
  )
  .meta({ id: 'SearchCustomers', example: { query: 'mül', filters: { abcClass: 'A' } } })

export const SearchCustomersQuery = z.strictObject(PageQuery)

export const CustomerMatches = CustomerPage.extend({
  truncated: z.boolean().meta({
    description: 'True when more names hold the text than one search looks at: ask for more of the name.'
  })
}).meta({ id: 'CustomerMatches' })
