import type { Tx } from '../db/client.ts'
import { copyIn } from '../db/copy.ts'
import { ABC_CLASSES, ABC_STANDINGS } from '../domain/abc.ts'
import { DEFECTION_STATES } from '../domain/cadence.ts'
import type { FindingColumns, RankCurve } from '../domain/classification-columns.ts'
import { DEFECTION_BASES } from '../domain/defection.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS, LOYALTY_PATTERNS } from '../domain/loyalty.ts'
import { type NewsColumns, NOT_KNOWN } from '../domain/news.ts'
import { PARTIAL_UNKNOWN } from '../domain/partial-defection.ts'
import { dayText, NO_DAY, type Period } from '../domain/period.ts'
import { STANDING_LEVELS } from '../domain/standing.ts'
import { TRUST_LEVELS } from '../domain/trust.ts'

/** Who writes, and when. */
export interface RunStamp {
  readonly id: string
  readonly asOf: string
  readonly now: string
}

/** What news are told with beside: the day of the run, and numbers of its policy. */
export interface NewsStamp extends RunStamp {
  readonly asOfDay: string
  readonly hiatusDays: number
  readonly partialRecentDays: number
}

/** Columns of the two staging tables. */
const STAGED_COLUMNS = 22
const EVENT_COLUMNS = 5
/** 2 bytes of count; so many columns with 4 bytes of length each; their content. */
const LONGEST_ROW = 2 + STAGED_COLUMNS * 4 + 96
/** Distinct amounts in one row of a curve: few enough to be unpacked for a single customer, many enough to be few rows. */
const CURVE_PIECE = 1_024
/** A curve's pieces in one statement. */
const PIECES_AT_ONCE = 64
/** A second key space beside that of jobs and idempotency keys. */
const TENANT_LOCKS = 2

/** A code as the name that it is the place of; text of our own making. */
const named = (names: readonly (string | null)[], code: string) =>
  `(array[${names.map(name => (name === null ? 'null' : `'${name}'`)).join(', ')}])[${code} + 1]`
const CLASS = (code: string) => named(ABC_CLASSES, code)
/** Unknown is null. */
const PARTIAL = `nullif(partial, ${PARTIAL_UNKNOWN}) = 1`
const FINDINGS = `abc_class, abc_reason, amount_minor, tie_offset, last_sale_on, frequency, r, f, m, loyalty_level,
  loyalty_basis, loyalty_pattern, first_user, price_driven, trust_level, standing, defection_state, defection_basis,
  partial_defection, runs_in_a`
const STAGED_FINDINGS = `${CLASS('class')}, ${named(ABC_STANDINGS, 'standing')}, amount_minor, tie_offset, last_paid_on, paid_days, r, f, m,
  ${named(LOYALTY_LEVELS, 'loyalty')}, ${named(LOYALTY_BASES, 'basis')}, ${named(LOYALTY_PATTERNS, 'pattern')}, first_user = 1,
  price_driven = 1, ${named(TRUST_LEVELS, 'trust')}, ${named(STANDING_LEVELS, 'level')}, ${named(DEFECTION_STATES, 'state')},
  ${named(DEFECTION_BASES, 'state_basis')}, ${PARTIAL}, runs_in_a`
/** Everything but the class, and since when it holds. */
const UPDATED = FINDINGS.split(/,\s+/)
  .map(column => `${column} = excluded.${column}`)
  .join(', ')

/** When he was last seen, told with what follows from it. */
const SINCE = `'sinceDays', $5::date - last_paid_on`
const LAST_SEEN = `'lastPurchaseOn', last_paid_on, ${SINCE}, 'purchaseDays', paid_days`
const BY_HIATUS = DEFECTION_BASES.indexOf('hiatus')
const LATE = `state in (${DEFECTION_STATES.indexOf('overdue')}, ${DEFECTION_STATES.indexOf('lapsed')})`
/** The hiatus alone takes no trust. */
const LATE_BY_RHYTHM = `(${LATE} and state_basis <> ${BY_HIATUS})`
const reason = (code: string, facts: string) =>
  `jsonb_build_object('code', ${code}, 'facts', jsonb_build_object(${facts}))`

