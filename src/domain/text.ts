/** Letters that Unicode does not take apart, in the spelling that people type instead. Dotless i and final sigma included. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ς: 'σ'
}
const SPELLED_OUT_LETTER = /[ßøłđæœþıς]/g

/**
 * Marks that people leave out when they type: accents, and vowel points of Arabic and Hebrew. Marks that carry the
 * letter itself stay: vowel signs of Indic scripts and Thai, and the voicing marks of Japanese kana.
 */
const OPTIONAL_MARK =
  /(?![\u3099\u309a])(?=\p{Mn})[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Cyrillic}]/gu

const ELLIPSIS = '…'

/**
 * The form in which texts are compared when searching: compatibility forms made plain (full width, ligatures), accents
 * and case gone, runs of white space one blank, none at the ends. Chinese, Japanese and Korean stay readable. Folding
 * a folded text changes nothing.
 */
export function foldForSearch(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(OPTIONAL_MARK, '')
    .replace(SPELLED_OUT_LETTER, letter => SPELLED_OUT[letter] as string)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A name for callers who may not see persons: its first letter, `Müller` → `M…`. Nothing to show: `…`. */
export function maskName(name: string): string {
  const [first = ''] = name.trim().normalize('NFC')
  return first + ELLIPSIS
}

/**
 * A contact for callers who may not see persons: a phone keeps its last two digits if it has at least five, an e-mail
 * its first letter and its top-level domain (`j…@….com`), anything else nothing.
 */
export function maskContact(type: string, value: string): string {
  if (type === 'phone') {
    const digits = value.replace(/\D/g, '')
    return digits.length < 5 ? ELLIPSIS : ELLIPSIS + digits.slice(-2)
  }
  const [, first, topLevel] = (type === 'email' && /^(.).*@.*\.(\p{L}[\p{L}\p{N}-]+)$/su.exec(value.trim())) || []
  return first === undefined ? ELLIPSIS : `${first}${ELLIPSIS}@${ELLIPSIS}.${topLevel}`
}
