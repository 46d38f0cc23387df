import { holds, type PlacedReplacement } from './notice.ts'
import { type Finding, findPersonalData, type KnownData } from './redaction.ts'

/**
 * What says who somebody is in the words of our own people about a text: a title, a comment, a word in place of another.
 * Looked for is what is looked for in the text itself, and each name, address and number that was replaced in it, whoever
 * they belong to. What an editor has left in the text for a reason, and replaced nowhere, may stand here as well.
 */
export function findingsInWords(
  words: string,
  known: KnownData,
  text: string,
  replacements: readonly PlacedReplacement[]
): Finding[] {
  const originals = (ones: readonly PlacedReplacement[]) =>
    ones.map(({ startsAt, endsAt }) => text.slice(startsAt, endsAt))
  const replaced = replacements.filter(holds)
  const gone = new Set(originals(replaced))
  const left = new Set(originals(replacements.filter(one => !holds(one))).filter(original => !gone.has(original)))
  const of = (...kinds: readonly string[]) => new Set(originals(replaced.filter(({ kind }) => kinds.includes(kind))))
  const all = {
    ...known,
    names: [...known.names, ...of('name')],
    addresses: [...known.addresses, ...of('address')],
    numbers: [...known.numbers, ...of('number', 'handle', 'id', 'card', 'account')]
  }
  return findPersonalData(words, all).filter(({ start, end }) => !left.has(words.slice(start, end)))
}
