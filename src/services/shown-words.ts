import type { Tx } from '../db/client.ts'
import { lookedThrough, maskedTurns } from '../domain/masked-words.ts'
import { type KnownData, patternTurns } from '../domain/redaction.ts'
import type { Turns } from '../domain/turns.ts'
import type { Actor } from './context.ts'
import { inTurns } from './in-turns.ts'
import { joined, knownDataOfAll, type Looked } from './known-data.ts'

/** Words of a person, or about one, before they are shown to a caller. */
export interface Words<Text extends string | null = string | null> {
  readonly texts: readonly Text[]
  readonly customerId: string | null
  readonly purchaseId: string | null
  /** What is known of him beside files. */
  readonly known?: KnownData
}

/** Whether the caller may read words by which somebody can be known. */
export const seesPersons = (actor: Actor): boolean => actor.scopes.has('customers.pii:read')

/** Of long words lists show the beginning where they are masked: so many UTF-16 units. */
export const LISTED_AT_MOST = 1_000

/**
 * Words as a caller may read them: as they are, or without `customers.pii:read` with everything replaced that says who
 * somebody is, as far as it is known or looks like it. Read with what is known at this moment, of all in a few questions.
 */
export async function shownWords<Text extends string | null>(
  tx: Tx,
  actor: Actor,
  said: readonly Words<Text>[],
  most: number | null = null
): Promise<(readonly Text[])[]> {
  if (seesPersons(actor)) return said.map(({ texts }) => texts)
  const looked = await inTurns(lookedTurns(said, most))
  const known = await knownDataOfAll(
    tx,
    actor,
    said.map(({ customerId, purchaseId }, place) => ({ customerId, purchaseId, words: looked[place] ?? [] }))
  )
  const masked = function* (): Turns<(readonly Text[])[]> {
    const shown: (readonly Text[])[] = []
    for (const [place, { texts, known: beside }] of said.entries()) {
      const file = known[place] as KnownData
      const all = beside === undefined ? file : { ...joined([file, beside]), birthDate: file.birthDate }
      const words: (string | null)[] = []
      for (const [at, text] of texts.entries()) {
        const patterns = looked[place]?.[at]?.patterns
        words.push(text === null ? text : yield* maskedTurns(text, all, actor.tenant.language, most, patterns))
      }
      shown.push(words as Text[])
    }
    return shown
  }
  return inTurns(masked())
}

/** What looks like personal data in as much of each of the words as will be shown. */
function* lookedTurns(said: readonly Words[], most: number | null): Turns<Looked[][]> {
  const looked: Looked[][] = []
  for (const { texts } of said) {
    const parts: Looked[] = []
    for (const text of texts) {
      const part = text === null ? '' : lookedThrough(text, most)
      parts.push({ text: part, patterns: yield* patternTurns(part) })
    }
    looked.push(parts)
  }
  return looked
}

/** As `shownWords`, of one. */
export async function shownTexts<Text extends string | null>(
  tx: Tx,
  actor: Actor,
  words: Words<Text>
): Promise<readonly Text[]> {
  const [texts] = await shownWords(tx, actor, [words])
  return texts as readonly Text[]
}
