import { emptyBits, hasBit, ones } from './member-bits.ts'
import type { CompiledRule } from './segment-evaluation.ts'
import { conditionsOf, type SegmentRule } from './segment-rule.ts'

/** A condition that decides, by its place in the rule and by what it asks: `{ pointer: '/all/0', code: 'abcClass.in' }`. */
export interface DecidingCondition {
  readonly pointer: string
  readonly code: string
}

/**
 * Who comes into a segment and who leaves it, while customers pass by, so many at a time. It keeps a bit a customer for
 * before and after, and two numbers for each change: a reason is kept once, however many customers have it.
 */
export class MembershipChanges {
  members = 0
  entered = 0
  /** Who belongs to it now, as far as customers have passed. */
  readonly after: Uint32Array
  /** The reasons in the order in which they were first met. */
  readonly reasons: DecidingCondition[][] = []
  private readonly rule: CompiledRule
  private readonly deciding: readonly DecidingCondition[]
  private readonly before: Uint32Array
  private readonly reasonPlaces = new Map<string, number>()
  private places = new Uint32Array(1_024)
  private whys = new Uint32Array(1_024)
  private changes = 0

  /** `before` is who belonged to the segment. */
  constructor(rule: SegmentRule, compiled: CompiledRule, before: Uint32Array, customers: number) {
    this.rule = compiled
    this.before = before
    this.after = emptyBits(customers)
    this.deciding = conditionsOf(rule).map(({ pointer, condition }) => ({
      pointer,
      code: `${'field' in condition ? condition.field : condition.aggregate.function}.${condition.operator}`
    }))
  }

  get count(): number {
    return this.changes
  }

  get left(): number {
    return this.changes - this.entered
  }

  /**
   * Asks the rule about the customers in the first rows of the block, who begin at a place among all, a multiple of 32.
   */
  judge(first: number, rows: number): void {
    for (let row = 0; row < rows; row += 32) {
      const present = rows - row >= 32 ? ~0 : (1 << (rows - row)) - 1
      const word = this.rule.word(row >>> 5) & present
      const place = first + row
      this.after[place >>> 5] = word
      this.members += ones(word)
      const changed = word ^ ((this.before[place >>> 5] as number) & present)
      this.entered += ones(changed & word)
      for (let rest = changed; rest !== 0; rest &= rest - 1) {
        const bit = 31 - Math.clz32(rest & -rest)
        this.push(place + bit, this.reasonOf(this.rule.deciding(row + bit)))
      }
    }
  }

  /** A change by its number, from 0 on. */
  changeAt(index: number): { place: number; entered: boolean; why: number } {
    const place = this.places[index] as number
    return { place, entered: hasBit(this.after, place), why: this.whys[index] as number }
  }

  private reasonOf(conditions: readonly number[]): number {
    const key = conditions.join()
    const known = this.reasonPlaces.get(key)
    if (known !== undefined) return known
    this.reasonPlaces.set(key, this.reasons.length)
    return this.reasons.push(conditions.map(index => this.deciding[index] as DecidingCondition)) - 1
  }

  private push(place: number, why: number): void {
    if (this.changes === this.places.length) {
      this.places = doubled(this.places)
      this.whys = doubled(this.whys)
    }
    this.places[this.changes] = place
    this.whys[this.changes++] = why
  }
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * column.length)
  larger.set(column)
  return larger
}
