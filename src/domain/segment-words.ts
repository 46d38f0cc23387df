import type { ConditionChange } from './segment-explanation.ts'
import type { SegmentFieldName, Unit } from './segment-fields.ts'
import type { AggregateFunction, SegmentAggregate } from './segment-rule.ts'

/** What a language must have words for, to say why a customer is in a segment or out. */
export interface Words {
  readonly fields: Readonly<Record<SegmentFieldName, string>>
  readonly functions: Readonly<Record<AggregateFunction, string>>
  readonly attribute: (key: string) => string
  readonly item: (list: string, item: string) => string
  readonly narrowed: (aggregate: SegmentAggregate) => string
  readonly withinDays: (what: string, days: number) => string
  readonly unit: Readonly<Record<Exclude<Unit, 'minor'>, (figure: string) => string>>
  readonly yes: string
  readonly no: string
  readonly unknown: string
  readonly known: string
  readonly list: string
  readonly choice: (value: string) => string
  readonly atLeast: (figure: string) => string
  readonly atMost: (figure: string) => string
  readonly between: (from: string, to: string) => string
  readonly oneOf: (values: string) => string
  readonly sentence: (subject: string, found: string, demand: string) => string
  /** The same of a condition that must not hold, and what follows upon how it would come to hold. */
  readonly excluded: (subject: string, found: string, demand: string) => string
  readonly excludes: string
  readonly changes: { readonly [C in ConditionChange as C['code']]: (figure: string, demand: string) => string }
}
