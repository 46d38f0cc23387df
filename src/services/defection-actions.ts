import type { Tx } from '../db/client.ts'
import { violates } from '../db/errors.ts'
import { type AdviceOutcome, isAttempt } from '../domain/advice-outcome.ts'
import type { DefectionState } from '../domain/cadence.ts'
import type { ClassificationPolicy, DefectionPolicy } from '../domain/classification-policy.ts'
import type { Recommendation } from '../domain/defection-advice.ts'
import { DomainError, notFound, unprocessable } from '../domain/errors.ts'
import { dayNumber, dayText } from '../domain/period.ts'
import { effortOf } from '../domain/pursuit.ts'
import {
  type DefectionActionFilter,
  type DefectionActionRow,
  defectionActionsRepository,
  type KnownCustomer
} from '../repositories/defection-actions.ts'
import { eventsRepository } from '../repositories/events.ts'
import { dayIn } from './calendar.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import { complaintPictures } from './complaint-facts.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { expectPursued, type PursuitOverride, recordingRefusals } from './pursuit.ts'

export type { DefectionActionFilter }

/** What was done about a customer at risk, in the words of the advice. */
export interface NewDefectionAction {
  readonly action: Recommendation
  readonly note?: string | null | undefined
  /** The policy's cost of an attempt when absent; nothing for who is only watched or let go. */
  readonly costMinor?: number | undefined
  readonly staffId?: string | null | undefined
  /** Now when absent. */
  readonly actedAt?: string | undefined
  readonly override?: PursuitOverride | null | undefined
}

/** An action beside what was advised then, and what came of it. */
export interface DefectionAction {
  readonly id: string
  readonly customerId: string
  readonly action: Recommendation
  readonly note: string | null
  readonly costMinor: number
  readonly staffId: string | null
  readonly actedAt: string
  /** The advice in force on that day; null where there was none. */
  readonly advised: {
    readonly recommendation: Recommendation
    readonly state: DefectionState | null
    readonly pAlive: number | null
    readonly valueAtStakeMinor: number | null
  } | null
  readonly asAdvised: boolean | null
  /** A purchase before this day counts as the outcome. */
  readonly dueOn: string
  /** Null while the horizon runs and nothing was bought. */
  readonly outcome: AdviceOutcome | null
  readonly outcomeOn: string | null
  /** Net amount bought within the horizon so far. */
  readonly outcomeMinor: number | null
  /** Why somebody who is not pursued was pursued all the same. */
  readonly overrideReason: string | null
  readonly createdAt: string
  readonly createdBy: string | null
}

/** Clocks of two machines differ. */
const AHEAD_MS = 5 * 60_000

export const defectionActionsService = (deps: ServiceDeps) => ({
  /**
   * Records what was done about a customer, at risk or not any more, beside what was advised on that day. Runs find out what
   * came of it. Refuses `customer.not_found`, `staff.unknown`, an action that lies ahead (`defection_action.in_future`) or
   * before he was a customer (`defection_action.before_customer`), and to `win_back` or `keep` who is not pursued, or to `recover` him without a complaint to mend: `customer.not_pursued`, unless a
   * manager overrides that.
   */
  record: (actor: Actor, customerId: string, input: NewDefectionAction): Promise<DefectionAction> =>
    recordingRefusals(deps, actor, () =>
      deps.inTenant(actor, async tx => {
        const actions = defectionActionsRepository(tx)
        const known = await actions.lockCustomer(customerId)
        if (!known) throw notFound('customer')
        const policy = completePolicy((await currentPolicy(tx)).policy)
        const row = await drafted(deps, tx, actor, { id: customerId, ...known }, input, policy.defection)
        const toMend = row.action === 'recover' && (await isToBeMended(tx, actor, row, policy))
        const effort = effortOf(row.action, toMend)
        const overridden =
          effort !== null &&
          (await expectPursued(deps, tx, actor, {
            customerId,
            effort,
            about: null,
            subject: null,
            minutes: 0,
            costMinor: row.costMinor,
            override: input.override ?? null
          }))
        const stored = { ...row, overrideReason: overridden ? (input.override?.reason ?? null) : null }
        await insert(tx, stored)
        if (isAttempt(stored.action)) await actions.noteAttempt(customerId, stored.actedOn)
        await announce(deps, tx, actor, stored)
        return actionOf(stored)
      })
    ),

  get: (actor: Actor, id: string): Promise<DefectionAction> =>
    deps.reading(actor, async tx => {
      const row = await defectionActionsRepository(tx).find(id)
      if (!row) throw notFound('defection_action')
      return actionOf(row)
    }),

  /** What was done last comes first. */
  list: (
    actor: Actor,
    filter: DefectionActionFilter,
    after: { actedAt: string; id: string } | null,
    limit: number
  ): Promise<DefectionAction[]> =>
    deps.reading(actor, async tx => (await defectionActionsRepository(tx).list(filter, after, limit)).map(actionOf)),

  /** As `list` for one customer. Refuses `customer.not_found`. */
  ofCustomer: (
    actor: Actor,
    customerId: string,
    after: { actedAt: string; id: string } | null,
    limit: number
  ): Promise<DefectionAction[]> =>
    deps.reading(actor, async tx => {
      const actions = defectionActionsRepository(tx)
      if (!(await actions.customerExists(customerId))) throw notFound('customer')
      return (await actions.list({ customerId }, after, limit)).map(actionOf)
    })
})

