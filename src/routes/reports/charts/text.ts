import type { Language } from '../../../domain/language.ts'
import { minorDigits } from '../../../domain/money.ts'

/** How numbers and names are written in a chart. */
export interface Writing {
  readonly language: Language
  whole(value: number): string
  decimal(value: number): string
  percent(share: number): string
  /** Short, as a label has room for: `€12.3K`, `¥1.2万`. */
  money(minor: number, currency: string): string
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

export function writingIn(language: Language): Writing {
  const locale = LOCALES[language]
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const decimal = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  return {
    language,
    whole: value => whole.format(value),
    decimal: value => decimal.format(value),
    percent: share => percent.format(share),
    money: (minor, currency) =>
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        notation: 'compact',
        minimumFractionDigits: 0,
        maximumFractionDigits: 1
      }).format(minor / 10 ** minorDigits(currency))
  }
}

/** Of the letters of common sans-serif faces, in ems: what is as wide as its height, narrow, wide, and the rest. */
const FULL =
  /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}|[\u{20000}-\u{3ffff}]/u
const NARROW = /[ .,:;'|!ijlftr()[\]/\\-]/
const WIDE = /[mwMW@%&—…]/
const CAPITAL = /[\p{Lu}#$€£+=<>~]/u

/** About how many pixels a text takes. There is no canvas here to ask; a little too much is meant to be. */
export function textWidth(text: string, size: number): number {
  let ems = 0
  for (const letter of text) {
    if (FULL.test(letter)) ems += 1
    else if (NARROW.test(letter)) ems += 0.36
    else if (WIDE.test(letter)) ems += 0.92
    else if (CAPITAL.test(letter)) ems += 0.72
    else ems += 0.58
  }
  return ems * size
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text
  const letters = [...text]
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size) > width) letters.pop()
  return `${letters.join('').trimEnd()}…`
}

/** Words of a sentence on lines that are not wider than that; Chinese may break between any two characters. */
export function lines(text: string, width: number, size: number): string[] {
  const parts = text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/gu) ?? []
  const all: string[] = []
  let line = ''
  for (const part of parts) {
    if (line !== '' && textWidth((line + part).trimEnd(), size) > width) {
      all.push(line.trimEnd())
      line = ''
    }
    line += part
  }
  return line.trim() === '' ? all : [...all, line.trimEnd()]
}
