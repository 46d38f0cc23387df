import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * A phone number in E.164 (`+8613800138000`), read as it is dialled in `country` (ISO 3166) unless it names its own.
 * Null when no number of that length can exist there. An extension is not part of the identity and is left out.
 */
export function normalizePhone(raw: string, country: string): string | null {
  const number = parsePhoneNumberFromString(raw, { defaultCountry: country as CountryCode, extract: false })
  return number?.isPossible() ? number.number : null
}
