import type { Tx } from '../db/client.ts'
import { lookedThrough, maskedWords } from '../domain/masked-words.ts'
import { type KnownData, patternsIn } from '../domain/redaction.ts'
import type { Actor } from './context.ts'
import { joined, knownDataOfAll } from './known-data.ts'

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
  const looked = said.map(({ texts }) =>
    texts.map(text => {
      const part = text === null ? '' : lookedThrough(text, most)
      return { text: part, patterns: patternsIn(part) }
    })
  )
  const known = await knownDataOfAll(
    tx,
    actor,
    said.map(({ customerId, purchaseId }, place) => ({ customerId, purchaseId, words: looked[place] ?? [] }))
  )
  return said.map(({ texts, known: beside }, place) => {
    const file = known[place] as KnownData
    const all = beside === undefined ? file : { ...joined([file, beside]), birthDate: file.birthDate }
    return texts.map((text, at) =>
      text === null ? text : maskedWords(text, all, actor.tenant.language, most, looked[place]?.[at]?.patterns)
    ) as Text[]
  })
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
