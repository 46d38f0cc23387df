import pg from 'pg'
import { type Aggregate, type FactColumn, isNarrowed } from '../domain/segment-columns.ts'
import { dayLiteral, type Joined, type Part, type Scope, type Selected, windowOf } from './segment-query-parts.ts'

/** Where the rows of an aggregate are: a receipt each, or a line each where a product, brand or category is asked for. */
type Base = 'receipts' | 'lines'

interface Placed {
  readonly key: string
  readonly aggregate: Aggregate
  readonly base: Base
  /** The name of its column. */
  readonly name: string
}

/**
 * Aggregates of a part of what a customer bought. Those of stores are summed up from receipts, those of products, brands
 * and categories, and all that count products, from lines: one reading of each, whatever the number of aggregates.
 */
export function narrowedPurchases(columns: readonly FactColumn[], scope: Scope): Part {
  const placed = columns.flatMap(({ key, source }, index): Placed[] => {
    if (!('aggregate' in source)) return []
    const { aggregate } = source
    if (!isNarrowed(aggregate) && aggregate.function !== 'distinct_products') return []
    return [{ key, aggregate, base: baseOf(aggregate), name: `a${index}` }]
  })
  const joined = (['receipts', 'lines'] as const).flatMap((base): Joined[] => {
    const own = placed.filter(one => one.base === base)
    return own.length === 0 ? [] : [{ alias: base, rows: ledgerQuery(base, own, scope) }]
  })
  return { selected: new Map(placed.map(one => [one.key, selectedOf(one)])), joined }
}

const baseOf = ({ function: name, sku, brand, category }: Aggregate): Base =>
  name === 'distinct_products' || sku !== null || brand !== null || category !== null ? 'lines' : 'receipts'

/** Without any such receipt nothing was bought, but neither is an average or a last day known. */
function selectedOf({ aggregate, base, name }: Placed): Selected {
  const isKnown = aggregate.function !== 'average' && aggregate.function !== 'days_since'
  const column = `${base}.${name}`
  return { expression: isKnown ? `coalesce(${column}, 0)::float8` : `${column}::float8`, form: 'number' }
}

function ledgerQuery(base: Base, placed: readonly Placed[], scope: Scope): string {
  const figures = placed.map(({ aggregate, name }) => `${figureOf(aggregate, base, scope)} as ${name}`)
  const windows = placed.map(({ aggregate }) => windowOf(aggregate.withinDays, scope.until).fromDay)
  const from = windows.some(day => day === null) ? null : Math.min(...(windows as number[]))
  const days = `p.purchased_on < ${dayLiteral(scope.until)} ${from === null ? '' : `and p.purchased_on >= ${dayLiteral(from)}`}`
  const own = `p.tenant_id = ${scope.tenant} and p.customer_id is not null ${scope.among('p.customer_id')} and ${days}`
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
function narrowingOf({ sku, brand, category, storeId }: Aggregate, base: Base): string {
  const conditions = [
    storeId === null ? '' : `store_id = ${pg.escapeLiteral(storeId)}::uuid`,
    ...(base === 'receipts'
      ? []
      : [
          sku === null ? '' : `sku = ${pg.escapeLiteral(sku)}`,
          brand === null ? '' : `brand = ${pg.escapeLiteral(brand)}`,
          category === null ? '' : `category = ${pg.escapeLiteral(category)}`
        ])
  ].filter(condition => condition !== '')
  return conditions.length === 0 ? '' : `(${conditions.join(' and ')})`
}
