import type { Tx } from '../db/client.ts'
import { copyOut, labelTable, type RowReader } from '../db/copy.ts'
import { ABC_CLASSES, ABC_STANDINGS } from '../domain/abc.ts'
import { DEFECTION_STATES } from '../domain/cadence.ts'
import type { FindingColumns } from '../domain/classification-columns.ts'
import { BY_NOTHING, DEFECTION_BASES } from '../domain/defection.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS, LOYALTY_PATTERNS } from '../domain/loyalty.ts'
import { PARTIAL_UNKNOWN } from '../domain/partial-defection.ts'
import { NO_DAY } from '../domain/period.ts'
import { STANDING_LEVELS } from '../domain/standing.ts'
import { TRUST_LEVELS } from '../domain/trust.ts'
import { customerRows } from './customer-rows.ts'

const CLASS_LABELS = labelTable(ABC_CLASSES)
const STANDING_LABELS = labelTable(ABC_STANDINGS)
const LOYALTY_LABELS = labelTable(LOYALTY_LEVELS)
const BASIS_LABELS = labelTable(LOYALTY_BASES)
const PATTERN_LABELS = labelTable(LOYALTY_PATTERNS.filter(pattern => pattern !== null))
const TRUST_LABELS = labelTable(TRUST_LEVELS)
const LEVEL_LABELS = labelTable(STANDING_LEVELS)
const STATE_LABELS = labelTable(DEFECTION_STATES)
const DEFECTION_BASIS_LABELS = labelTable(DEFECTION_BASES)
const UNKNOWN_STATE = DEFECTION_STATES.indexOf('unknown')

/** The findings of the last applied run as they stand in `classifications`: what is true, whatever else is kept of them. */
export const foundRowsRepository = (tx: Tx) => ({
  /** Reads the findings of the customers whose ids are given in ascending order into their rows; others are left out. */
  async read(ids: Uint32Array, into: FindingColumns): Promise<void> {
    const customers = customerRows(ids)
    const id = new Uint32Array(4)
    await copyOut(
      tx.client,
      `select customer_id, abc_class, abc_reason, amount_minor, tie_offset, last_sale_on, frequency, r, f, m, loyalty_level,
              loyalty_basis, loyalty_pattern, first_user, price_driven, trust_level, standing, defection_state,
              defection_basis, partial_defection, runs_in_a
       from classifications where tenant_id = '${tx.tenantId}'::uuid`,
      reader => {
        reader.uuid(id, 0)
        const row = customers.find(id)
        if (row >= 0) takeRow(reader, into, row)
      }
    )
  }
})

function takeRow(reader: RowReader, into: FindingColumns, row: number): void {
  into.known[row] = 1
  into.classes[row] = reader.label(CLASS_LABELS, 0)
  into.standings[row] = reader.label(STANDING_LABELS, 0)
  into.amounts[row] = reader.integer(0)
  into.tieOffsets[row] = reader.integer(0)
  into.lastPaidDays[row] = reader.day(NO_DAY)
  into.paidDays[row] = reader.integer(0)
  into.r[row] = reader.integer(0)
  into.f[row] = reader.integer(0)
  into.m[row] = reader.integer(0)
  into.loyaltyLevels[row] = reader.label(LOYALTY_LABELS, LOYALTY_LEVELS.indexOf('unknown'))
  into.loyaltyBases[row] = reader.label(BASIS_LABELS, LOYALTY_BASES.indexOf('none'))
  into.loyaltyPatterns[row] = reader.label(PATTERN_LABELS, LOYALTY_PATTERNS.indexOf(null))
  into.firstUsers[row] = reader.flag(0)
  into.priceDriven[row] = reader.flag(0)
  into.trustLevels[row] = reader.label(TRUST_LABELS, TRUST_LEVELS.indexOf('insufficient'))
  into.customerStandings[row] = reader.label(LEVEL_LABELS, STANDING_LEVELS.indexOf('general'))
  into.defectionStates[row] = reader.label(STATE_LABELS, UNKNOWN_STATE)
  const basis = reader.label(DEFECTION_BASIS_LABELS, BY_NOTHING)
  into.defectionBases[row] = into.defectionStates[row] === UNKNOWN_STATE ? BY_NOTHING : basis
  into.partialDefections[row] = reader.flag(PARTIAL_UNKNOWN)
  into.runsInA[row] = reader.integer(0)
}
