import { type ContactType, contactFault, normalizeContact } from '../domain/contact.ts'
import { DomainError } from '../domain/errors.ts'
import { normalizePhone } from './phones.ts'

/** A contact in the form in which it is compared. */
export interface ContactKey {
  readonly type: ContactType
  readonly normalized: string
}

/** The phone or else the e-mail by which somebody is looked for; undefined without either. Refuses what no contact can be. */
export function contactKey(
  { phone, email }: { readonly phone?: string | undefined; readonly email?: string | undefined },
  country: string
): ContactKey | undefined {
  const type = phone === undefined ? 'email' : 'phone'
  const value = phone ?? email
  if (value === undefined) return undefined
  const normalized = normalizeContact(type, value, raw => normalizePhone(raw, country))
  if (normalized !== null) return { type, normalized }
  const fault = contactFault(type, `/${type}`)
  throw new DomainError({
    code: fault.code,
    kind: 'unprocessable',
    detail: 'What is looked for is no such contact.',
    errors: [fault]
  })
}
