import fc from 'fast-check'
import t from 'tap'
import { foldForSearch, maskContact, maskName } from '../../src/domain/text.ts'

t.test('case, accents and spare white space do not matter', async t => {
  const folded: Record<string, string> = {
    '  José   MÜLLER\t': 'jose muller',
    'Straße STRAẞE': 'strasse strasse',
    'Øster Łódź Đoković': 'oster lodz dokovic',
    'Æsir Œuvre Þór': 'aesir oeuvre thor',
    İstanbul: 'istanbul',
    ﬁn: 'fin',
    'Ａｎａ　１２': 'ana 12',
    ΟΔΥΣΣΕΥΣ: 'οδυσσευσ',
    Ёлка: 'елка',
    '': ''
  }
  for (const [text, expected] of Object.entries(folded)) t.equal(foldForSearch(text), expected, text)
})

t.test('Chinese, Japanese, Korean and Hindi keep their letters', async t => {
  for (const text of ['王小明', 'がぎパ', '김철수', 'हिन्दी', 'ที่'])
    t.equal(foldForSearch(text), text.normalize('NFC'), text)
})

t.test('composed and decomposed spellings fold to the same, and folding twice changes nothing', async t => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), text => {
      const folded = foldForSearch(text)
      return foldForSearch(folded) === folded && foldForSearch(text.normalize('NFD')) === folded
    }),
    { numRuns: 2000 }
  )
  t.pass()
})

t.test('a masked name keeps its first letter, surrogates and accents whole', async t => {
  t.equal(maskName('Müller'), 'M…')
  t.equal(maskName('  王小明'), '王…')
  t.equal(maskName('𠮷野家'), '𠮷…')
  t.equal(maskName('E\u0301mile'), 'É…')
  t.equal(maskName('   '), '…')
})

t.test('a masked phone keeps two digits, unless that were half of it', async t => {
  t.equal(maskContact('phone', '+86 138 0013 8000'), '…00')
  t.equal(maskContact('phone', '12345'), '…45')
  t.equal(maskContact('phone', '1234'), '…')
  t.equal(maskContact('phone', ''), '…')
})

t.test('a masked e-mail keeps its first letter and where it ends', async t => {
  t.equal(maskContact('email', 'jane.doe@shop.example.com'), 'j…@….com')
  t.equal(maskContact('email', 'a@b@c.co.uk'), 'a…@….uk')
  for (const value of ['jane', 'jane@localhost', '@shop.com', 'jane@[10.0.0.1]', ''])
    t.equal(maskContact('email', value), '…', value)
})

t.test('of any other contact nothing is shown', async t => {
  t.equal(maskContact('wechat', 'jane_doe'), '…')
  t.equal(maskContact('address', 'High Street 1'), '…')
})

t.test('every e-mail is masked to its first letter and its top level', async t => {
  fc.assert(
    fc.property(fc.emailAddress(), email => {
      const masked = maskContact('email', email)
      return masked === `${email[0]}…@….${email.split('.').at(-1)}`
    })
  )
  t.pass()
})
