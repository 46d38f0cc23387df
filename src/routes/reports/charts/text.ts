import type { Language } from '../../../domain/language.ts'
import { minorDigits } from '../../../domain/money.ts'

/** How numbers and names are written in a chart. */
export interface Writing {
  readonly language: Language
  whole(value: number): string
  /** With as many digits as matter: `240`, `7`, `7.4`, `0.60`. */
  decimal(value: number): string
  /** As `decimal`, for figures that stand beside one another: `10.0`, `7.4`. */
  mean(value: number): string
  /** With one decimal, and never nought or all for what is nearly that: `0%`, `<0.1%`, `20.0%`, `100%`. */
  percent(share: number): string
  /** For axes and small cells: `20%`. */
  wholePercent(share: number): string
  /** Short, as a label has room for, of three digits: `€7.95`, `€850`, `€12.3k`, `¥1.23万`. */
  money(minor: number, currency: string): string
  /** To the last digit: `€1,234.60`. */
  amount(minor: number, currency: string): string
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

export function writingIn(language: Language): Writing {
  const locale = LOCALES[language]
  const fixed = (style: 'decimal' | 'percent', from: number, to: number) => {
    const format = new Intl.NumberFormat(locale, { style, minimumFractionDigits: from, maximumFractionDigits: to })
    return (value: number) => format.format(value)
  }
  const whole = fixed('decimal', 0, 0)
  const wholePercent = fixed('percent', 0, 0)
  const tenthsOfPercent = fixed('percent', 1, 1)
  const [upToTenths, tenths] = [fixed('decimal', 0, 1), fixed('decimal', 1, 1)]
  const hundredths = fixed('decimal', 2, 2)
  const amountOf = (currency: string, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...options })
  const isLarge = (value: number) => Math.abs(value) >= 100
  return {
    language,
    whole,
    decimal: value => {
      if (isLarge(value)) return whole(value)
      return value !== 0 && Math.abs(value) < 1 ? hundredths(value) : upToTenths(value)
    },
    mean: value => (isLarge(value) ? whole(value) : tenths(value)),
    percent: share => {
      if (share > 0 && share < NEARLY) return `<${tenthsOfPercent(2 * NEARLY)}`
      if (share < 1 && share > 1 - NEARLY) return `>${tenthsOfPercent(1 - 2 * NEARLY)}`
      return share === 0 || share === 1 ? wholePercent(share) : tenthsOfPercent(share)
    },
    wholePercent,
    money: (minor, currency) => {
      const digits = minorDigits(currency)
      const value = minor / 10 ** digits
      if (!isLarge(value))
        return amountOf(currency, { minimumFractionDigits: Number.isInteger(value) ? 0 : digits }).format(value)
      const few = Math.abs(value) < SHORT_FROM[language]
      return amountOf(
        currency,
        few ? { maximumFractionDigits: 0 } : { notation: 'compact', maximumSignificantDigits: 3 }
      ).format(value)
    },
    amount: (minor, currency) => amountOf(currency, {}).format(minor / 10 ** minorDigits(currency))
  }
}

/** Half of what a percentage with one decimal can tell. */
const NEARLY = 0.0005
/** From where a language has a short word for a number. */
const SHORT_FROM: Readonly<Record<Language, number>> = { en: 1_000, zh: 10_000 }

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