/** Kinds of news of one customer: what it is called, the names of what it was and is, and the figures told with it. */
const NEWS: readonly { readonly type: string; readonly names: readonly (string | null)[]; readonly why: string }[] = [
  {
    type: 'customer.class_changed',
    names: ABC_CLASSES,
    why: `'amountMinor', amount_minor, 'reason', ${named(ABC_STANDINGS, 'standing')}`
  },
  {
    type: 'customer.loyalty_changed',
    names: LOYALTY_LEVELS,
    why: `'basis', ${named(LOYALTY_BASES, 'basis')}, 'pattern', ${named(LOYALTY_PATTERNS, 'pattern')}, 'firstUser', first_user = 1, 'priceDriven', price_driven = 1`
  },
  {
    type: 'customer.trust_changed',
    names: TRUST_LEVELS,
    why: `'defectionState', ${named(DEFECTION_STATES, 'state')}, ${LAST_SEEN},
          'why', case when ${LATE_BY_RHYTHM} then jsonb_build_array(${reason(`'trust.overdue'`, SINCE)}) else '[]'::jsonb end`
  },
  {
    type: 'customer.standing_changed',
    names: STANDING_LEVELS,
    why: `'abcClass', ${CLASS('class')}, 'loyalty', ${named(LOYALTY_LEVELS, 'loyalty')}, 'priceDriven', price_driven = 1`
  },
  {
    type: 'customer.defecting',
    names: DEFECTION_STATES,
    why: `'basis', ${named(DEFECTION_BASES, 'state_basis')}, 'partial', ${PARTIAL}, ${LAST_SEEN},
          'abcClass', ${CLASS('class')}, 'amountMinor', amount_minor,
          'why', case when state_basis = ${BY_HIATUS} then jsonb_build_array(${reason(`'defection.hiatus'`, `${SINCE}, 'hiatusDays', $6::integer`)})
                      when ${LATE} then jsonb_build_array(${reason(`'defection.' || ${named(DEFECTION_STATES, 'state')}`, SINCE)})
                      else '[]'::jsonb end
                 || case when partial = 1 then jsonb_build_array(${reason(`'defection.partial'`, `'partialRecentDays', $7::integer`)})
                         else '[]'::jsonb end`
  },
  { type: 'customer.returned', names: DEFECTION_STATES, why: `'lastPurchaseOn', last_paid_on, 'partial', ${PARTIAL}` }
]

