import { foldForSearch } from './text.ts'

/** What is kept of a name so that a part of it finds it. Neither depends on the locale of the database. */
export interface SearchableName {
  readonly foldedName: string
  readonly nameGrams: readonly number[]
}

/** What a sought part of a name asks for: all of the grams, and then, among those, all of the substrings. */
export interface NameQuery {
  /** The folded text itself, by which names that begin with it come first. */
  readonly folded: string
  readonly gramKeys: readonly number[]
  /** Words that grams alone cannot prove: their grams may lie scattered over a name. */
  readonly substrings: readonly string[]
}

/** Folded names are kept up to this many characters, so that an index can hold them whatever the folding spells out. */
const KEPT_CHARACTERS = 200

const DENSE_LETTER =
  '(?=[\\p{L}\\p{M}\\p{N}])[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Bopomofo}]'

/** A run of Chinese, Japanese or Korean, which is read character by character, or a word of any other script. */
const WORD = new RegExp(`((?:${DENSE_LETTER})+)|(?:(?!${DENSE_LETTER})[\\p{L}\\p{M}\\p{N}])+`, 'gu')

interface Word {
  readonly letters: readonly string[]
  readonly dense: boolean
}

const wordsOf = (folded: string): Word[] =>
  Array.from(folded.matchAll(WORD), ([word, dense]) => ({ letters: [...word], dense: dense !== undefined }))

/** All neighbours of `size` letters. */
const neighbours = (letters: readonly string[], size: number): string[] =>
  letters.slice(size - 1).map((_, start) => letters.slice(start, start + size).join(''))

/** Marks the first one or two letters of a word, so that they are not taken for letters within one. */
const beginning = (letters: readonly string[]): string => `^${letters.join('')}`

/**
 * The grams of a folded name, each once. A word gives its first letter and its first two, marked, and every three letters
 * in a row; a run of Chinese, Japanese or Korean gives every character and every two in a row.
 */
export function nameGrams(folded: string): string[] {
  const grams = wordsOf(folded).flatMap(({ letters, dense }) =>
    dense
      ? [...letters, ...neighbours(letters, 2)]
      : [beginning(letters.slice(0, 1)), beginning(letters.slice(0, 2)), ...neighbours(letters, 3)]
  )
  return [...new Set(grams)]
}

/** A name as it is kept for search in a tenant. */
export function searchableName(tenantId: string, name: string | null): SearchableName {
  const foldedName = [...foldForSearch(name ?? '')].slice(0, KEPT_CHARACTERS).join('').trim()
  return { foldedName, nameGrams: gramKeys(tenantId, nameGrams(foldedName)) }
}

/**
 * What a sought text asks of a name: every word of it must be there, in any order. One or two letters must begin a word;
 * three or more may stand anywhere within one; Chinese, Japanese and Korean may stand anywhere, down to one character.
 * Null when the text holds neither letter nor digit: nothing is sought then.
 */
export function nameQuery(tenantId: string, text: string): NameQuery | null {
  const folded = foldForSearch(text)
  const words = wordsOf(folded)
  if (words.length === 0) return null
  const proven = ({ letters, dense }: Word) => letters.length <= (dense ? 2 : 3)
  return {
    folded,
    gramKeys: gramKeys(tenantId, new Set(words.flatMap(soughtGrams))),
    substrings: [...new Set(words.filter(word => !proven(word)).map(({ letters }) => letters.join('')))]
  }
}

function soughtGrams({ letters, dense }: Word): string[] {
  if (dense) return letters.length === 1 ? [...letters] : neighbours(letters, 2)
  return letters.length <= 2 ? [beginning(letters)] : neighbours(letters, 3)
}

/**
 * Grams of a tenant as whole numbers below 2^53: short to keep, and each tenant's apart from all others', so that an index
 * over them never wades through the names of others. They are stored: another way of counting would find nothing any more.
 */
export function gramKeys(tenantId: string, grams: Iterable<string>): number[] {
  const tenant = hashed(START, tenantId)
  return Array.from(grams, gram => {
    const [low, high] = hashed(tenant, gram)
    return (avalanche(high) >>> 11) * 2 ** 32 + avalanche(low)
  })
}

type Lanes = readonly [low: number, high: number]

const START: Lanes = [0x811c9dc5, 0x9e3779b9]

/** Two hashes of 32 bits side by side, after Fowler, Noll and Vo, over UTF-16 units. */
function hashed([low, high]: Lanes, text: string): Lanes {
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193)
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return [low, high]
}

/** Lets every bit depend on every other (the last step of MurmurHash3). */
function avalanche(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
