import { conflict, type DomainError, forbidden } from './errors.ts'
import type { Finding, RedactionKind } from './redaction.ts'
import type { Span } from './redaction-text.ts'

export const NOTICE_STATES = ['draft', 'reviewed', 'published', 'withdrawn'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

export const REVIEW_VERDICTS = ['approved', 'sent_back'] as const
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number]

/** Why a place is to be replaced: it belongs to somebody known, it looks like personal data, or an editor says so. */
export const REPLACEMENT_BASES = ['known', 'pattern', 'editor'] as const
export type ReplacementBasis = (typeof REPLACEMENT_BASES)[number]

export type NoticeStep = 'edit' | 'review' | 'publish' | 'comment' | 'read' | 'withdraw'

/**
 * What may be done in which state. To edit a notice makes it a draft again, off the board, until somebody has reviewed it
 * anew; who reviews one that hangs may send it back. A notice that was withdrawn stays so.
 */
const LEGAL: Readonly<Record<NoticeState, readonly NoticeStep[]>> = {
  draft: ['edit', 'review', 'comment', 'withdraw'],
  reviewed: ['edit', 'review', 'publish', 'comment', 'withdraw'],
  published: ['edit', 'review', 'comment', 'read', 'withdraw'],
  withdrawn: []
}

/** Why a step may not be taken; null where it may. */
export function refusalOf(state: NoticeState, step: NoticeStep): DomainError | null {
  if (LEGAL[state].includes(step)) return null
  if (step === 'publish' && state === 'draft') {
    return conflict(
      'notice.not_reviewed',
      'Nothing is published unreviewed; somebody else than the author has to look at it.'
    )
  }
  return conflict('notice.invalid_state', 'The state of the notice does not allow this.', { state })
}

/** A notice's state after a review: approval leaves a published one on the board, sending back takes it off. */
export const reviewedState = (state: NoticeState, verdict: ReviewVerdict): NoticeState =>
  verdict === 'sent_back' ? 'draft' : state === 'published' ? 'published' : 'reviewed'

/**
 * Refuses a reviewer who cannot be the second pair of eyes: who proposed the notice does not review it at all
 * (`notice.reviewer_is_author`), and who left a place as it is, which was to be replaced, does not approve it
 * (`notice.reviewer_undid`). He may send it back.
 */
export function expectSecondEyes(
  notice: { readonly authorStaffId: string; readonly undoneBy: readonly (string | null)[] },
  reviewerStaffId: string,
  verdict: ReviewVerdict
): void {
  if (reviewerStaffId === notice.authorStaffId) {
    throw forbidden('notice.reviewer_is_author', 'Who proposes a notice does not review it.')
  }
  if (verdict === 'approved' && notice.undoneBy.includes(reviewerStaffId)) {
    throw forbidden('notice.reviewer_undid', 'Who has left a place as it is, lets somebody else approve that.')
  }
}

/** A place of the customer's words and what is decided about it. */
export interface PlacedReplacement {
  readonly number: number
  readonly startsAt: number
  readonly endsAt: number
  readonly kind: RedactionKind
  readonly basis: ReplacementBasis
  readonly replacement: string
  /** Null while it holds. */
  readonly rejectedReason: string | null
}

export const holds = ({ rejectedReason }: PlacedReplacement): boolean => rejectedReason === null

/** Findings that nobody has decided on: no replacement that holds covers them, and none that covers them was rejected. */
export function undecided(findings: readonly Finding[], replacements: readonly PlacedReplacement[]): Finding[] {
  const held = replacements.filter(holds)
  return findings.filter(finding => !isCovered(finding, held) && !isCovered(finding, replacements))
}

/** Whether each unit of a place lies in one of these. */
function isCovered({ start, end }: Span, replacements: readonly PlacedReplacement[]): boolean {
  const overlapping = replacements.filter(one => one.startsAt < end && one.endsAt > start)
  let reached = start
  for (const { startsAt, endsAt } of overlapping.sort((a, b) => a.startsAt - b.startsAt)) {
    if (startsAt > reached) return false
    reached = Math.max(reached, endsAt)
  }
  return reached >= end
}

/** The replacement that holds and shares a place with this one; undefined where none does. */
export const overlapping = (span: Span, replacements: readonly PlacedReplacement[]): PlacedReplacement | undefined =>
  replacements.find(one => holds(one) && one.startsAt < span.end && one.endsAt > span.start)

/**
 * New findings, which are apart, as replacements, after those that are there. A finding that overlaps one that holds takes
 * only what is free on either side, so that no two replacements share a place.
 */
export function added(
  findings: readonly (Span & { readonly kind: RedactionKind; readonly basis: ReplacementBasis })[],
  replacements: readonly PlacedReplacement[],
  wordFor: (kind: RedactionKind) => string
): PlacedReplacement[] {
  const result: PlacedReplacement[] = []
  let number = Math.max(0, ...replacements.map(one => one.number))
  const taken = replacements.filter(holds).sort((a, b) => a.startsAt - b.startsAt)
  for (const { kind, basis, ...span } of findings) {
    for (const { start, end } of freeParts(span, taken)) {
      number += 1
      result.push({
        number,
        startsAt: start,
        endsAt: end,
        kind,
        basis,
        replacement: wordFor(kind),
        rejectedReason: null
      })
    }
  }
  return result
}

/** What is free of a place; what is taken comes in the order of the text. */
function freeParts({ start, end }: Span, taken: readonly PlacedReplacement[]): Span[] {
  const parts: Span[] = []
  let from = start
  for (const { startsAt, endsAt } of taken) {
    if (endsAt <= from || startsAt >= end) continue
    if (startsAt > from) parts.push({ start: from, end: startsAt })
    from = Math.max(from, endsAt)
  }
  if (from < end) parts.push({ start: from, end })
  return parts
}

/** Every place of a word in a text, one after the other. */
export function occurrences(text: string, word: string): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    spans.push({ start: at, end: at + word.length })
  }
  return spans
}
