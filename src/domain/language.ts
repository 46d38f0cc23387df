/** The languages that sentences and charts are written in. */
export const LANGUAGES = ['en', 'zh'] as const

export type Language = (typeof LANGUAGES)[number]

/** Whether a text names one of the languages. */
export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text)
}

/**
 * The language that a reader asks for by `Accept-Language` (RFC 9110): the one of the highest weight that is written here,
 * of equal weights the first. A region does not matter (`zh-TW` is `zh`), a weight of 0 is a refusal, and `*` is content
 * with anything not named. Where nothing asked for is written here, or nothing is asked for, `own` it is.
 */
export function languageFor(acceptLanguage: string | undefined, own: Language): Language {
  const weights = new Map<string, number>()
  for (const part of (acceptLanguage ?? '').slice(0, LONGEST_HEADER).toLowerCase().split(',')) {
    const match = RANGE.exec(part.trim())
    if (!match) continue
    const [, name = '', weight = '1'] = match
    if (!weights.has(name)) weights.set(name, Number(weight))
  }
  // The own language first, so that it wins where a reader is content with any.
  const offered = [own, ...LANGUAGES.filter(language => language !== own)]
  const named = [...weights.keys()]
  let best: { language: Language; weight: number; place: number } | null = null
  for (const language of offered) {
    const name = weights.has(language) ? language : '*'
    const weight = weights.get(name) ?? 0
    const place = named.indexOf(name)
    if (weight > 0 && (best === null || weight > best.weight || (weight === best.weight && place < best.place)))
      best = { language, weight, place }
  }
  return best?.language ?? own
}

/** More than any reader's list; what comes after it is not looked at. */
const LONGEST_HEADER = 500
const RANGE = /^(\*|[a-z]{1,8})(?:-[a-z0-9-]{1,40})?(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/
