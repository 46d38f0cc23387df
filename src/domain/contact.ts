import type { FieldFault } from './errors.ts'

export const CONTACT_TYPES = ['phone', 'email', 'wechat', 'whatsapp', 'line', 'telegram', 'other'] as const

export type ContactType = (typeof CONTACT_TYPES)[number]

/** A way to reach a customer, as the caller gives it. */
export interface ContactInput {
  readonly type: ContactType
  readonly value: string
  readonly label?: string | null | undefined
}

/** A way to reach a customer: as it was given, and as it is compared and found. */
export interface Contact {
  readonly type: ContactType
  readonly value: string
  readonly normalized: string
  readonly label: string | null
}

/** Reads a phone number as E.164; null when no such number can exist. */
export type ReadPhone = (raw: string) => string | null

/** Longer than any address that mail is delivered to, and short enough for an index. */
const LONGEST_NORMALIZED = 320

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/

const FAULTS: Readonly<Record<string, { code: string; message: string }>> = {
  phone: { code: 'contact.phone_invalid', message: 'is not a phone number that could exist' },
  email: { code: 'contact.email_invalid', message: 'is not an e-mail address' }
}
const OTHER_FAULT = { code: 'contact.value_invalid', message: 'is blank or too long' }

/** The form in which e-mail addresses are compared: capitals and surrounding blanks make no difference. */
export function normalizeEmail(raw: string): string {
  return raw.trim().toLowerCase()
}

/**
 * The form in which contacts of a type are compared, unique in a tenant: E.164 for phones, lower case for e-mail, lower
 * case with compatibility forms made plain for the rest. Null when the value cannot be one.
 */
export function normalizeContact(type: ContactType, value: string, readPhone: ReadPhone): string | null {
  const normalized = normalizedForm(type, value, readPhone)
  if (normalized === null || normalized === '' || normalized.length > LONGEST_NORMALIZED) return null
  return type === 'email' && !EMAIL.test(normalized) ? null : normalized
}

function normalizedForm(type: ContactType, value: string, readPhone: ReadPhone): string | null {
  if (type === 'phone') return readPhone(value)
  if (type === 'email') return normalizeEmail(value)
  return value.normalize('NFKC').trim().toLowerCase()
}

/** What is wrong with a contact of this type, at this place. */
export const contactFault = (type: ContactType, pointer: string): FieldFault => ({
  pointer,
  ...(FAULTS[type] ?? OTHER_FAULT)
})

/** The contacts of a file. The same contact given twice, in whatever spelling, is one: the first. */
export function readContacts(
  inputs: readonly ContactInput[],
  readPhone: ReadPhone
): { contacts: Contact[]; faults: FieldFault[] } {
  const contacts = new Map<string, Contact>()
  const faults: FieldFault[] = []
  for (const [index, { type, value, label }] of inputs.entries()) {
    const normalized = normalizeContact(type, value, readPhone)
    const identity = `${type} ${normalized}`
    if (normalized === null) faults.push(contactFault(type, `/contacts/${index}/value`))
    else if (!contacts.has(identity)) contacts.set(identity, { type, value, normalized, label: label ?? null })
  }
  return { contacts: [...contacts.values()], faults }
}
