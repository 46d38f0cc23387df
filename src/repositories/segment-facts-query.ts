import pg from 'pg'
import type { DayNumber } from '../domain/period.ts'
import type { FactColumn } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { type ColumnForm, dayLiteral, type ReadColumn, type Reading, type Scope } from './segment-query-parts.ts'

/** As of which day figures are asked for. */
export interface SegmentQuestion {
  /** Days are the stores'; this one and all after it are out. */
  readonly asOfDay: DayNumber
  /** Receipts recorded since then may lack in the derived facts; null where there are none to rely on. */
  readonly factsMissFrom: string | null
  /** Whether the derived facts are also there packed, for all customers. */
  readonly factsPacked: boolean
  /** The tenant's, for the days on which files were opened. */
  readonly timeZone: string
}

/** Where figures of a customer's file, of the classification and of the relationship are kept. */
interface Place {
  readonly table: string
  /** The column that holds the customer. */
  readonly customer: string
  readonly condition: string
}

const CUSTOMERS: Place = { table: 'customers', customer: 'id', condition: '' }
const CLASSIFICATIONS: Place = { table: 'classifications', customer: 'customer_id', condition: '' }
const ASSIGNMENTS: Place = { table: 'assignments', customer: 'customer_id', condition: 'and valid_to is null' }

/** The table and the column that hold the items of a list, a row each. */
const LISTS = {
  tags: ['customer_tags', 'tag'],
  contactTypes: ['customer_contacts', 'type'],
  externalSystems: ['customer_external_ids', 'system']
} as const

interface PlacedColumn extends ReadColumn {
  readonly place: Place
}

/**
 * The statements that read all figures but those of what was bought: one for each table, and one for each item of a list, which
 * finds those who have it. All tables lie in the order of their keys, so each is read as it lies, and to put the rows
 * together costs less here than in a join of all of them.
 *
 * COPY takes no parameters, so texts of statements hold their values: ids that were checked, days and numbers of our own
 * making, and texts as quoted literals.
 */
export function fileReadings(question: SegmentQuestion, columns: readonly FactColumn[]): Reading[] {
  const placed = columns.flatMap(column => placedColumn(question, column) ?? [])
  const places = [...new Set(placed.map(({ place }) => place))]
  return places.map(place => {
    const own = placed.filter(one => one.place === place)
    return { columns: own, text: scope => textOf(place, own, scope) }
  })
}

/** Whether a day is asked for that depends on the zone of the session. */
export const needsZone = (columns: readonly FactColumn[]): boolean =>
  columns.some(({ source }) => 'field' in source && source.field === 'daysSinceCreated')

function textOf({ table, customer, condition }: Place, columns: readonly ReadColumn[], scope: Scope): string {
  return `select ${[customer, ...columns.map(({ expression }) => expression)].join(', ')} from ${table}
          where tenant_id = ${scope.tenant} ${condition} ${scope.among(customer)} order by ${customer}`
}

function placedColumn(question: SegmentQuestion, column: FactColumn): PlacedColumn | null {
  const { source } = column
  if ('aggregate' in source) return null
  if ('attribute' in source) {
    const expression = `(attributes -> ${pg.escapeLiteral(source.attribute)})::text`
    return { column, place: CUSTOMERS, expression, form: 'json', absent: null }
  }
  if ('list' in source) {
    const [table, item] = LISTS[source.list]
    const condition = `and ${item} = ${pg.escapeLiteral(source.item)}`
    return { column, place: { table, customer: 'customer_id', condition }, expression: 'true', form: 'flag', absent: 0 }
  }
  const { field } = source
  const form = formOf(field)
  const ofFile = FILE[field]?.(question)
  if (ofFile !== undefined) return { column, place: CUSTOMERS, expression: ofFile, form, absent: null }
  const ofManager = MANAGER[field]
  if (ofManager !== undefined) return { column, place: ASSIGNMENTS, form, ...ofManager }
  const found = FOUND[field]
  if (found === undefined) throw new Error('a field of a segment comes from nowhere')
  return { column, place: CLASSIFICATIONS, expression: found, form, absent: null }
}

function formOf(field: string): ColumnForm {
  switch (segmentField(field)?.kind) {
    case 'choice':
      return 'label'
    case 'id':
      return 'text'
    case 'boolean':
      return 'flag'
    default:
      return 'integer'
  }
}

const FILE: Readonly<Record<string, (question: SegmentQuestion) => string>> = {
  kind: () => 'kind',
  gender: () => 'gender',
  age: ({ asOfDay }) => {
    const asOf = dayLiteral(asOfDay)
    const age = `age(${asOf}::timestamp, birth_date::timestamp)`
    return `coalesce(date_part('year', ${age}), date_part('year', ${asOf}) - birth_year)::int`
  },
  birthYear: () => 'birth_year',
  birthdayMonth: () => `date_part('month', birth_date)::int`,
  homeStoreId: () => 'home_store_id::text',
  daysSinceCreated: ({ asOfDay }) => `greatest(${dayLiteral(asOfDay)} - created_at::date, 0)`
}

/** Who looks after the customer. */
const MANAGER: Readonly<Record<string, Pick<ReadColumn, 'expression' | 'absent'>>> = {
  relationshipManagerId: { expression: 'staff_id::text', absent: null },
  hasRelationshipManager: { expression: 'true', absent: 0 }
}

/** What the last run found, by column of `classifications`. */
const FOUND: Readonly<Record<string, string>> = {
  abcClass: 'abc_class',
  amountMinor: 'amount_minor',
  r: 'r',
  f: 'f',
  m: 'm',
  loyaltyLevel: 'loyalty_level',
  loyaltyBasis: 'loyalty_basis',
  loyaltyPattern: 'loyalty_pattern',
  firstUser: 'first_user',
  priceDriven: 'price_driven',
  trustLevel: 'trust_level',
  standing: 'standing',
  defectionState: 'defection_state',
  defectionBasis: "case when defection_state = 'unknown' then 'none' else defection_basis end",
  partialDefection: 'partial_defection'
}
