import type { Tx } from '../db/client.ts'
import { conflict, DomainError, notFound, unprocessable } from '../domain/errors.ts'
import { added, holds, occurrences, overlapping, type PlacedReplacement, undecided } from '../domain/notice.ts'
import { findingsInWords } from '../domain/notice-words.ts'
import {
  type Finding,
  type KnownData,
  knownIn,
  linesOf,
  NOTHING_KNOWN,
  patternTurns,
  personalDataIn,
  type RedactionKind,
  redacted,
  splitsCharacter,
  tokensOf
} from '../domain/redaction.ts'
import type { Span } from '../domain/redaction-text.ts'
import { type FeedbackRow, feedbackRepository } from '../repositories/feedback.ts'
import { type NoticeRow, noticesRepository, type ReplacementRow } from '../repositories/notices.ts'
import type { Actor } from './context.ts'
import { inTurns } from './in-turns.ts'
import { knownDataOf } from './known-data.ts'

/** Something more to replace: one place, or a text wherever it stands. */
export interface NewReplacement {
  readonly startsAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly text?: string | undefined
  readonly staffId?: string | undefined
  readonly kind: RedactionKind
  /** The word of the kind when absent. */
  readonly replacement?: string | undefined
}

/** A notice before it is published: each replacement with its place, and what nobody has decided on. */
export interface NoticePreview {
  readonly noticeId: string
  /** The customer's own words; null where the caller may not see persons. */
  readonly originalText: string | null
  /** As it would be published now. */
  readonly text: string
  readonly replacements: (Omit<ReplacementRow, 'createdAt'> & {
    readonly line: number
    readonly original: string | null
  })[]
  /** What was found since, and is neither replaced nor rejected. */
  readonly undecided: {
    readonly startsAt: number
    readonly endsAt: number
    readonly line: number
    readonly kind: RedactionKind
  }[]
  /** The words of our own people, and where they say who somebody is: such a notice is neither approved nor published. */
  readonly title: string
  readonly titleFindings: FoundPlace[]
  readonly comment: string | null
  readonly commentFindings: FoundPlace[]
  readonly version: number
}

interface FoundPlace {
  readonly startsAt: number
  readonly endsAt: number
  readonly kind: RedactionKind
}

/** A notice with all that a decision about its text rests on. */
export interface NoticeText {
  readonly notice: NoticeRow
  readonly feedback: FeedbackRow
  readonly known: KnownData
  /** What looks like personal data in the words. */
  readonly patterns: readonly Finding[]
  readonly replacements: ReplacementRow[]
}

/** What looks like personal data in words, found piece by piece: a long letter keeps no other request waiting. */
export const lookedFor = (text: string): Promise<Finding[]> => inTurns(patternTurns(text))

/**
 * Reads what a decision about the text of a notice rests on, with what is known of its customer by now. What was said to
 * another store is not there for who is bound to one.
 */
export async function textOf(tx: Tx, actor: Actor, notice: NoticeRow): Promise<NoticeText> {
  const feedback = await feedbackRepository(tx).find(notice.feedbackId, actor.storeId)
  if (!feedback) throw notFound('notice')
  const patterns = await lookedFor(feedback.text)
  return {
    notice,
    feedback,
    patterns,
    known: await knownDataOf(tx, actor, feedback, patterns),
    replacements: await noticesRepository(tx).replacements(notice.id)
  }
}

/** What words of our own people about a text are compared with. */
export type WordsFacts = Pick<NoticeText, 'known' | 'replacements'> & { readonly feedback: { readonly text: string } }

/** Refuses names that an editor adds while they stand in the title or the comment, which are not rewritten. */
export function expectNamedNowhere({ notice }: NoticeText, names: readonly string[]): void {
  const isNamed = [notice.title, notice.comment ?? ''].some(
    words => knownIn(words, { ...NOTHING_KNOWN, names }).length > 0
  )
  if (!isNamed) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'notice.personal_data',
    detail: 'The title or the comment names somebody who is to be named nowhere; change it first.',
    errors: [{ pointer: '/names', code: 'notice.personal_data', message: 'stands in the title or in the comment' }]
  })
}

/** Words of our own people are not rewritten: what says who somebody is goes back to them. */
export function expectClean(words: string, { known: data, feedback, replacements }: WordsFacts, pointer: string): void {
  if (findingsInWords(words, data, feedback.text, replacements).length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'notice.personal_data',
    detail: 'What the staff reads must not say who somebody is.',
    errors: [{ pointer, code: 'notice.personal_data', message: 'holds a name, a number or an address' }]
  })
}

