import pg from 'pg'
import type { DayNumber } from '../domain/period.ts'
import type { FactColumn } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { narrowedPurchases } from './segment-narrowed-query.ts'
import { monthlyPurchases } from './segment-purchases-query.ts'
import { type ColumnForm, dayLiteral, type Part, type Scope, type Selected } from './segment-query-parts.ts'

/** Whose figures are asked for, and as of which day. */
export interface SegmentQuestion {
  readonly tenantId: string
  /** Days are the stores'; this one and all after it are out. */
  readonly asOfDay: DayNumber
  /** The last day that can hold a receipt. */
  readonly lastDay: DayNumber
  /** The tenant's, for the days on which files were opened. */
  readonly timeZone: string
  readonly columns: readonly FactColumn[]
  /** Only these customers, or all of the tenant. */
  readonly customerIds: readonly string[] | null
}

/**
 * One row of every customer asked for, by ascending id: his id, then the columns in their order. COPY takes no parameters,
 * so the text holds its values: ids that were checked, days and numbers of our own making, and texts as quoted literals.
 */
export function segmentFactsQuery(question: SegmentQuestion): { text: string; forms: ColumnForm[] } {
  const scope = scopeOf(question)
  const parts = [
    filePart(question, scope),
    monthlyPurchases(question.columns, scope),
    narrowedPurchases(question.columns, scope)
  ]
  const selected = new Map(parts.flatMap(part => [...part.selected]))
  const columns = question.columns.map(({ key }) => {
    const column = selected.get(key)
    if (!column) throw new Error('a figure of a segment comes from nowhere')
    return column
  })
  const joins = parts.flatMap(part => part.joined)
  return {
    text: `select ${['c.id', ...columns.map(({ expression }) => expression)].join(', ')}
      from customers c
      ${joins.map(({ alias, rows }) => `left join (${rows}) ${alias} on ${alias}.customer_id = c.id`).join('\n')}
      where c.tenant_id = ${scope.tenant} ${scope.among('c.id')}
      order by c.id`,
    forms: columns.map(({ form }) => form)
  }
}

function scopeOf({ tenantId, customerIds, asOfDay, lastDay }: SegmentQuestion): Scope {
  const ids = customerIds?.map(id => pg.escapeLiteral(id)).join(', ')
  return {
    tenant: `${pg.escapeLiteral(tenantId)}::uuid`,
    among: column => (ids === undefined ? '' : `and ${column} = any (array[${ids}]::uuid[])`),
    until: asOfDay,
    lastDay
  }
}

const CONTACTS = 'contacts'
const SYSTEMS = 'systems'
const CLASSES = 'classes'
const MANAGERS = 'managers'

/** Fields of the file, of the classification, and of the relationship. */
function filePart(question: SegmentQuestion, scope: Scope): Part {
  const selected = new Map<string, Selected>()
  const lists = { contactTypes: [] as string[], externalSystems: [] as string[] }
  const used = new Set<string>()
  const itemColumn = (list: keyof typeof lists, alias: string, item: string) => {
    used.add(alias)
    return `coalesce(${alias}.has_${lists[list].push(item) - 1}, 0)::float8`
  }
  for (const { key, source } of question.columns) {
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
  partialDefection: flag('partial_defection'),
  relationshipManagerId: `${MANAGERS}.staff_id::text`,
  hasRelationshipManager: `(${MANAGERS}.staff_id is not null)::int::float8`
}
