import { ASCII, asWord, DENSE, escaped, type Finder, type MappedText, placesOf, type Span } from './redaction-text.ts'
import { foldForSearch } from './text.ts'

/** How phone numbers may be taken apart: by blanks, dots, dashes, strokes and brackets, a few at a time. */
const DIGIT_CHAIN = /[0-9〇零一二三四五六七八九幺](?:[\s().·/_\p{Pd}]{0,3}[0-9〇零一二三四五六七八九幺])*/gu
/** A number without its area code: few digits, so only where they stand alone. */
const LOCAL = /(?<!\d[./-]?)\d(?:[ ./–-]?\d){6,7}(?![./-]?\d)/gu
const CHINESE_DIGITS = '〇一二三四五六七八九'
/** Fewer digits may be anything. */
const PHONE_FROM = 7
/** Numbers of fewer letters are not told from what stands in any text. */
const NUMBER_FROM = 4
const DIGITS_ALONE_FROM = 5
const ADDRESS_FROM = 5
const STREET_FROM = 6

/**
 * Where known phone numbers stand, given as E.164: with the prefix of the country or without, with `00`, with a `0` in
 * front or in brackets, with any blanks, dots, dashes or brackets within, in Chinese numerals, without the area code.
 */
export function phoneFinder(phones: readonly string[]): Finder {
  const known = phones.map(phone => phone.replace(/\D/g, '')).filter(digits => digits.length >= PHONE_FROM)
  return known.length === 0 ? () => [] : text => findPhones(text, known)
}

function findPhones(text: MappedText, known: readonly string[]): Span[] {
  const whole = Array.from(text.form.matchAll(DIGIT_CHAIN)).flatMap(({ 0: chain, index }) => {
    const places: number[] = []
    let digits = ''
    for (let at = 0; at < chain.length; at++) {
      const digit = digitOf(chain[at] as string)
      if (digit === null) continue
      digits += digit
      places.push(index + at)
    }
    return known
      .flatMap(number => phoneIn(digits, places, number))
      .map(([from, to]) => text.spanOf(withOpening(text.form, from, to), to))
  })
  const isLocal = (digits: string) => known.some(number => number.length > digits.length + 1 && number.endsWith(digits))
  const local = Array.from(text.form.matchAll(LOCAL)).flatMap(({ 0: found, index }) =>
    isLocal(found.replace(/\D/g, '')) ? [text.spanOf(index, index + found.length)] : []
  )
  return [...whole, ...local]
}

function digitOf(letter: string): string | null {
  if (letter >= '0' && letter <= '9') return letter
  if (letter === '零') return '0'
  if (letter === '幺') return '1'
  const value = CHINESE_DIGITS.indexOf(letter)
  return value < 0 ? null : String(value)
}

function phoneIn(digits: string, places: readonly number[], number: string): [from: number, to: number][] {
  const found: [number, number][] = []
  for (const { form, isPrefixed } of phoneForms(number)) {
    for (let at = digits.indexOf(form); at >= 0; at = digits.indexOf(form, at + 1)) {
      // The zeros of an amount before the number are not dialled.
      const beginsWithin = at > 0 && places[at - 1] === (places[at] as number) - 1
      if (isPrefixed && beginsWithin) continue
      found.push([places[at] as number, (places[at + form.length - 1] as number) + 1])
    }
  }
  return found
}

/** With the `+` in front, and with a bracket that is closed within. */
function withOpening(form: string, from: number, to: number): number {
  const before = form[from - 1]
  const isOpened = before === '(' && form.slice(from, to).includes(')') && !form.slice(from, to).includes('(')
  const start = isOpened ? from - 1 : from
  return form[start - 1] === '+' ? start - 1 : start
}

/** Prefixes of countries have one digit, two or three (ITU-T E.164); the first digits tell how many. */
const COUNTRY_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/

/** With the prefix of the country and without, with the zero (in Russia the eight) that is dialled within it or without. */
function phoneForms(number: string): { form: string; isPrefixed: boolean }[] {
  const [code = ''] = COUNTRY_CODE.exec(number) ?? []
  const rest = number.slice(code.length)
  const prefixed = [`00${number}`, `011${number}`, `00${code}0${rest}`, `${code}0${rest}`, `0${rest}`]
  if (code === '7') prefixed.push(`8${rest}`)
  return [
    ...prefixed.map(form => ({ form, isPrefixed: true })),
    ...[number, rest].map(form => ({ form, isPrefixed: false }))
  ]
}

