import type { Language } from './language.ts'
import {
  addressFinder,
  birthDateFinder,
  emailFinder,
  handleFinder,
  numberFinder,
  phoneFinder
} from './redaction-known.ts'
import { nameFinder } from './redaction-names.ts'
import { findPatterns } from './redaction-patterns.ts'
import { type Finder, foldedForm, plainForm, type Span } from './redaction-text.ts'
import { atOnce, type Turns } from './turns.ts'

export const REDACTION_KINDS = [
  'name',
  'phone',
  'email',
  'handle',
  'address',
  'number',
  'card',
  'account',
  'id',
  'birth_date',
  'other'
] as const
export type RedactionKind = (typeof REDACTION_KINDS)[number]

/** What is known of the people in a text, so that it is found in whatever spelling. */
export interface KnownData {
  readonly names: readonly string[]
  /** E.164. */
  readonly phones: readonly string[]
  readonly emails: readonly string[]
  /** Names in messengers and the like. */
  readonly handles: readonly string[]
  /** Lines of addresses; a postal code with its city. */
  readonly addresses: readonly string[]
  /** Numbers of receipts, and keys under which other systems know the customer. */
  readonly numbers: readonly string[]
  readonly birthDate: string | null
}

export const NOTHING_KNOWN: KnownData = {
  names: [],
  phones: [],
  emails: [],
  handles: [],
  addresses: [],
  numbers: [],
  birthDate: null
}

/** A place of a text that says who somebody is. */
export interface Finding extends Span {
  readonly kind: RedactionKind
  /** `known`: it belongs to somebody whose file was looked at. `pattern`: it looks like personal data of anybody. */
  readonly basis: 'known' | 'pattern'
}

/** What stands in a text in the place of what was taken out. */
export interface Replacement extends Span {
  readonly replacement: string
}

const TOKENS: Readonly<Record<Language, Readonly<Record<RedactionKind, string>>>> = {
  en: {
    name: '[name]',
    phone: '[phone]',
    email: '[e-mail]',
    handle: '[contact]',
    address: '[address]',
    number: '[number]',
    card: '[card]',
    account: '[account]',
    id: '[id]',
    birth_date: '[birth date]',
    other: '[…]'
  },
  zh: {
    name: '[姓名]',
    phone: '[电话]',
    email: '[邮箱]',
    handle: '[联系方式]',
    address: '[地址]',
    number: '[编号]',
    card: '[卡号]',
    account: '[账号]',
    id: '[证件号]',
    birth_date: '[出生日期]',
    other: '[…]'
  }
}

/** As `tokenOf`, of many places: each kind is asked about once. */
export function tokensOf(language: Language, known: KnownData): (kind: RedactionKind) => string {
  const tokens = new Map<RedactionKind, string>()
  return kind => {
    const token = tokens.get(kind) ?? tokenOf(kind, language, known)
    tokens.set(kind, token)
    return token
  }
}

/** The word that takes the place of something of this kind; where somebody is called so, three dots. */
export function tokenOf(kind: RedactionKind, language: Language, known: KnownData = NOTHING_KNOWN): string {
  const token = TOKENS[language][kind]
  return knownIn(token, known).length > 0 ? TOKENS[language].other : token
}

/**
 * Of what overlaps, the kind that says most wins: an address of mail is none of the name in it. What is known wins over what
 * only looks like something.
 */
const WEIGHT: Readonly<Record<RedactionKind, number>> = {
  email: 10,
  account: 9,
  id: 8,
  card: 7,
  phone: 6,
  birth_date: 5,
  address: 4,
  name: 3,
  handle: 2,
  number: 1,
  other: 0
}

/**
 * Every place that says who somebody is: what is known in all its spellings, and what looks like a number to dial, an
 * address, an order. In the order of the text, none touching another: places that overlap are one, whole.
 */
export const findPersonalData = (text: string, known: KnownData, patterns?: readonly Finding[]): Finding[] =>
  atOnce(personalDataIn(text, known, patterns))

/** As `findPersonalData`, stopping for breath: a long letter keeps nobody else waiting. */
export function* personalDataIn(text: string, known: KnownData, looked?: readonly Finding[]): Turns<Finding[]> {
  const patterns = looked ?? (yield* patternTurns(text))
  const finder = finderOf(known)
  const findings = united([...(yield* finder(text)), ...patterns])
  // What was hidden in one word with something else comes to light once that is gone.
  for (;;) {
    if (findings.length === 0) return findings
    const brought = yield* finder(masked(text, findings))
    if (brought.length === 0) return findings
    findings.splice(0, findings.length, ...united([...findings, ...brought]))
  }
}

/** What looks like personal data, whoever it belongs to; places that overlap are one. */
export const patternsIn = (text: string): Finding[] => atOnce(patternTurns(text))