export async function replacementsFor(
  actor: Actor,
  { text, patterns }: { readonly text: string; readonly patterns: readonly Finding[] },
  data: KnownData,
  existing: readonly PlacedReplacement[]
): Promise<PlacedReplacement[]> {
  const findings = undecided(await inTurns(personalDataIn(text, data, patterns)), existing)
  return added(findings, existing, tokensOf(actor.tenant.language, data))
}

const allFindings = ({ feedback, known: data, patterns }: NoticeText): Promise<Finding[]> =>
  inTurns(personalDataIn(feedback.text, data, patterns))

const findingsIn = ({ known: data, feedback, replacements }: NoticeText, words: string | null): FoundPlace[] =>
  findingsInWords(words ?? '', data, feedback.text, replacements).map(({ start, end, kind }) => ({
    startsAt: start,
    endsAt: end,
    kind
  }))

/** Refuses words that the customer has taken back: `feedback.withdrawn`. */
export function expectStillSaid({ state }: Pick<FeedbackRow, 'state'>): void {
  if (state === 'withdrawn') throw conflict('feedback.withdrawn', 'The customer has taken this feedback back.')
}

/** Refuses what would hang on the board with something that may say who somebody is, in whatever part of it. */
export async function expectDecided(reviewed: NoticeText): Promise<void> {
  const { title, comment } = reviewed.notice
  const inText = undecided(await allFindings(reviewed), reviewed.replacements).length
  const inTitle = findingsIn(reviewed, title).length
  const inComment = findingsIn(reviewed, comment).length
  const places = inText + inTitle + inComment
  if (places === 0) return
  throw new DomainError({
    kind: 'conflict',
    code: 'notice.personal_data_left',
    detail: 'Something that may say who somebody is, is neither replaced nor rejected, or stands in title or comment.',
    facts: { places, inText, inTitle, inComment }
  })
}

/** The words of the customer with every replacement that holds. */
export const clearedText = ({ feedback, replacements }: NoticeText): string =>
  withReplaced(feedback.text, replacements.filter(holds))

const withReplaced = (text: string, replacements: readonly PlacedReplacement[]): string =>
  redacted(
    text,
    replacements.map(({ startsAt, endsAt, replacement }) => ({ start: startsAt, end: endsAt, replacement }))
  )

export function placesOf(text: string, input: NewReplacement, replacements: readonly PlacedReplacement[]): Span[] {
  const { startsAt, endsAt, text: word } = input
  if (word !== undefined) {
    const spans = occurrences(text, word).filter(span => !splitsCharacter(text, span))
    const free = spans.filter(span => overlapping(span, replacements) === undefined)
    if (free.length > 0) return free
    throw unprocessable(
      'notice.text_not_found',
      'The text stands nowhere in the words of the customer, or is replaced already.'
    )
  }
  const span = { start: startsAt ?? 0, end: endsAt ?? 0 }
  if (span.start >= span.end || span.end > text.length || splitsCharacter(text, span)) {
    throw unprocessable(
      'notice.place_invalid',
      'The place lies outside of the text, is empty, or takes a character apart.'
    )
  }
  const other = overlapping(span, replacements)
  if (other === undefined) return [span]
  throw new DomainError({
    kind: 'conflict',
    code: 'notice.replacement_overlaps',
    detail: 'A part of the place is replaced already; reject that replacement first.',
    facts: { number: other.number }
  })
}

/** Without `customers.pii:read` the customer's words are not shown, and of rejected places neither. */
export async function previewOf(reviewed: NoticeText, actor: Actor): Promise<NoticePreview> {
  const { notice, feedback, replacements } = reviewed
  const findings = await allFindings(reviewed)
  const visible = actor.scopes.has('customers.pii:read')
  const { text } = feedback
  const lineOf = linesOf(text)
  return {
    noticeId: notice.id,
    originalText: visible ? text : null,
    text: visible ? clearedText(reviewed) : strictlyCleared(reviewed, findings),
    replacements: replacements.map(({ createdAt: _, ...row }) => ({
      ...row,
      line: lineOf(row.startsAt),
      original: visible ? text.slice(row.startsAt, row.endsAt) : null
    })),
    undecided: undecided(findings, replacements).map(({ start, end, kind }) => ({
      startsAt: start,
      endsAt: end,
      line: lineOf(start),
      kind
    })),
    title: notice.title,
    titleFindings: findingsIn(reviewed, notice.title),
    comment: notice.comment,
    commentFindings: findingsIn(reviewed, notice.comment),
    version: notice.version
  }
}

/** With every finding replaced, whatever an editor has decided so far. */
function strictlyCleared({ feedback, replacements }: NoticeText, findings: readonly Finding[]): string {
  const held = replacements.filter(holds)
  const more = added(findings, held, () => '[…]')
  return withReplaced(feedback.text, [...held, ...more])
}
