import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { LANGUAGES, type Language } from '../../src/domain/language.ts'
import type { ReasonCode } from '../../src/domain/reason.ts'
import { CATALOGUES, inWords, reasonText } from '../../src/domain/reason-texts.ts'

const domain = new URL('../../src/domain/', import.meta.url)
const source = (file: string) => readFileSync(new URL(file, domain), 'utf8')
const codesOf = (language: Language) => Object.keys(CATALOGUES[language]).sort()

t.test('every language has a sentence for every code, and for nothing else', async t => {
  for (const language of LANGUAGES) t.same(codesOf(language), codesOf('en'), language)
})

t.test('every code that a rule gives has a sentence, and every sentence a rule that gives its code', async t => {
  const rules = readdirSync(domain).filter(file => file.endsWith('.ts') && !file.startsWith('reason'))
  const sources = [...rules.map(source), source('../services/classification-view.ts')].map(withoutRefusals)
  const groups = new Set(codesOf('en').map(code => code.split('.')[0]))
  const whole = new Set<string>()
  const begun = new Set<string>()
  for (const text of sources) {
    for (const [, code = '', end] of text.matchAll(/['`]([a-z_]+\.[a-z_]*)(['`]|\$\{)/g)) {
      if (groups.has(code.split('.')[0])) (end === '${' ? begun : whole).add(code)
    }
  }
  const known = codesOf('en')
  t.same(
    [...whole].filter(code => !known.includes(code)),
    [],
    'codes without a sentence'
  )
  t.same(
    known.filter(code => !whole.has(code) && ![...begun].some(start => code.startsWith(start))),
    [],
    'sentences without a rule'
  )
})

/** Refusals have codes of their own, and their sentence beside them. */
const withoutRefusals = (text: string) =>
  text.replaceAll(/\b(?:invalid|unprocessable|conflict|forbidden|unavailable|precondition)\(\s*'[^']*'/g, '')

t.test('money, shares and counts read as they do elsewhere', async t => {
  const short = { nextClass: 'A', missingMinor: 1240, currency: 'EUR' } as const
  t.equal(reasonText('abc.short_of_next_class', short, 'en'), '12.40 short of A.')
  t.equal(reasonText('abc.short_of_next_class', { ...short, currency: 'JPY' }, 'zh'), '距离 A 类还差 1240。')
  const margin = { plainClass: 'A', class: 'B', hysteresis: 0.02 }
  t.match(reasonText('abc.kept_by_margin', margin, 'zh'), '在越过界线 2.00% 之前保持 B 类。')
  const once = { recencyDays: 1, score: 5, scores: 5, customers: 1, betterThanDays: null }
  t.equal(reasonText('rfm.recency', once, 'en'), 'Last bought 1 day ago: 5 of 5 among 1 customer.')
  t.equal(
    reasonText('rfm.recency', { ...once, recencyDays: 2, customers: 7 }, 'en'),
    'Last bought 2 days ago: 5 of 5 among 7 customers.'
  )
})

t.test('a reason in words has the code and the figures that it had', async t => {
  const ground = { code: 'standing.key_after_runs', facts: { missingRuns: 1 } } as const
  t.same(inWords(ground, 'zh'), { ...ground, text: '再有 1 次保持 A 类，就成为关键顾客。' })
})

t.test('every sentence ends like one and leaves no gap, whatever the figures', async t => {
  // Any figure under any name: sentences look for theirs by name.
  const figures = fc.record({ n: fc.integer({ min: 0, max: 999 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(figures, fc.constantFrom(...LANGUAGES), ({ n, share }, language) => {
      for (const code of Object.keys(CATALOGUES[language]) as ReasonCode[]) {
        const facts = new Proxy({}, { get: (_, name) => figureNamed(String(name), n, share, language) })
        const sentence = reasonText(code, facts as never, language)
        const whole = language === 'en' ? /^[A-Z0-9][^\u4e00-\u9fff]*\.$/u : /^[^a-z]*[A-Z0-9\u4e00-\u9fff].*。$/u
        if (!whole.test(sentence) || /undefined|null|NaN|Infinity|\[object| {2}/.test(sentence)) {
          throw new Error(`${code} in ${language}: ${sentence}`)
        }
      }
    }),
    { numRuns: 30 }
  )
  t.pass()
})

/** A figure that fits its name: money is whole, days have a text, names are names. */
function figureNamed(name: string, n: number, share: number, language: Language): string | number {
  if (name === 'currency') return 'EUR'
  if (name.endsWith('Minor')) return n
  if (name === 'on') return '2026-12-14'
  if (name === 'nextState') return 'due'
  if (name === 'note') return language === 'en' ? 'Opens a shop.' : '要开店。'
  if (/class$|Class$|Brand$/.test(name)) return 'A'
  return /share|Share|rate|Rate|risk|expected|chance|mean|quality|attitude|ratio|Ratio|lower|Probability/.test(name)
    ? share
    : n
}