/** As `patternsIn`, stopping for breath after each pattern. */
export function* patternTurns(text: string): Turns<Finding[]> {
  const found = yield* findPatterns(plainForm(text))
  return united(found.map((one): Finding => ({ ...one, basis: 'pattern' })))
}

/** Stands for what is gone: neither a letter nor a digit, nor anything that joins them. */
const GONE = '\ufffc'

const masked = (text: string, findings: readonly Finding[]): string =>
  redacted(
    text,
    findings.map(({ start, end }) => ({ start, end, replacement: GONE.repeat(end - start) }))
  )

/** Where what is known stands in a text. */
export const knownIn = (text: string, known: KnownData): Finding[] => atOnce(finderOf(known)(text))

/** So many numbers are looked for in one go: a few milliseconds in a long letter. */
const NUMBERS_A_TURN = 100

const inGroups = (numbers: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(numbers.length / NUMBERS_A_TURN) }, (_, group) =>
    numbers.slice(group * NUMBERS_A_TURN, (group + 1) * NUMBERS_A_TURN)
  )

type KnownFinder = (text: string) => Turns<Finding[]>

const finders = new WeakMap<KnownData, KnownFinder>()

/**
 * Made once for what is known of somebody, however often his texts, and the words that take the place of what is found in
 * them, are looked through: making it costs more than a short text.
 */
function finderOf(known: KnownData): KnownFinder {
  const finder = finders.get(known) ?? knownFinder(known)
  finders.set(known, finder)
  return finder
}

function knownFinder(known: KnownData): KnownFinder {
  const inPlain: readonly [RedactionKind, Finder][] = [
    ['phone', phoneFinder(known.phones)],
    ['email', emailFinder(known.emails)],
    ['handle', handleFinder(known.handles)],
    ...inGroups(known.numbers).map((numbers): [RedactionKind, Finder] => ['number', numberFinder(numbers)]),
    ['birth_date', known.birthDate === null ? () => [] : birthDateFinder(known.birthDate)]
  ]
  const inFolded: readonly [RedactionKind, Finder][] = [
    ['name', nameFinder(known.names)],
    ['address', addressFinder(known.addresses)]
  ]
  return function* (text) {
    const found: Finding[] = []
    for (const [formOf, finders] of [[plainForm, inPlain] as const, [foldedForm, inFolded] as const]) {
      const form = formOf(text)
      yield
      for (const [kind, find] of finders) {
        for (const { start, end } of find(form)) found.push({ start, end, kind, basis: 'known' })
        yield
      }
    }
    return united(found)
  }
}

/** Places in the order of the text; those that overlap become one that holds them all. */
function united(findings: readonly Finding[]): Finding[] {
  const ordered = [...findings].sort((a, b) => a.start - b.start || b.end - a.end)
  const result: Finding[] = []
  for (const next of ordered) {
    const last = result.at(-1)
    if (last === undefined || next.start >= last.end) result.push(next)
    else result[result.length - 1] = unionOf(last, next)
  }
  return result
}

const weightier = (one: RedactionKind, other: RedactionKind): RedactionKind =>
  WEIGHT[other] > WEIGHT[one] ? other : one

const unionOf = (one: Finding, other: Finding): Finding => ({
  start: Math.min(one.start, other.start),
  end: Math.max(one.end, other.end),
  kind: one.basis === other.basis ? weightier(one.kind, other.kind) : one.basis === 'known' ? one.kind : other.kind,
  basis: one.basis === 'known' || other.basis === 'known' ? 'known' : 'pattern'
})

/**
 * The text with each of these places replaced, and every other character as it was, masks, quotes and line ends included.
 * Places may come in any order and must not overlap.
 */
export function redacted(text: string, replacements: readonly Replacement[]): string {
  let result = ''
  let done = 0
  for (const { start, end, replacement } of [...replacements].sort((a, b) => a.start - b.start)) {
    if (start < done || end > text.length || start >= end)
      throw new RangeError('places overlap or lie outside of the text')
    result += text.slice(done, start) + replacement
    done = end
  }
  return result + text.slice(done)
}

/** Tells the line that a place is on, from 1. A place between the two signs that end a line is behind that end. */
export function linesOf(text: string): (place: number) => number {
  const ends = Array.from(text.matchAll(/\r\n|[\r\n]/g), ({ index }) => index)
  return place => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] as number) < place) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

/** Whether a place begins or ends within a character that takes two units, or takes a letter's marks away from it. */
export const splitsCharacter = (text: string, { start, end }: Span): boolean =>
  [start, end].some(place => place > 0 && place < text.length && isWithin(text, place))

const isWithin = (text: string, place: number): boolean =>
  /^[\udc00-\udfff]/.test(text.slice(place)) || /^\p{M}/u.test(text.slice(place))