async function drafted(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  { id: customerId, ...known }: KnownCustomer & { readonly id: string },
  input: NewDefectionAction,
  policy: DefectionPolicy
): Promise<DefectionActionRow> {
  const now = deps.clock()
  const actedAt = input.actedAt === undefined ? now : new Date(input.actedAt)
  if (actedAt.getTime() > now.getTime() + AHEAD_MS) {
    throw unprocessable('defection_action.in_future', 'What was done lies in the past.')
  }
  const actedOn = dayIn(actor.tenant.timeZone, actedAt.toISOString())
  const openedOn = dayIn(actor.tenant.timeZone, known.createdAt)
  if (actedOn < openedOn && (known.firstSaleOn === null || actedOn < known.firstSaleOn)) {
    throw unprocessable('defection_action.before_customer', 'The action is dated before he was a customer.')
  }
  const advised = await defectionActionsRepository(tx).advisedOn(customerId, actedOn)
  return {
    id: deps.newId(),
    customerId,
    action: input.action,
    note: input.note ?? null,
    costMinor: input.costMinor ?? (isAttempt(input.action) ? policy.attemptCostMinor : 0),
    staffId: input.staffId ?? null,
    actedAt: actedAt.toISOString(),
    actedOn,
    dueOn: dayText(dayNumber(actedOn) + policy.adviceHorizonDays + 1),
    state: advised?.state ?? null,
    recommendation: advised?.recommendation ?? null,
    pAlive: advised?.pAlive ?? null,
    valueAtStakeMinor: advised?.valueAtStakeMinor ?? null,
    outcome: null,
    outcomeOn: null,
    outcomeMinor: null,
    overrideReason: null,
    createdAt: now.toISOString(),
    createdBy: actor.id
  }
}

/** Whether there was a complaint to mend on the day of the action: open or badly closed at its beginning or at its end. */
async function isToBeMended(
  tx: Tx,
  actor: Actor,
  { customerId, actedOn }: DefectionActionRow,
  policy: ClassificationPolicy
): Promise<boolean> {
  for (const day of [actedOn, dayText(dayNumber(actedOn) + 1)]) {
    const found = (await complaintPictures(tx, actor, day, policy, [customerId])).get(customerId)
    if (found !== undefined && (found.open || found.badlyClosed)) return true
  }
  return false
}

async function insert(tx: Tx, row: DefectionActionRow): Promise<void> {
  try {
    await defectionActionsRepository(tx).insert(row)
  } catch (error) {
    if (!violates(error, 'defection_actions_staff_id_fkey')) throw error
    throw new DomainError({
      kind: 'unprocessable',
      code: 'staff.unknown',
      detail: 'A person who is named does not work here.',
      errors: [{ pointer: '/staffId', code: 'staff.unknown', message: 'is nobody of your staff' }]
    })
  }
}

/** The words of a person stay out of the events. */
const announce = (deps: ServiceDeps, tx: Tx, actor: Actor, row: DefectionActionRow) =>
  eventsRepository(tx).append(
    eventsOf(deps, actor, [
      {
        type: 'defection.acted',
        subjectType: 'customer',
        subjectId: row.customerId,
        data: {
          actionId: row.id,
          customerId: row.customerId,
          action: row.action,
          recommendation: row.recommendation,
          staffId: row.staffId,
          costMinor: row.costMinor,
          actedOn: row.actedOn,
          overridden: row.overrideReason !== null
        }
      }
    ])
  )

function actionOf({
  actedOn: _,
  state,
  recommendation,
  pAlive,
  valueAtStakeMinor,
  ...row
}: DefectionActionRow): DefectionAction {
  const advised =
    recommendation === null
      ? null
      : { recommendation, state, pAlive: pAlive === null ? null : pAlive / 100, valueAtStakeMinor }
  return { ...row, advised, asAdvised: advised === null ? null : row.action === advised.recommendation }
}
