import fc from 'fast-check'
import t from 'tap'
import { lookedThrough, maskedWords } from '../../src/domain/masked-words.ts'
import { findPersonalData, type KnownData, knownIn, NOTHING_KNOWN } from '../../src/domain/redaction.ts'

const known: KnownData = {
  ...NOTHING_KNOWN,
  names: ['Anna Müller'],
  phones: ['+4915123456789'],
  emails: ['anna@example.com'],
  addresses: ['Hauptstraße 12'],
  numbers: ['R-10023']
}
const masked = (words: string, most: number | null = null) => maskedWords(words, known, 'en', most)

t.test('what says who somebody is gives way to the word of its kind, and everything else stays', async t => {
  t.equal(
    masked('"Anna Mueller", Hauptstr. 12:\r\nXXXX 0151/23456789 (R-10023), anna@example.com\t…'),
    '"[name]", [address]:\r\nXXXX [phone] ([number]), [e-mail]\t…'
  )
  t.equal(masked('Ms. Parker of the shop was kind.'), 'Ms. [name] of the shop was kind.', 'somebody else, by a cue')
  t.equal(masked('Open at eight, please.'), 'Open at eight, please.')
  t.equal(maskedWords('张伟先生很好', known, 'zh'), '[姓名]先生很好')
  t.equal(masked(''), '')
})

t.test('in a list long words are cut, and neither a name nor a character is cut in two', async t => {
  t.equal(masked('Fine shoes', 10), 'Fine shoes')
  t.equal(masked('I like the shoes', 10), 'I like the…')
  t.equal(masked('I am Anna Müller from here', 9), 'I am [name]…')
  t.equal(masked('I like 👍👍', 8), 'I like …')
  t.equal(lookedThrough('x'.repeat(5_000), 1_000).length, 1_400)
})

const piece = fc.oneof(
  fc.constantFrom(
    'Anna Müller',
    'mueller',
    'ANNA',
    '+49 151 23456789',
    '0151-2345 6789',
    'anna@example.com',
    'R-10023'
  ),
  fc.constantFrom('Hauptstraße 12', 'hauptstr. 12', 'the shoes', '…', 'XXXX', '"no"', '\r\n', '👍', '先生'),
  fc.string({ unit: 'binary', maxLength: 8 }).filter(text => text.isWellFormed())
)
const words = fc.array(fc.tuple(piece, fc.constantFrom(' ', ', ', '\n'))).map(parts => parts.flat().join(''))

t.test('nothing that is known is left, whatever stands around it and wherever it is cut', async () => {
  fc.assert(
    fc.property(words, fc.option(fc.integer({ min: 0, max: 60 })), (text, most) => {
      const shown = masked(text, most)
      return knownIn(shown, known).length === 0 && shown.isWellFormed()
    }),
    { numRuns: 500 }
  )
})

t.test('what no place was found in stays as it was, to the byte', async () => {
  fc.assert(
    fc.property(words, text => findPersonalData(text, known).length > 0 || masked(text) === text),
    { numRuns: 300 }
  )
})