const AT = '\\s*(?:@|[(\\[{<]\\s*at\\s*[)\\]}>]|\\bat\\b)\\s*'
const DOT = '(?:\\.|\\s*[(\\[{<]\\s*dot\\s*[)\\]}>]\\s*|\\s+dot\\s+)'

/** Where known e-mail addresses stand, also with `(at)` and `(dot)`, in capitals or in small letters. */
export function emailFinder(emails: readonly string[]): Finder {
  return sought(
    emails.flatMap(email => {
      const at = email.lastIndexOf('@')
      if (at <= 0) return []
      const spelled = (part: string) => part.normalize('NFKC').split('.').map(escaped).join(DOT)
      const pattern = `${spelled(email.slice(0, at))}${AT}${spelled(email.slice(at + 1))}`
      const [first = ''] = email.slice(0, at).normalize('NFKC').split('.')
      return [{ part: first, pattern, flags: 'dgiu' }]
    })
  )
}

/** Where known names in messengers stand by themselves. */
export function handleFinder(handles: readonly string[]): Finder {
  return sought(tellable(handles).map(handle => ({ part: handle, pattern: asWord(escaped(handle)), flags: 'dgiu' })))
}

/**
 * Where known numbers stand by themselves, those of receipts and keys of the customer: as they are written, and with other
 * signs or none between their letters and figures (`C-77881`, `C77881`, `C 77881`).
 */
export function numberFinder(numbers: readonly string[]): Finder {
  return sought(tellable(numbers).flatMap(numberPatterns))
}

const tellable = (numbers: readonly string[]): string[] =>
  numbers
    .map(number => number.normalize('NFKC').trim())
    .filter(number => number.length >= (/^\d+$/.test(number) ? DIGITS_ALONE_FROM : NUMBER_FROM))

function numberPatterns(number: string): Sought[] {
  const exact = { part: number, pattern: asWord(escaped(number)), flags: 'dgiu' }
  const pieces = Array.from(number.matchAll(/[\p{L}\p{M}]+|\p{N}+/gu), ([piece]) => piece)
  if (pieces.length < 2 || tellable([pieces.join('')]).length === 0) return [exact]
  const [part = ''] = [...pieces].sort((a, b) => b.length - a.length)
  return [exact, { part, pattern: asWord(pieces.map(escaped).join('[ \\-_/.]?')), flags: 'dgiu' }]
}

const PIECE = new RegExp(`(?:${DENSE})+|(?:(?!${DENSE})[\\p{L}\\p{M}])+|\\p{N}+`, 'gu')
const HAS_DENSE = new RegExp(DENSE, 'u')

/** Where known lines of addresses stand: whole, and the street without its number; a postal code also before its city. */
export function addressFinder(lines: readonly string[]): Finder {
  return sought(lines.flatMap(addressPatterns))
}

function addressPatterns(line: string): Sought[] {
  const pieces = Array.from(foldForSearch(line).matchAll(PIECE), ([piece]) => piece)
  const words = pieces.filter(piece => !/^\p{N}/u.test(piece))
  const rows: string[][] = []
  if (lengthOf(pieces) >= ADDRESS_FROM) rows.push(pieces)
  if (words.length < pieces.length && isStreet(words)) rows.push(words)
  return rows.map(row => ({ part: stemOf(row[0] ?? ''), pattern: asWord(joined(row)), flags: 'dgu' }))
}

const lengthOf = (pieces: readonly string[]): number => pieces.join('').length

/** A Chinese line without its numbers would be a chain of districts and words such as `号`: only Latin streets stand alone. */
const isStreet = (words: readonly string[]): boolean =>
  lengthOf(words) >= STREET_FROM && !words.some(word => HAS_DENSE.test(word))

const SHORTENED: readonly [RegExp, string][] = [
  [/stra(?:ss)?e$|str$/, 'str(?:asse|\\.)?'],
  [/^(?:street|st)$/, '(?:street|st\\.?)'],
  [/^(?:avenue|ave)$/, '(?:avenue|ave\\.?)'],
  [/^(?:road|rd)$/, '(?:road|rd\\.?)'],
  [/^(?:boulevard|blvd)$/, '(?:boulevard|blvd\\.?)'],
  [/^(?:lane|ln)$/, '(?:lane|ln\\.?)'],
  [/^(?:drive|dr)$/, '(?:drive|dr\\.?)']
]

