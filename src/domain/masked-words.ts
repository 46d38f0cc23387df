import type { Language } from './language.ts'
import { type Finding, type KnownData, personalDataIn, redacted, splitsCharacter, tokensOf } from './redaction.ts'
import { atOnce, type Turns } from './turns.ts'

/** How far behind a cut is looked, in UTF-16 units: nothing that says who somebody is, is longer. */
const BEHIND_A_CUT = 400
const CUT = '…'

/** As much of words as has to be looked through to show `most` units of them; null: the whole. */
export const lookedThrough = (words: string, most: number | null): string =>
  most === null || words.length <= most ? words : words.slice(0, most + BEHIND_A_CUT)

/**
 * Words for who may not see persons: every place that says, or seems to say, who somebody is gives way to the word of its
 * kind, and every other character stays as it was. Of `most` UTF-16 units no more is shown, with an ellipsis behind them;
 * neither a character nor what was replaced is cut in two. `patterns` are those of `lookedThrough`.
 */
export const maskedWords = (
  words: string,
  known: KnownData,
  language: Language,
  most: number | null = null,
  patterns?: readonly Finding[]
): string => atOnce(maskedTurns(words, known, language, most, patterns))

/** As `maskedWords`, stopping for breath: long words keep nobody else waiting. */
export function* maskedTurns(
  words: string,
  known: KnownData,
  language: Language,
  most: number | null = null,
  patterns?: readonly Finding[]
): Turns<string> {
  const looked = lookedThrough(words, most)
  const findings = yield* personalDataIn(looked, known, patterns)
  const end = most === null || words.length <= most ? words.length : endOf(looked, findings, most)
  const word = tokensOf(language, known)
  const replacements = findings
    .filter(finding => finding.end <= end)
    .map(({ start, end, kind }) => ({ start, end, replacement: word(kind) }))
  return redacted(looked.slice(0, end), replacements) + (end < words.length ? CUT : '')
}

function endOf(looked: string, findings: readonly Finding[], most: number): number {
  const across = findings.find(({ start, end }) => start < most && end > most)
  if (across !== undefined) return across.end
  let end = most
  while (end > 0 && splitsCharacter(looked, { start: end, end })) end--
  return end
}
