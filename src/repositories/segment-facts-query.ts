import pg from 'pg'
import type { DayNumber } from '../domain/period.ts'
import type { FactColumn } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { isWhole } from '../domain/segment-windows.ts'
import { narrowedPurchases } from './segment-narrowed-query.ts'
import {
  type ColumnForm,
  dayLiteral,
  type Joined,
  type Part,
  type Scope,
  type Selected
} from './segment-query-parts.ts'

/** As of which day figures are asked for. */
export interface SegmentQuestion {
  /** Days are the stores'; this one and all after it are out. */
  readonly asOfDay: DayNumber
  /** The last day that can hold a receipt. */
  readonly lastDay: DayNumber
  /** The tenant's, for the days on which files were opened. */
  readonly timeZone: string
}

/** A figure that a statement reads, in the order of its columns. */
export interface ReadColumn extends Selected {
  readonly column: FactColumn
}

/** The statement that reads customers with all figures but those of everything they bought, which have a way of their own. */
export interface CustomersQuery {
  readonly columns: readonly ReadColumn[]
  /** What parts of purchases come to, by customer: worth being made once where customers are read piece by piece. */
  readonly ledger: readonly Joined[]
  /** One row of each customer, by ascending id: his id, then the columns. */
  text(scope: Scope, ledger: readonly Joined[]): string
}

/**
 * COPY takes no parameters, so texts of statements hold their values: ids that were checked, days and numbers of our own
 * making, and texts as quoted literals.
 */
export function customersQuery(question: SegmentQuestion, asked: readonly FactColumn[], scope: Scope): CustomersQuery {
  const columns = asked.filter(({ source }) => !('aggregate' in source && isWhole(source.aggregate)))
  const ledger = narrowedPurchases(columns, scope)
  const selected = new Map([...filePart(question, columns, scope).selected, ...ledger.selected])
  const read = columns.map((column): ReadColumn => {
    const own = selected.get(column.key)
    if (!own) throw new Error('a figure of a segment comes from nowhere')
    return { column, ...own }
  })
  return {
    columns: read,
    ledger: ledger.joined,
    text(within, made) {
      const joins = [...filePart(question, columns, within).joined, ...made]
      return `select ${['c.id', ...read.map(({ expression }) => expression)].join(', ')}
        from customers c
        ${joins.map(({ alias, rows }) => `left join (${rows}) ${alias} on ${alias}.customer_id = c.id`).join('\n')}
        where c.tenant_id = ${within.tenant} ${within.among('c.id')}
        order by c.id`
    }
  }
}

const CONTACTS = 'contacts'
const SYSTEMS = 'systems'
const CLASSES = 'classes'
const MANAGERS = 'managers'

/** Fields of the file, of the classification, and of the relationship. */
function filePart(question: SegmentQuestion, columns: readonly FactColumn[], scope: Scope): Part {
  const selected = new Map<string, Selected>()
  const lists = { contactTypes: [] as string[], externalSystems: [] as string[] }
  const used = new Set<string>()
  const itemColumn = (list: keyof typeof lists, alias: string, item: string) => {
    used.add(alias)
    return `coalesce(${alias}.has_${lists[list].push(item) - 1}, 0)::float8`
  }
  for (const { key, source } of columns) {
    if ('aggregate' in source) continue
    if ('attribute' in source) {
      selected.set(key, { expression: `(c.attributes -> ${pg.escapeLiteral(source.attribute)})::text`, form: 'json' })
    } else if ('list' in source) {
      const { list, item } = source
      const expression =
        list === 'tags'
          ? `(${pg.escapeLiteral(item)} = any (c.tags))::int::float8`
          : itemColumn(list, list === 'contactTypes' ? CONTACTS : SYSTEMS, item)
      selected.set(key, { expression, form: 'number' })
    } else {
      const expression = FILE[source.field]?.(question) ?? FOUND[source.field]
      if (expression === undefined) throw new Error('a field of a segment comes from nowhere')
      for (const alias of [CLASSES, MANAGERS]) if (expression.includes(`${alias}.`)) used.add(alias)
      selected.set(key, { expression, form: formOf(source.field) })
    }
  }
  const rows: Readonly<Record<string, string>> = {
    [CLASSES]: `select * from classifications where tenant_id = ${scope.tenant} ${scope.among('customer_id')}`,
    [MANAGERS]: `select customer_id, staff_id from assignments
                 where tenant_id = ${scope.tenant} and valid_to is null ${scope.among('customer_id')}`,
    [CONTACTS]: itemsOf('customer_contacts', 'type', lists.contactTypes, scope),
    [SYSTEMS]: itemsOf('customer_external_ids', 'system', lists.externalSystems, scope)
  }
  return { selected, joined: [...used].map(alias => ({ alias, rows: rows[alias] as string })) }
}

/** For each customer, which of some items he has. */
function itemsOf(table: string, column: string, items: readonly string[], scope: Scope): string {
  const literals = items.map(item => pg.escapeLiteral(item))
  return `select customer_id, ${literals.map((item, index) => `max((${column} = ${item})::int) as has_${index}`).join(', ')}
          from ${table} where tenant_id = ${scope.tenant} and ${column} in (${literals.join(', ')}) ${scope.among('customer_id')}
          group by customer_id`
}

function formOf(field: string): ColumnForm {
  const kind = segmentField(field)?.kind
  if (kind === 'choice') return 'label'
  return kind === 'id' ? 'text' : 'number'
}

const FILE: Readonly<Record<string, (question: SegmentQuestion) => string>> = {
  kind: () => 'c.kind',
  gender: () => 'c.gender',
  age: ({ asOfDay }) => {
    const asOf = dayLiteral(asOfDay)
    return `coalesce(date_part('year', age(${asOf}, c.birth_date)), date_part('year', ${asOf}) - c.birth_year)`
  },
  birthYear: () => 'c.birth_year::float8',
  birthdayMonth: () => `date_part('month', c.birth_date)`,
  homeStoreId: () => 'c.home_store_id::text',
  daysSinceCreated: ({ asOfDay, timeZone }) =>
    `greatest(${dayLiteral(asOfDay)} - (c.created_at at time zone ${pg.escapeLiteral(timeZone)})::date, 0)::float8`
}

const number = (column: string) => `${CLASSES}.${column}::float8`
const flag = (column: string) => `${CLASSES}.${column}::int::float8`
const label = (column: string) => `${CLASSES}.${column}`

const FOUND: Readonly<Record<string, string>> = {
  abcClass: label('abc_class'),
  amountMinor: number('amount_minor'),
  r: number('r'),
  f: number('f'),
  m: number('m'),
  loyaltyLevel: label('loyalty_level'),
  loyaltyBasis: label('loyalty_basis'),
  loyaltyPattern: label('loyalty_pattern'),
  firstUser: flag('first_user'),
  priceDriven: flag('price_driven'),
  trustLevel: label('trust_level'),
  standing: label('standing'),
  defectionState: label('defection_state'),
  defectionBasis: `case when ${label('defection_state')} = 'unknown' then 'none' else ${label('defection_basis')} end`,
  partialDefection: flag('partial_defection'),
  relationshipManagerId: `${MANAGERS}.staff_id::text`,
  hasRelationshipManager: `(${MANAGERS}.staff_id is not null)::int::float8`
}
