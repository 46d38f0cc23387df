import fc from 'fast-check'
import t from 'tap'
import { isLanguage, LANGUAGES, languageFor } from '../../src/domain/language.ts'

t.test('the language of the highest weight that is written here is taken', async t => {
  const cases: [string | undefined, 'en' | 'zh', 'en' | 'zh'][] = [
    [undefined, 'en', 'en'],
    [undefined, 'zh', 'zh'],
    ['', 'zh', 'zh'],
    ['zh', 'en', 'zh'],
    ['zh-Hans-CN', 'en', 'zh'],
    ['ZH-tw', 'en', 'zh'],
    ['de-DE,de;q=0.9,en;q=0.8', 'zh', 'en'],
    ['de, fr', 'zh', 'zh'],
    ['en;q=0.5, zh;q=0.8', 'en', 'zh'],
    ['zh;q=0.8, en;q=0.8', 'en', 'zh'],
    ['*', 'zh', 'zh'],
    ['zh;q=0', 'en', 'en'],
    ['zh;q=0, *', 'zh', 'en'],
    ['en-GB,en;q=0.9', 'zh', 'en'],
    ['nonsense;;q=x, zh', 'en', 'zh']
  ]
  for (const [header, own, expected] of cases) t.equal(languageFor(header, own), expected, `${header} for ${own}`)
})

t.test('whatever a reader sends, he gets a language that is written here', async () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 600 }), fc.constantFrom(...LANGUAGES), (header, own) =>
      isLanguage(languageFor(header, own))
    )
  )
})

t.test('who asks for nothing in particular gets the own language', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom('de', 'fr-CH', 'ja;q=0.5', '*;q=0.1', 'xx, yy'),
      fc.constantFrom(...LANGUAGES),
      (h, own) => languageFor(h, own) === own
    )
  )
})
