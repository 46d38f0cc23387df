import pg from 'pg'
import type { Aggregate, FactColumn } from '../domain/segment-columns.ts'
import { isWhole } from '../domain/segment-windows.ts'
import { dayLiteral, onDays, type ReadColumn, type Scope, windowOf } from './segment-query-parts.ts'

/** Where the rows of an aggregate are: a receipt each, or a line each where a product, brand or category is asked for. */
type Base = 'receipts' | 'lines'

interface Placed {
  readonly column: FactColumn
  readonly aggregate: Aggregate
  readonly base: Base
  /** The name of its column. */
  readonly name: string
}

/** Aggregates that are worked out in one reading of a table of the ledger. */
export interface NarrowedPurchases {
  readonly name: Base
  readonly columns: readonly ReadColumn[]
  /** A row of each customer who bought something of it: `customer_id`, and the columns under names of their own. */
  rows(scope: Scope): string
}

/**
 * Aggregates of a part of what a customer bought. Those of stores are summed up from receipts, those of products, brands
 * and categories, and all that count products, from lines: one reading of each, whatever the number of aggregates.
 */
export function narrowedPurchases(columns: readonly FactColumn[]): NarrowedPurchases[] {
  const placed = columns.flatMap((column, index): Placed[] => {
    const { source } = column
    if (!('aggregate' in source) || isWhole(source.aggregate)) return []
    return [{ column, aggregate: source.aggregate, base: baseOf(source.aggregate), name: `a${index}` }]
  })
  return (['receipts', 'lines'] as const).flatMap((base): NarrowedPurchases[] => {
    const own = placed.filter(one => one.base === base)
    if (own.length === 0) return []
    return [{ name: base, columns: own.map(readOf), rows: scope => ledgerQuery(base, own, scope) }]
  })
}

const baseOf = ({ function: name, sku, brand, category }: Aggregate): Base =>
  name === 'distinct_products' || sku !== null || brand !== null || category !== null ? 'lines' : 'receipts'

/** Without any such receipt nothing was bought, but neither is an average or a last day known. */
function readOf({ column, aggregate, name }: Placed): ReadColumn {
  const isKnown = aggregate.function !== 'average' && aggregate.function !== 'days_since'
  return { column, expression: `${name}::float8`, form: 'number', absent: isKnown ? 0 : null }
}

function ledgerQuery(base: Base, placed: readonly Placed[], scope: Scope): string {
  const figures = placed.map(({ aggregate, name }) => `${figureOf(aggregate, base, scope)} as ${name}`)
  const windows = placed.map(({ aggregate }) => windowOf(aggregate.withinDays, scope.until).fromDay)
  const from = windows.some(day => day === null) ? null : Math.min(...(windows as number[]))
  const own = `p.tenant_id = ${scope.tenant} and p.customer_id is not null ${scope.among('p.customer_id')} and ${onDays(from, scope.until)}`
  const some = placed.map(({ aggregate }) => narrowingOf(aggregate, base))
  const narrowed = some.some(condition => condition === '') ? '' : `and (${[...new Set(some)].join(' or ')})`
  const rows =
    base === 'receipts'
      ? `select p.customer_id, p.purchased_on, p.kind = 'sale' as sale, p.net_minor::float8 as net, p.store_id
         from purchases p where ${own} ${narrowed}`
      : `select p.customer_id, p.id, p.purchased_on, p.kind = 'sale' as sale, l.net_minor::float8 as net, p.store_id,
                l.sku, l.brand, l.category
         from purchase_lines l join purchases p on p.tenant_id = ${scope.tenant} and p.id = l.purchase_id
         where l.tenant_id = ${scope.tenant} and ${own} ${narrowed}`
  return `select customer_id, ${figures.join(', ')} from (${rows}) x group by customer_id`
}

function figureOf(aggregate: Aggregate, base: Base, scope: Scope): string {
  const { fromDay } = windowOf(aggregate.withinDays, scope.until)
  const within = fromDay === null ? '' : `purchased_on >= ${dayLiteral(fromDay)}`
  const where = (...conditions: string[]) => {
    const all = [...conditions, narrowingOf(aggregate, base), within].filter(condition => condition !== '')
    return all.length === 0 ? '' : `filter (where ${all.join(' and ')})`
  }
  const sum = `sum(net) ${where()}`
  const count = base === 'receipts' ? `count(*) ${where('sale')}` : `count(distinct id) ${where('sale')}`
  switch (aggregate.function) {
    case 'sum':
      return sum
    case 'count':
      return count
    case 'average':
      return `${sum} / nullif(${count}, 0)`
    case 'distinct_days':
      return `count(distinct purchased_on) ${where('sale', 'net > 0')}`
    case 'distinct_products':
      return `count(distinct sku) ${where('sale')}`
    case 'days_since':
      return `${dayLiteral(scope.until)} - max(purchased_on) ${where('sale', 'net > 0')}`
  }
}

/** The condition on a row by which an aggregate is narrowed; empty where every row counts. */
function narrowingOf({ function: name, sku, brand, category, storeId }: Aggregate, base: Base): string {
  const conditions = [
    storeId === null ? '' : `store_id = ${pg.escapeLiteral(storeId)}::uuid`,
    ...(base === 'receipts'
      ? []
      : [
          sku === null ? '' : `sku = ${pg.escapeLiteral(sku)}`,
          brand === null ? '' : `brand = ${pg.escapeLiteral(brand)}`,
          category === null ? '' : `category = ${pg.escapeLiteral(category)}`,
          name === 'distinct_products' ? 'sku is not null' : ''
        ])
  ].filter(condition => condition !== '')
  return conditions.length === 0 ? '' : `(${conditions.join(' and ')})`
}
