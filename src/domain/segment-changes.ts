import type { CompiledRule } from './segment-evaluation.ts'
import { conditionsOf, type SegmentRule } from './segment-rule.ts'

/** A condition that decides, by its place in the rule and by what it asks: `{ pointer: '/all/0', code: 'abcClass.in' }`. */
export interface DecidingCondition {
  readonly pointer: string
  readonly code: string
}

/**
 * Who comes into a segment and who leaves it, while customers pass by in ascending order of their places. It keeps a bit a
 * customer for those who belonged to it before, and two numbers for each change: a reason is kept once, however many
 * customers have it.
 */
export class MembershipChanges {
  members = 0
  entered = 0
  /** The reasons in the order in which they were first met. */
  readonly reasons: DecidingCondition[][] = []
  private readonly rule: CompiledRule
  private readonly deciding: readonly DecidingCondition[]
  private readonly before: Uint32Array
  private readonly reasonPlaces = new Map<string, number>()
  private places = new Uint32Array(1_024)
  private whys = new Uint32Array(1_024)
  private changes = 0

  constructor(rule: SegmentRule, compiled: CompiledRule, customers: number) {
    this.rule = compiled
    this.deciding = conditionsOf(rule).map(({ pointer, condition }) => ({
      pointer,
      code: `${'field' in condition ? condition.field : condition.aggregate.function}.${condition.operator}`
    }))
    this.before = new Uint32Array(Math.ceil(customers / 32))
  }

  get count(): number {
    return this.changes
  }

  get left(): number {
    return this.changes - this.entered
  }

  /** Says that a customer belonged to the segment before. */
  wasMember(place: number): void {
    this.before[place >>> 5] = (this.before[place >>> 5] as number) | (1 << (place & 31))
  }

  /** Asks the rule about the customer in a row of the block, whose place among all customers is given. */
  judge(row: number, place: number): void {
    const holds = this.rule.holds(row)
    if (holds) this.members++
    if (holds === this.isBefore(place)) return
    if (holds) this.entered++
    this.push(place, this.reasonOf(this.rule.deciding(row)))
  }

  /** A change by its number, from 0 on. */
  changeAt(index: number): { place: number; entered: boolean; why: number } {
    const place = this.places[index] as number
    return { place, entered: !this.isBefore(place), why: this.whys[index] as number }
  }

  private isBefore(place: number): boolean {
    return (((this.before[place >>> 5] as number) >>> (place & 31)) & 1) === 1
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