const shortened = (piece: string) => SHORTENED.find(([ending]) => ending.test(piece))

/** What stays of a piece however it is shortened. */
const stemOf = (piece: string): string => {
  const short = shortened(piece)
  return short ? piece.replace(short[0], '') : piece
}

const joined = (pieces: readonly string[]): string =>
  pieces
    .map(piece => {
      const short = shortened(piece)
      return short ? stemOf(piece).split('').map(escaped).join('') + short[1] : escaped(piece)
    })
    .join('[\\s,.\\-/#]{0,3}')

const DATE = /(?<![\d./-])(\d{1,4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,4})日?(?![\d/-])/dgu

/** The months in English, German, French, Spanish and Italian, whole and shortened. */
const MONTHS = [
  'january|jan|januar|jänner|janvier|enero|gennaio',
  'february|feb|februar|février|febrero|febbraio',
  'march|mar|märz|mars|marzo',
  'april|apr|avril|abril|aprile',
  'may|mai|mayo|maggio',
  'june|jun|juni|juin|junio|giugno',
  'july|jul|juli|juillet|julio|luglio',
  'august|aug|août|agosto',
  'september|sept|sep|septembre|septiembre|settembre',
  'october|oct|oktober|okt|octobre|octubre|ottobre',
  'november|nov|novembre|noviembre',
  'december|dec|dezember|dez|décembre|diciembre|dicembre'
]

/** `17. Mai 1980`, `17th of May 1980`, `17 de mayo de 1980`, `May 17, 1980`, with the year in two figures or four. */
function spelledDate(year: number, month: number, day: number): RegExp {
  const name = `(?:${MONTHS[month - 1] ?? ''})\\b\\.?`
  const number = `0?${day}(?:st|nd|rd|th|er|\\.|°)?`
  const years = `(?:${year}|['’]?${String(year % 100).padStart(2, '0')})`
  const [blank, of] = ['\\s{0,2}', '(?:(?:of|de|del|di)\\s)?']
  return new RegExp(
    asWord(
      `(?:${number}${blank}${of}${name}${blank},?${blank}${of}${years}|${name}${blank}${number}${blank},?${blank}${years})`
    ),
    'dgiu'
  )
}

/** Where a known birth date (`YYYY-MM-DD`) stands in figures, in whatever order of day and month, or with its month's name. */
export function birthDateFinder(birthDate: string): Finder {
  const [year, month, day] = birthDate.split('-').map(Number) as [number, number, number]
  const orders = [
    [year, month, day],
    [day, month, year],
    [month, day, year]
  ]
  const written = ([a, b, c]: number[]) => `${a} ${b} ${c}`
  const asked = new Set([...orders, ...orders.map(order => order.map(n => (n === year ? n % 100 : n)))].map(written))
  const spelled = spelledDate(year, month, day)
  return text => [
    ...Array.from(text.form.matchAll(DATE)).flatMap(match => {
      const [whole, ...parts] = match
      return asked.has(written(parts.map(Number))) ? [text.spanOf(match.index, match.index + whole.length)] : []
    }),
    ...placesOf(text, spelled)
  ]
}

/** A pattern, and the part of it that stands in every text in which it is found. */
interface Sought {
  readonly part: string
  readonly pattern: string
  readonly flags: string
}

/** Hundreds of numbers are known of a customer, and few stand in a text: a pattern is made where its part is there. */
function sought(all: readonly Sought[]): Finder {
  const made = new Map<Sought, RegExp>()
  const patternOf = (one: Sought): RegExp => {
    const pattern = made.get(one) ?? new RegExp(one.pattern, one.flags)
    made.set(one, pattern)
    return pattern
  }
  const parts = all.map(one => ({ one, part: ASCII.test(one.part) ? one.part.toLowerCase() : '' }))
  return text => {
    const plain = text.form.toLowerCase()
    return parts.filter(({ part }) => plain.includes(part)).flatMap(({ one }) => placesOf(text, patternOf(one)))
  }
}