/** The statements of a classification run, for all customers of the tenant at once, on a connection kept for jobs. */
export const classificationRunRepository = (tx: Tx) => ({
  /** Waits until no other run of the tenant is under way; held until the transaction ends, which is made ready for bulk work. */
  async lockTenant(): Promise<void> {
    await tx.rows(
      {
        name: 'run_lock_tenant',
        text: `select pg_advisory_xact_lock(hashtextextended($1, ${TENANT_LOCKS}))`
      },
      [tx.tenantId]
    )
    // Room for the ids of all customers in one hash table: what does not fit is gone through for each row. Each statement runs
    // once, too seldom to repay being compiled.
    await tx.client.query(`set local work_mem = '128MB'; set local jit = off`)
  },

  /** What nobody is known to have bought in the window, net minor units. `purchases_anonymous_idx` alone answers it. */
  async anonymousMinor(window: Period): Promise<number> {
    const [row] = await tx.rows<{ net: number }>(
      {
        name: 'run_anonymous',
        text: `select coalesce(sum(net_minor), 0) as net from purchases
               where tenant_id = $1 and customer_id is null and purchased_on >= $2 and purchased_on < $3`
      },
      [tx.tenantId, window.fromDay === null ? '-infinity' : dayText(window.fromDay), dayText(window.toDay)]
    )
    return row?.net ?? 0
  },

  /** Brings the given rows into a table of this transaction, from which everything else is written. */
  async stage(ids: Uint32Array, previous: FindingColumns, found: FindingColumns, rows: Uint32Array): Promise<void> {
    await tx.client.query(
      `create temp table staged_findings (
         customer_id uuid not null, previous smallint, class smallint not null, standing smallint not null,
         amount_minor bigint not null, tie_offset integer not null, last_paid_on date, paid_days integer not null,
         r smallint, f smallint, m smallint, loyalty smallint not null, basis smallint not null, pattern smallint not null,
         first_user smallint not null, price_driven smallint not null, trust smallint not null, level smallint not null,
         state smallint not null, state_basis smallint not null, partial smallint not null, runs_in_a smallint not null
       ) on commit drop`
    )
    const codes = [
      found.loyaltyLevels,
      found.loyaltyBases,
      found.loyaltyPatterns,
      found.firstUsers,
      found.priceDriven,
      found.trustLevels,
      found.customerStandings,
      found.defectionStates,
      found.defectionBases,
      found.partialDefections,
      found.runsInA
    ]
    await copyIn(tx.client, 'pg_temp.staged_findings', STAGED_COLUMNS, rows.length, LONGEST_ROW, (out, place) => {
      const row = rows[place] as number
      out.uuid(ids, row)
      if (previous.known[row] === 1) out.smallint(previous.classes[row] as number)
      else out.null()
      out.smallint(found.classes[row] as number)
      out.smallint(found.standings[row] as number)
      out.bigint(found.amounts[row] as number)
      out.integer(found.tieOffsets[row] as number)
      if (found.lastPaidDays[row] === NO_DAY) out.null()
      else out.day(found.lastPaidDays[row] as number)
      out.integer(found.paidDays[row] as number)
      for (const scores of [found.r, found.f, found.m]) {
        if (scores[row] === 0) out.null()
        else out.smallint(scores[row] as number)
      }
      for (const column of codes) out.smallint(column[row] as number)
    })
    await tx.client.query(
      'create unique index on pg_temp.staged_findings (customer_id); analyze pg_temp.staged_findings'
    )
  },

  /** Makes the staged findings the current ones; who changed class holds the new one since `asOf`. */
  async writeCurrent(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classifications as c (tenant_id, customer_id, ${FINDINGS}, class_since)
             select $1, customer_id, ${STAGED_FINDINGS}, $2 from pg_temp.staged_findings order by customer_id
             on conflict (tenant_id, customer_id) do update set ${UPDATED},
               class_since = case when c.abc_class = excluded.abc_class then c.class_since else excluded.class_since end`,
      values: [tx.tenantId, run.asOf]
    })
  },

  /** Adds the staged findings to history. */
  async writeHistory(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classification_history (tenant_id, customer_id, as_of, run_id, previous_abc_class, ${FINDINGS})
             select $1, customer_id, $2, $3, ${CLASS('previous')}, ${STAGED_FINDINGS}
             from pg_temp.staged_findings order by customer_id`,
      values: [tx.tenantId, run.asOf, run.id]
    })
  },

  /** Raises an event for each piece of news; their kinds are places in CHANGES and in NEWS. */
  async writeEvents(ids: Uint32Array, news: NewsColumns, newEventId: () => Uint8Array, run: NewsStamp): Promise<void> {
    await tx.client.query(
      `create temp table staged_events (event_id uuid not null, customer_id uuid not null, kind smallint not null,
         before smallint, after smallint not null) on commit drop`
    )
    await copyIn(tx.client, 'pg_temp.staged_events', EVENT_COLUMNS, news.count, LONGEST_ROW, (out, place) => {
      out.uuidBytes(newEventId())
      out.uuid(ids, news.rows[place] as number)
      out.smallint(news.kinds[place] as number)
      const before = news.before[place] as number
      if (before === NOT_KNOWN) out.null()
      else out.smallint(before)
      out.smallint(news.after[place] as number)
    })
    await tx.client.query('analyze pg_temp.staged_events')
    // Not every kind tells with all of the values, and each of them must be in the text.
    for (const [kind, { type, names, why }] of NEWS.entries()) {
      await tx.client.query({
        text: `insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, data, occurred_at)
               select $1, e.event_id, $2, 'customer', e.customer_id, 'system',
                      jsonb_build_object('customerId', e.customer_id, 'before', ${named(names, 'e.before')},
                        'after', ${named(names, 'e.after')}, ${why}, 'runId', $3::text), $4
               from pg_temp.staged_events e join pg_temp.staged_findings f on f.customer_id = e.customer_id
               where e.kind = ${kind} and $5::date is not null and $6::integer + $7::integer is not null
               order by e.customer_id`,
        values: [tx.tenantId, type, run.id, run.now, run.asOfDay, run.hiatusDays, run.partialRecentDays]
      })
    }
  },

  /** Keeps who would change class, for a run that changes nothing. */
  async writeDryChanges(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classification_dry_changes (tenant_id, run_id, customer_id, previous_abc_class, abc_class, amount_minor)
             select $1, $2, customer_id, ${CLASS('previous')}, ${CLASS('class')}, amount_minor
             from pg_temp.staged_findings order by customer_id`,
      values: [tx.tenantId, run.id]
    })
  },

  /** Keeps the ranking of an applied run. */
  async writeCurve(run: RunStamp, { amounts, ranks, before }: RankCurve): Promise<void> {
    const pieces: { lowest: number; from: number; to: number }[] = []
    for (let from = 0; from < amounts.length; from += CURVE_PIECE) {
      const to = Math.min(from + CURVE_PIECE, amounts.length)
      pieces.push({ lowest: amounts[to - 1] as number, from, to })
    }
    const literal =
      (column: Float64Array | Uint32Array) =>
      ({ from, to }: { from: number; to: number }) =>
        `{${column.subarray(from, to).join(',')}}`
    for (let start = 0; start < pieces.length; start += PIECES_AT_ONCE) {
      const some = pieces.slice(start, start + PIECES_AT_ONCE)
      await tx.rows(
        {
          name: 'run_write_curve',
          text: `insert into classification_curves (tenant_id, run_id, lowest_minor, amounts, ranks, befores)
                 select $1, $2, p.lowest, p.amounts::bigint[], p.ranks::integer[], p.befores::bigint[]
                 from unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) as p (lowest, amounts, ranks, befores)`
        },
        [
          tx.tenantId,
          run.id,
          some.map(piece => piece.lowest),
          some.map(literal(amounts)),
          some.map(literal(ranks)),
          some.map(literal(before))
        ]
      )
    }
  },

  /** Drops the rankings of all applied runs but the latest `keep`. */
  async dropOldCurves(keep: number): Promise<void> {
    await tx.rows(
      {
        name: 'run_drop_curves',
        text: `delete from classification_curves where tenant_id = $1 and run_id in (
                 select id from classification_runs where tenant_id = $1 and applied_at is not null
                 order by as_of desc, id desc offset $2)`
      },
      [tx.tenantId, keep]
    )
  }
})
