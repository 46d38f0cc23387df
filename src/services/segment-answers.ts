import type { Tx } from '../db/client.ts'
import { databaseFailure } from '../db/errors.ts'
import { notFound, unavailable } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import { dayText } from '../domain/period.ts'
import type { Reason } from '../domain/reason.ts'
import { columnsOf, FilledBlock } from '../domain/segment-columns.ts'
import { compileRule } from '../domain/segment-evaluation.ts'
import { type ConditionFinding, explainRule, type FoundValue } from '../domain/segment-explanation.ts'
import type { SegmentRule } from '../domain/segment-rule.ts'
import { changeReason, conditionReason } from '../domain/segment-texts.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import { type SegmentQuestion, segmentFactsRepository } from '../repositories/segment-facts.ts'
import { segmentMembershipsRepository } from '../repositories/segment-memberships.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'
import { questionOf } from './segment-run.ts'
import { acceptedRule, foundSegment } from './segments.ts'

/** Whom a rule would take in now. */
export interface SegmentPreview {
  /** The tenant's day: purchases of days before it count. */
  readonly asOfDay: string
  readonly customers: number
  readonly members: number
  /** Some of them, the same as long as the members are. */
  readonly sample: PreviewedCustomer[]
}

export interface PreviewedCustomer extends CustomerName {
  readonly customerId: string
}

/** Why a customer is in a segment, or is not. */
export interface SegmentExplanation {
  readonly segmentId: string
  readonly customerId: string
  /** The tenant's day: purchases of days before it count. */
  readonly asOfDay: string
  readonly ruleVersion: number
  /** Whether the rule holds for him now. */
  readonly holds: boolean
  /** Since when he belongs to it, as it was last computed; null while he does not. */
  readonly memberSince: string | null
  readonly conditions: ExplainedCondition[]
}

export interface ExplainedCondition {
  readonly pointer: string
  readonly holds: boolean
  readonly decisive: boolean
  readonly value: FoundValue
  readonly reason: Reason
  readonly changes: Reason[]
}

const SAMPLE = 20
const BLOCK_ROWS = 32_768
/** A caller waits for the answer. */
const PREVIEW_TIMEOUT_MS = 30_000
const QUERY_CANCELED = '57014'

/** What a rule says, asked of the figures as they are now; nothing is kept. */
export const segmentAnswersService = (deps: ServiceDeps) => {
  let previewing = false

  /** All customers are read for a preview: one at a time leaves room for everybody else. */
  const oneAtATime = async <T>(preview: () => Promise<T>): Promise<T> => {
    if (previewing) throw unavailable('segment.preview_busy', 'Another preview is being worked out.')
    previewing = true
    try {
      return await preview()
    } catch (error) {
      if (databaseFailure(error)?.sqlState !== QUERY_CANCELED) throw error
      throw unavailable('segment.preview_too_long', 'The preview took longer than a caller can wait.')
    } finally {
      previewing = false
    }
  }

  return {
    /** How many customers a rule would take in now, and some of them. Refuses a rule as a segment does. */
    preview: (actor: Actor, given: unknown): Promise<SegmentPreview> =>
      oneAtATime(() =>
        deps.working(actor, async tx => {
          const rule = await acceptedRule(tx, given, '/rule')
          await segmentFactsRepository(tx).limitTime(PREVIEW_TIMEOUT_MS)
          const question = await todaysQuestion(deps, tx, actor)
          const { customers, members, ids } = await findMembers(tx, rule, question)
          const names = await customerNamesRepository(tx).of(ids)
          const sample = ids.map(customerId => ({ customerId, ...visibleName(names.get(customerId), actor) }))
          return { asOfDay: dayText(question.asOfDay), customers, members, sample }
        })
      ),

    /** Why a customer is in a segment or out, condition by condition, in the given language. */
    explain: (actor: Actor, segmentId: string, customerId: string, language: Language): Promise<SegmentExplanation> =>
      deps.reading(actor, async tx => {
        const segment = await foundSegment(tx, segmentId)
        const question = await todaysQuestion(deps, tx, actor)
        const block = new FilledBlock(columnsOf([segment.rule]), 1)
        if (!(await segmentFactsRepository(tx).readOne(question, block, customerId))) throw notFound('customer')
        const { holds, conditions } = explainRule(segment.rule, block, 0, question.asOfDay)
        return {
          segmentId,
          customerId,
          asOfDay: dayText(question.asOfDay),
          ruleVersion: segment.ruleVersion,
          holds,
          memberSince: await segmentMembershipsRepository(tx).since(segmentId, customerId),
          conditions: conditions.map(finding => inWords(finding, actor.tenant.currency, language))
        }
      })
  }
}

function todaysQuestion(deps: ServiceDeps, tx: Tx, actor: Actor): Promise<SegmentQuestion> {
  const now = deps.clock().toISOString()
  return questionOf(tx, { asOfDay: dayIn(actor.tenant.timeZone, now) })
}

async function findMembers(tx: Tx, rule: SegmentRule, question: SegmentQuestion) {
  const block = new FilledBlock(columnsOf([rule]), BLOCK_ROWS)
  const { holds } = compileRule(rule, block)
  const ids = await segmentFactsRepository(tx).ids()
  const sample = new Sample(SAMPLE)
  let members = 0
  await segmentFactsRepository(tx).read(question, block, ids, (first, rows) => {
    for (let row = 0; row < rows; row++) {
      if (!holds(row)) continue
      members++
      sample.offer(ids.subarray(4 * (first + row), 4 * (first + row) + 4))
    }
  })
  return { customers: ids.length / 4, members, ids: sample.ids() }
}

/** Keeps the ids of the smallest scrambled value: any of many with equal chance, and always the same of the same many. */
class Sample {
  private readonly size: number
  private readonly kept: { rank: number; id: string }[] = []

  constructor(size: number) {
    this.size = size
  }

  offer(words: Uint32Array): void {
    const rank = scrambled(words)
    const last = this.kept.at(-1)
    if (this.kept.length === this.size && last && rank >= last.rank) return
    const place = this.kept.findIndex(other => other.rank > rank)
    this.kept.splice(place < 0 ? this.kept.length : place, 0, { rank, id: uuidText(words) })
    if (this.kept.length > this.size) this.kept.pop()
  }

  ids(): string[] {
    return this.kept.map(({ id }) => id).sort()
  }
}

function scrambled(words: Uint32Array): number {
  let mixed = 0
  for (const word of words) {
    mixed = Math.imul(mixed ^ word, 0x9e3779b1)
    mixed ^= mixed >>> 15
  }
  return mixed >>> 0
}

function uuidText(words: Uint32Array): string {
  const digits = [...words].map(word => word.toString(16).padStart(8, '0')).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function inWords(finding: ConditionFinding, currency: string, language: Language): ExplainedCondition {
  const { pointer, holds, decisive, value, changes } = finding
  return {
    pointer,
    holds,
    decisive,
    value,
    reason: conditionReason(finding, currency, language),
    changes: changes.map(change => changeReason(change, finding, currency, language))
  }
}
