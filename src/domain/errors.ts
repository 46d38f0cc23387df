/** What went wrong, in the words of the business. Only `plugins/errors.ts` turns a kind into an HTTP status. */
export type RefusalKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition'
  | 'unprocessable'
  | 'unavailable'
  | 'too_many'

/** The figures behind a refusal or a reason: flat, so that they fit into a log line and a problem document. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** One field at fault: where (RFC 6901 pointer), which rule, and the rule as a sentence. */
export interface FieldFault {
  readonly pointer: string
  readonly code: string
  readonly message: string
}

/** Why a request cannot be granted. `detail` is a sentence of ours; it never repeats what the caller sent. */
export interface Refusal {
  readonly code: string
  readonly kind: RefusalKind
  readonly detail: string
  readonly facts?: Facts
  readonly errors?: readonly FieldFault[]
}

/** A refusal on its way up. The message is the code, because messages reach logs and a detail may be translated. */
export class DomainError extends Error implements Refusal {
  override readonly name = 'DomainError'
  readonly code: string
  readonly kind: RefusalKind
  readonly detail: string
  readonly facts?: Facts
  readonly errors?: readonly FieldFault[]

  constructor(refusal: Refusal) {
    super(refusal.code)
    this.code = refusal.code
    this.kind = refusal.kind
    this.detail = refusal.detail
    if (refusal.facts !== undefined) this.facts = refusal.facts
    if (refusal.errors !== undefined) this.errors = refusal.errors
  }
}

const refusing =
  (kind: RefusalKind) =>
  (code: string, detail: string, facts?: Facts): DomainError =>
    new DomainError(facts === undefined ? { code, kind, detail } : { code, kind, detail, facts })

/** The caller is not known, or his credential does not hold. */
export const unauthorized = refusing('unauthorized')

/** The caller is known and may not do this. */
export const forbidden = refusing('forbidden')

/** What is asked contradicts what is already recorded. */
export const conflict = refusing('conflict')

/** It existed and does so no longer, for good. */
export const gone = refusing('gone')

/** The caller decided on a state that has changed since. */
export const precondition = refusing('precondition')

/** Well formed, and against a rule of the business. */
export const unprocessable = refusing('unprocessable')

/** Not now: the same request may succeed later. */
export const unavailable = refusing('unavailable')

/** Too many at once: the same request may succeed later. */
export const tooMany = refusing('too_many')

/** Nothing of this kind is visible to the caller: `notFound('customer')` has the code `customer.not_found`. */
export function notFound(noun: string): DomainError {
  const spoken = noun.replaceAll('_', ' ')
  return new DomainError({ code: `${noun}.not_found`, kind: 'not_found', detail: `There is no such ${spoken}.` })
}

/** The content is malformed; `errors` name the fields, so that a form can mark them. */
export function invalid(code: string, detail: string, errors?: readonly FieldFault[]): DomainError {
  return new DomainError(
    errors === undefined ? { code, kind: 'invalid', detail } : { code, kind: 'invalid', detail, errors }
  )
}
