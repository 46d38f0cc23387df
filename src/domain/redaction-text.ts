import { foldForSearch } from './text.ts'

/** Places [start, end) of a text, counted in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A text in another form, each unit of which knows the place in the original that it comes from. */
export interface MappedText {
  readonly original: string
  readonly form: string
  /** The place in the original of what the units [from, to) of the form were made of. */
  spanOf(from: number, to: number): Span
}

/** Looks for what is known in one text after another. */
export type Finder = (text: MappedText) => Span[]

/**
 * A run of ASCII that no mark follows; or a letter with its marks, a Korean syllable written as its parts, one blank, or
 * anything else by itself.
 */
const CLUSTER = /\p{ASCII}+(?!\p{M})|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?\p{M}*|\P{M}\p{M}*|\p{M}+/gu
/** Letters, digits and signs that have one form only. */
export const ASCII = /^\p{ASCII}*$/u
const BLANK = /^\s$/
/** Letters that nobody sees, wherever they stand: a name with one within is that name. */
const INVISIBLE = /^[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]$/

/** Compatibility forms made plain (full width, ligatures) and every decimal digit a Latin one; case and marks stay. */
export const plainForm = (text: string): MappedText =>
  mapped(
    text,
    cluster => cluster.normalize('NFKC').replace(OTHER_DIGIT, latinDigit),
    run => run
  )

/** As names are compared: case, accents and spellings of letters gone; line ends stay. */
export const foldedForm = (text: string): MappedText => mapped(text, foldForSearch, run => run.toLowerCase())

/** `shapeRun` does for a run of ASCII what `shape` does for each of its letters: none of them becomes more than one. */
function mapped(original: string, shape: (cluster: string) => string, shapeRun: (run: string) => string): MappedText {
  const ofRun = (run: string) => shapeRun(run.replace(/\r/g, '\n').replace(/[\t\v\f]/g, ' '))
  if (ASCII.test(original)) {
    return { original, form: ofRun(original), spanOf: (start, end) => ({ start, end }) }
  }
  const starts: number[] = []
  const ends: number[] = []
  const shapes = new Map<string, string>()
  const shaping = (cluster: string): string => {
    const known = shapes.get(cluster)
    if (known !== undefined) return known
    const shaped = INVISIBLE.test(cluster) ? '' : BLANK.test(cluster) ? ' ' : shape(cluster)
    shapes.set(cluster, shaped)
    return shaped
  }
  let form = ''
  for (const { 0: cluster, index } of original.matchAll(CLUSTER)) {
    if (ASCII.test(cluster)) {
      for (let unit = index; unit < index + cluster.length; unit++) {
        starts.push(unit)
        ends.push(unit + 1)
      }
      form += ofRun(cluster)
      continue
    }
    const shaped = shaping(cluster)
    for (let unit = 0; unit < shaped.length; unit++) {
      starts.push(index)
      ends.push(index + cluster.length)
    }
    form += shaped
  }
  return { original, form, spanOf: (from, to) => ({ start: starts[from] ?? 0, end: ends[to - 1] ?? 0 }) }
}

const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu

/** Digits of a script stand in a row from its zero on, in rows of ten. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) as number
  let before = 0
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before++
  return String(before % 10)
}

/** Chinese, Japanese, Korean, Thai and their like, which put no blanks between words. */
export const DENSE =
  '(?=[\\p{L}\\p{M}])[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Bopomofo}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]'

/** A text as a part of a pattern. */
export const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** A pattern that neither begins nor ends within a word or number; scripts without blanks have no such bounds. */
export const asWord = (pattern: string): string =>
  `(?<!(?!${DENSE})[\\p{L}\\p{M}\\p{N}])(?:${pattern})(?!(?!${DENSE})[\\p{L}\\p{M}\\p{N}])`

/** Every place of a pattern that is global, or of its group `it` where it has one. Empty ones are none. */
export function placesOf(text: MappedText, pattern: RegExp): Span[] {
  const spans: Span[] = []
  // Not `matchAll`, which makes a copy of the pattern each time: of most patterns a text has no place.
  pattern.lastIndex = 0
  for (let match = pattern.exec(text.form); match !== null; match = pattern.exec(text.form)) {
    const [from, to] = match.indices?.groups?.it ?? [match.index, match.index + match[0].length]
    if (match[0] === '') pattern.lastIndex++
    const { start, end } = text.spanOf(from, to)
    if (from < to && start < end) spans.push({ start, end })
  }
  return spans
}
