import type { Language } from './language.ts'
import type { Catalogue, Ground, Reason, ReasonCode } from './reason.ts'
import type { ReasonFigures } from './reason-figures.ts'
import { ENGLISH } from './reason-texts-en.ts'
import { CHINESE } from './reason-texts-zh.ts'

/** Every language has a sentence for every code: the type of a catalogue leaves none out. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: ENGLISH, zh: CHINESE }

/** The sentence for a reason. */
export function reasonText<C extends ReasonCode>(code: C, facts: ReasonFigures[C], language: Language): string {
  const say: (figures: ReasonFigures[C]) => string = CATALOGUES[language][code]
  return say(facts)
}

/** A reason as callers read it: with its sentence in their language. */
export function inWords<C extends ReasonCode>({ code, facts }: Ground<C>, language: Language): Reason {
  return { code, text: reasonText(code, facts, language), facts }
}

/** All reasons of a list, in words. */
export function allInWords(grounds: readonly Ground[], language: Language): Reason[] {
  return grounds.map(ground => inWords(ground, language))
}
