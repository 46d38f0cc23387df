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
  /** The tenant's, for the days on which files were opened. */
  readonly timeZone: string
}

/** Where figures of a customer's file, of the classification and of the relationship are kept. */
type Origin = 'customers' | 'classifications' | 'assignments' | ItemList
type ItemList = 'contactTypes' | 'externalSystems'

interface OriginTable {
  readonly name: string
  /** The column that holds the customer. */
  readonly customer: string
  readonly condition?: string
  /** The column of which a customer has several, a row each. */
  readonly item?: string
}

const TABLES: Readonly<Record<Origin, OriginTable>> = {
  customers: { name: 'customers', customer: 'id' },
  classifications: { name: 'classifications', customer: 'customer_id' },
  assignments: { name: 'assignments', customer: 'customer_id', condition: 'and valid_to is null' },
  contactTypes: { name: 'customer_contacts', customer: 'customer_id', item: 'type' },
  externalSystems: { name: 'customer_external_ids', customer: 'customer_id', item: 'system' }
}

interface Placed extends ReadColumn {
  readonly origin: Origin
}

/**
 * The statements that read all figures but those of what was bought: one for each table. All tables lie in the order of their
 * keys, so each is read as it lies, and to put the rows together costs less here than in a join of all of them.
 *
 * COPY takes no parameters, so texts of statements hold their values: ids that were checked, days and numbers of our own
 * making, and texts as quoted literals.
 */
export function fileReadings(question: SegmentQuestion, columns: readonly FactColumn[]): Reading[] {
  const placed = columns.flatMap(column => placedIn(question, column) ?? [])
  const origins = [...new Set(placed.map(({ origin }) => origin))]
  return origins.map(origin => {
    const own = placed.filter(one => one.origin === origin)
    return { columns: own, text: scope => textOf(TABLES[origin], own, scope) }
  })
}

function textOf({ name, customer, condition = '', item }: OriginTable, columns: readonly Placed[], scope: Scope) {
  const items = columns.map(({ column: { source } }) => ('list' in source ? pg.escapeLiteral(source.item) : ''))
  return `select ${[customer, ...columns.map(({ expression }) => expression)].join(', ')} from ${name}
          where tenant_id = ${scope.tenant} ${condition} ${scope.among(customer)}
          ${item === undefined ? '' : `and ${item} in (${items.join(', ')}) group by ${customer}`}
          order by ${customer}`
}

function placedIn(question: SegmentQuestion, column: FactColumn): Placed | null {
  const { source } = column
  if ('aggregate' in source) return null
  if ('attribute' in source) {
    const expression = `(attributes -> ${pg.escapeLiteral(source.attribute)})::text`
    return { column, origin: 'customers', expression, form: 'json', absent: null }
  }
  if ('list' in source)
    return { column, ...listed(source.list, pg.escapeLiteral(source.item)), form: 'number', absent: 0 }
  const { field } = source
  const found = FILE[field]?.(question)
  const form = formOf(field)
  if (found !== undefined) return { column, origin: 'customers', expression: found, form, absent: null }
  if (field === 'relationshipManagerId')
    return { column, origin: 'assignments', expression: 'staff_id::text', form, absent: null }
  if (field === 'hasRelationshipManager')
    return { column, origin: 'assignments', expression: '1::float8', form, absent: 0 }
  const expression = FOUND[field]
  if (expression === undefined) throw new Error('a field of a segment comes from nowhere')
  return { column, origin: 'classifications', expression, form, absent: null }
}

/** Whether a customer's list holds an item, as 1 or 0. */
function listed(list: 'tags' | ItemList, item: string): Pick<Placed, 'origin' | 'expression'> {
  if (list === 'tags') return { origin: 'customers', expression: `(${item} = any (tags))::int::float8` }
  return { origin: list, expression: `max((${TABLES[list].item} = ${item})::int)::float8` }
}

function formOf(field: string): ColumnForm {
  const kind = segmentField(field)?.kind
  if (kind === 'choice') return 'label'
  return kind === 'id' ? 'text' : 'number'
}

const FILE: Readonly<Record<string, (question: SegmentQuestion) => string>> = {
  kind: () => 'kind',
  gender: () => 'gender',
  age: ({ asOfDay }) => {
    const asOf = dayLiteral(asOfDay)
    return `coalesce(date_part('year', age(${asOf}, birth_date)), date_part('year', ${asOf}) - birth_year)`
  },
  birthYear: () => 'birth_year::float8',
  birthdayMonth: () => `date_part('month', birth_date)`,
  homeStoreId: () => 'home_store_id::text',
  daysSinceCreated: ({ asOfDay, timeZone }) =>
    `greatest(${dayLiteral(asOfDay)} - (created_at at time zone ${pg.escapeLiteral(timeZone)})::date, 0)::float8`
}

/** What the last run found, by column of `classifications`. */
const FOUND: Readonly<Record<string, string>> = {
  abcClass: 'abc_class',
  amountMinor: 'amount_minor::float8',
  r: 'r::float8',
  f: 'f::float8',
  m: 'm::float8',
  loyaltyLevel: 'loyalty_level',
  loyaltyBasis: 'loyalty_basis',
  loyaltyPattern: 'loyalty_pattern',
  firstUser: 'first_user::int::float8',
  priceDriven: 'price_driven::int::float8',
  trustLevel: 'trust_level',
  standing: 'standing',
  defectionState: 'defection_state',
  defectionBasis: "case when defection_state = 'unknown' then 'none' else defection_basis end",
  partialDefection: 'partial_defection::int::float8'
}
