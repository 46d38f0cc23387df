import fc from 'fast-check'
import t from 'tap'
import { gramKeys, nameGrams, nameQuery, searchableName } from '../../src/domain/name-search.ts'
import { foldForSearch } from '../../src/domain/text.ts'

const TENANT = '01932c3e-7b1a-7000-8000-3f5a1c9d2e11'
const OTHER_TENANT = '01932c3e-7b1a-7000-8000-3f5a1c9d2e12'

/** What the index and the recheck behind it decide. */
function finds(sought: string, name: string): boolean {
  const query = nameQuery(TENANT, sought)
  if (query === null) return false
  const { foldedName, nameGrams: keys } = searchableName(TENANT, name)
  return query.gramKeys.every(key => keys.includes(key)) && query.substrings.every(word => foldedName.includes(word))
}

/** The rule in other words, without grams. */
function holds(sought: string, name: string): boolean {
  const words = wordsOf(sought)
  const found = ({ text, dense }: { text: string; dense: boolean }) =>
    wordsOf(name).some(word =>
      dense || [...text].length > 2 ? word.text.includes(text) : !word.dense && word.text.startsWith(text)
    )
  return words.length > 0 && words.every(found)
}

const wordsOf = (text: string) =>
  (foldForSearch(text).match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]+|[a-z0-9\p{sc=Cyrl}]+/gu) ?? []).map(
    word => ({
      text: word,
      dense: !/[a-z0-9\p{sc=Cyrl}]/u.test(word)
    })
  )

t.test('a word gives its first letter, its first two, and every three in a row', async t => {
  t.same(nameGrams('li'), ['^l', '^li'])
  t.same(nameGrams('anna'), ['^a', '^an', 'ann', 'nna'])
  t.same(nameGrams('jo o-b'), ['^j', '^jo', '^o', '^b'])
})

t.test('Chinese, Japanese and Korean give every character and every two in a row', async t => {
  t.same(nameGrams('李小龙'), ['李', '小', '龙', '李小', '小龙'])
  t.same(nameGrams('王'), ['王'])
  t.same(nameGrams('ルー・リ'), ['ル', 'ー', 'ルー', 'リ'], 'the middle dot parts')
  t.same(nameGrams('김민'), ['김', '민', '김민'])
  t.same(nameGrams('𠮷田'), ['𠮷', '田', '𠮷田'], 'beyond the basic plane as well')
})

t.test('scripts part from one another without a space', async t => {
  t.same(nameGrams('ab王cd'), ['^a', '^ab', '王', '^c', '^cd'])
})

t.test('a name without letters and digits gives nothing, and finds nothing', async t => {
  t.same(nameGrams('— !'), [])
  t.equal(nameQuery(TENANT, '— !'), null)
  t.same(searchableName(TENANT, null), { foldedName: '', nameGrams: [] })
})

t.test('what grams prove is not asked again', async t => {
  t.same(nameQuery(TENANT, 'Li')?.substrings, [])
  t.same(nameQuery(TENANT, 'ann')?.substrings, [])
  t.same(nameQuery(TENANT, '小龙')?.substrings, [])
  t.same(nameQuery(TENANT, 'Müller 李小龙')?.substrings, ['muller', '李小龙'])
  t.notOk(finds('annan', 'anna nan'), 'whose grams lie in two words')
})

t.test('grams decide as the rule does', async t => {
  const letters = fc.constantFrom(...'aaabbcÄé1 -王小小龙ルリ김민Иf%_', '  ')
  const text = (maxLength: number) => fc.string({ unit: letters, maxLength })
  fc.assert(
    fc.property(text(14), text(5), (name, sought) => finds(sought, name) === holds(sought, name)),
    { numRuns: 2_000 }
  )
  t.pass()
})

t.test('any three letters in a row of a word find the name, and any part of a Chinese one', async t => {
  const name = fc.array(fc.constantFrom('Müller', 'Ångström', 'García', 'O’Brien', '李小龙', '欧阳', 'Иванов'), {
    minLength: 1,
    maxLength: 4
  })
  fc.assert(
    fc.property(name, fc.nat(), fc.nat(), fc.integer({ min: 3, max: 8 }), (words, which, start, length) => {
      const word = [...(words[which % words.length] as string)]
      const from = start % Math.max(1, word.length - 2)
      const part = word.slice(from, from + length).join('')
      return finds(part, words.join(' ')) && finds(part.toUpperCase(), words.join(' '))
    })
  )
  t.pass()
})

t.test('a folded name is kept up to 200 characters, however long its letters are spelled out', async t => {
  t.equal([...searchableName(TENANT, '﷽'.repeat(200)).foldedName].length, 200)
  t.equal(searchableName(TENANT, `${'a'.repeat(199)} b`).foldedName, 'a'.repeat(199))
})

t.test('keys are whole numbers below 2^53, apart for each gram and each tenant, and for ever the same', async t => {
  const grams = Array.from({ length: 100_000 }, (_, n) => n.toString(36))
  const keys = [...gramKeys(TENANT, grams), ...gramKeys(OTHER_TENANT, grams)]
  t.ok(keys.every(key => Number.isSafeInteger(key) && key >= 0))
  t.equal(new Set(keys).size, keys.length)
  t.same(gramKeys(TENANT, ['^a', 'ann', '小龙']), [3793187626105772, 4042810563016586, 8712171250446585])
})
