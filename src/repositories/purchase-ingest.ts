import type pg from 'pg'
import { arrayText } from '../db/arrays.ts'
import type { Statement } from '../db/client.ts'
import { statementInTenant } from '../db/tenancy.ts'

/** How a receipt names its customer, ready for an exact look-up. `key` is normalised; `raw` is what the till sent. */
export interface CustomerReference {
  readonly kind: 'none' | 'id' | 'external' | 'phone' | 'email'
  readonly system: string
  readonly key: string
  readonly raw: string
}

export interface ReceiptLine {
  readonly sku: string | null
  readonly name: string | null
  readonly brand: string | null
  readonly category: string | null
  readonly quantity: number
  readonly unitPriceMinor: number | null
  readonly discountMinor: number
  readonly amountMinor: number
  readonly netMinor: number
  readonly promotionCode: string | null
  /** The id of the product if this line is the first to name it. */
  readonly newProductId: string
  readonly productEventId: string
}

/** One receipt, settled and checked, with the ids it will have if it is new. */
export interface Receipt {
  readonly id: string
  readonly source: string
  readonly receiptNumber: string
  readonly kind: 'sale' | 'return'
  readonly storeCode: string
  readonly staffCode: string | null
  readonly purchasedAt: string
  readonly currency: string
  readonly exchangeRate: number | null
  readonly totalMinor: number
  readonly roundingMinor: number
  readonly netMinor: number
  readonly units: number
  readonly returnOf: { readonly source: string; readonly receiptNumber: string } | null
  readonly contentHash: string
  readonly customer: CustomerReference
  readonly rejectUnknownCustomer: boolean
  /** The one store that the caller may push for; null for any. */
  readonly allowedStoreId: string | null
  readonly newCustomerId: string
  readonly lines: readonly ReceiptLine[]
  readonly actorType: string
  readonly actorId: string | null
  readonly eventId: string
  readonly customerEventId: string
  readonly recordedAt: string
}

/** What became of a receipt. `raced`: somebody stored the same receipt at this very moment; ask again. */
export type Verdict =
  | 'accepted'
  | 'replayed'
  | 'content_differs'
  | 'store_unknown'
  | 'store_closed'
  | 'store_not_allowed'
  | 'staff_unknown'
  | 'customer_unknown'
  | 'raced'

export interface Outcome {
  readonly verdict: Verdict
  /** The id of the stored purchase: the new one's, or the one that was there before. */
  readonly purchaseId: string | null
  readonly storeId: string | null
  readonly staffId: string | null
  readonly customerId: string | null
  readonly purchasedOn: string | null
  /** The sale that a return names, when it is already here. */
  readonly saleId: string | null
}

/**
 * A purchase, or a thousand, in one statement: finds or opens the customers, adds missing products, writes receipts and
 * lines, brings totals and months up to date and writes the events. Rows are written in the order of their keys, so two
 * statements that overlap wait for each other and never in a circle. What was accepted and what was written are matched
 * by the purchase's id: two receipts with one number never meet here, the caller keeps them apart.
 *
 * The planner cannot know how many rows a push holds, and keeps a plan that it made while the tables were empty. So each
 * look-up asks for the first row from its key on, in the order of the key, which only the key's own index gives at once;
 * asked for equality alone, any index that begins with the tenant looks as good, and reads all that the tenant has. Rows
 * of the push are matched with one another by "x in (…)" inside coalesce, which it answers by a hash table instead of
 * comparing each with each, and new customers by one map.
 *
 * A customer who is not known yet is claimed by his key first (the update that changes nothing returns the owner when
 * another transaction was faster) and only opened if the claim was won, so two tills cannot open him twice.
 */
export const INGEST: Statement = {
  name: 'purchase_ingest',
  timeoutMs: 15_000,
  text: `
with item as materialized (
  select * from unnest(
    $2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::text[],
    $11::numeric[], $12::bigint[], $13::bigint[], $14::bigint[], $15::numeric[], $16::text[], $17::text[], $18::text[],
    $19::text[], $20::text[], $21::text[], $22::text[], $23::uuid[], $24::boolean[], $25::uuid[], $26::uuid[],
    $27::text[], $28::text[], $29::uuid[], $30::uuid[], $45::timestamptz[]
  ) as i (idx, id, source, receipt_number, kind, store_code, staff_code, purchased_at, currency,
    exchange_rate, total_minor, rounding_minor, net_minor, units, return_of_source, return_of_receipt_number, content_hash,
    ref_kind, ref_system, ref_key, ref_raw, ref_id, reject_unknown, allowed_store_id, new_customer_id,
    actor_type, actor_id, event_id, customer_event_id, recorded_at)
),
line as materialized (
  select * from unnest(
    $31::uuid[], $32::smallint[], $33::text[], $34::text[], $35::text[], $36::text[], $37::numeric[], $38::numeric[],
    $39::bigint[], $40::bigint[], $41::bigint[], $42::text[], $43::uuid[], $46::uuid[]
  ) as l (purchase_id, line_no, sku, name, brand, category, quantity, unit_price_minor,
    discount_minor, amount_minor, net_minor, promotion_code, new_product_id, product_event_id)
),
known as materialized (
  select i.*, s.id as store_id, s.active as store_active, st.id as staff_id,
    (i.purchased_at at time zone s.time_zone)::date as purchased_on,
    p.id as stored_id, p.content_hash as stored_hash, sale.id as sale_id,
    coalesce(c.id, x.customer_id, k.customer_id) as known_customer_id
  from item i
  left join lateral (select id, active, time_zone, code from stores
    where tenant_id = $1 and code >= i.store_code order by code limit 1) s on s.code = i.store_code
  left join lateral (select id, code from staff
    where tenant_id = $1 and code >= i.staff_code order by code limit 1) st on st.code = i.staff_code
  left join lateral (select id, content_hash, receipt_number from purchases
    where tenant_id = $1 and source = i.source and receipt_number >= i.receipt_number
    order by receipt_number limit 1) p on p.receipt_number = i.receipt_number
  left join lateral (select id, receipt_number, kind from purchases
    where tenant_id = $1 and source = i.return_of_source and receipt_number >= i.return_of_receipt_number
    order by receipt_number limit 1) sale on sale.receipt_number = i.return_of_receipt_number and sale.kind = 'sale'
  left join lateral (select id from customers where tenant_id = $1 and id >= i.ref_id order by id limit 1) c on c.id = i.ref_id
  left join lateral (select customer_id, key from customer_external_ids
    where i.ref_kind = 'external' and tenant_id = $1 and system = i.ref_system and key >= i.ref_key
    order by key limit 1) x on x.key = i.ref_key
  left join lateral (select customer_id, normalized from customer_contacts
    where i.ref_kind in ('phone', 'email') and tenant_id = $1 and type = i.ref_kind and normalized >= i.ref_key
    order by normalized limit 1) k on k.normalized = i.ref_key
),
judged as materialized (
  select *, ref_kind || E'\\n' || ref_system || E'\\n' || ref_key as ref,
    case
      when store_id <> allowed_store_id then 'store_not_allowed'
      when stored_id is not null then case when stored_hash = content_hash then 'replayed' else 'content_differs' end
      when store_id is null then 'store_unknown'
      when not store_active then 'store_closed'
      when staff_code is not null and staff_id is null then 'staff_unknown'
      when ref_kind <> 'none' and known_customer_id is null and (ref_kind = 'id' or reject_unknown) then 'customer_unknown'
      else 'accepted'
    end as verdict
  from known
),
wanted as materialized (
  select distinct on (ref_kind, ref_system, ref_key)
    ref_kind, ref_system, ref_key, ref_raw, new_customer_id, store_id, actor_type, actor_id, customer_event_id
  from judged
  where verdict = 'accepted' and known_customer_id is null and ref_kind <> 'none'
  order by ref_kind, ref_system, ref_key, idx
),
claimed_external as (
  insert into customer_external_ids as t (tenant_id, system, key, customer_id)
  select $1, ref_system, ref_key, new_customer_id from wanted where ref_kind = 'external' order by ref_system, ref_key
  on conflict (tenant_id, system, key) do update set key = t.key
  returning t.system, t.key, t.customer_id
),
claimed_contact as (
  insert into customer_contacts as t (tenant_id, customer_id, position, type, value, normalized)
  select $1, new_customer_id, 0, ref_kind, ref_raw, ref_key from wanted where ref_kind in ('phone', 'email') order by ref_kind, ref_key
  on conflict (tenant_id, type, normalized) do update set normalized = t.normalized
  returning t.type, t.normalized, t.customer_id
),
claimed as materialized (
  select 'external' || E'\\n' || system || E'\\n' || key as ref, customer_id from claimed_external
  union all
  select type || E'\\n\\n' || normalized, customer_id from claimed_contact
),
claims as materialized (
  select coalesce(jsonb_object_agg(ref, customer_id), '{}') as customer_of from claimed
),
opened as (
  insert into customers (tenant_id, id, kind, home_store_id, found_by, found_by_version, created_from, created_at, updated_at)
  select $1, new_customer_id, 'person', store_id,
    case ref_kind
      when 'external' then json_build_array('[]'::json, json_build_array(json_build_object('system', ref_system, 'key', ref_key)))
      else json_build_array(
        json_build_array(json_build_object('type', ref_kind, 'value', ref_raw, 'normalized', ref_key, 'label', null)), '[]'::json)
    end, 1, 'purchase', $44, $44
  from wanted where coalesce(new_customer_id in (select customer_id from claimed), false)
  returning id
),
accepted as materialized (
  select j.*, coalesce(j.known_customer_id, (claims.customer_of ->> j.ref)::uuid) as customer_id
  from judged j cross join claims
  where j.verdict = 'accepted'
),
new_products as (
  insert into products (tenant_id, id, sku, name, brand, category, created_from, created_at, updated_at)
  select $1, new_product_id, sku, coalesce(name, sku), brand, category, 'purchase', $44, $44
  from (
    select distinct on (sku) * from line
    where sku is not null and coalesce(purchase_id in (select id from accepted), false)
    order by sku, purchase_id, line_no
  ) l
  where not exists (select from products p where p.tenant_id = $1 and p.sku = l.sku)
  order by sku
  on conflict (tenant_id, sku) do nothing
  returning id
),
receipt as (
  insert into purchases (tenant_id, id, source, receipt_number, kind, store_id, staff_id, customer_id, purchased_at, purchased_on,
    currency, exchange_rate, total_minor, rounding_minor, net_minor, units, return_of_source, return_of_receipt_number,
    content_hash, recorded_at)
  select $1, id, source, receipt_number, kind, store_id, staff_id, customer_id, purchased_at, purchased_on,
    currency, exchange_rate, total_minor, rounding_minor, net_minor, units, return_of_source, return_of_receipt_number,
    content_hash, recorded_at
  from accepted
  order by source, receipt_number
  on conflict (tenant_id, source, receipt_number) do nothing
  returning id, kind, customer_id, purchased_at, purchased_on, net_minor, units
),
receipt_lines as (
  insert into purchase_lines (tenant_id, purchase_id, line_no, sku, name, brand, category, quantity, unit_price_minor,
    discount_minor, amount_minor, net_minor, promotion_code)
  select $1, purchase_id, line_no, sku, name, brand, category, quantity, unit_price_minor,
    discount_minor, amount_minor, net_minor, promotion_code
  from line where coalesce(purchase_id in (select id from receipt), false)
),
totals as (
  insert into customer_totals as t (tenant_id, customer_id, net_minor, sales, returns, units, first_sale_on, last_sale_on, last_purchased_at)
  select $1, customer_id, sum(net_minor), count(*) filter (where kind = 'sale'), count(*) filter (where kind = 'return'), sum(units),
    min(purchased_on) filter (where kind = 'sale'), max(purchased_on) filter (where kind = 'sale'), max(purchased_at)
  from receipt where customer_id is not null
  group by customer_id order by customer_id
  on conflict (tenant_id, customer_id) do update set
    net_minor = t.net_minor + excluded.net_minor,
    sales = t.sales + excluded.sales,
    returns = t.returns + excluded.returns,
    units = t.units + excluded.units,
    first_sale_on = least(t.first_sale_on, excluded.first_sale_on),
    last_sale_on = greatest(t.last_sale_on, excluded.last_sale_on),
    last_purchased_at = greatest(t.last_purchased_at, excluded.last_purchased_at)
),
months as (
  insert into customer_months as t (tenant_id, customer_id, month, net_minor, sales, returns, units, sale_days, paid_days, last_purchased_at)
  select $1, customer_id, date_trunc('month', purchased_on)::date, sum(net_minor),
    count(*) filter (where kind = 'sale'), count(*) filter (where kind = 'return'), sum(units),
    coalesce(bit_or(1 << (date_part('day', purchased_on)::int - 1)) filter (where kind = 'sale'), 0),
    coalesce(bit_or(1 << (date_part('day', purchased_on)::int - 1)) filter (where kind = 'sale' and net_minor > 0), 0),
    max(purchased_at)
  from receipt where customer_id is not null
  group by 2, 3 order by 2, 3
  on conflict (tenant_id, customer_id, month) do update set
    net_minor = t.net_minor + excluded.net_minor,
    sales = t.sales + excluded.sales,
    returns = t.returns + excluded.returns,
    units = t.units + excluded.units,
    sale_days = t.sale_days | excluded.sale_days,
    paid_days = t.paid_days | excluded.paid_days,
    last_purchased_at = greatest(t.last_purchased_at, excluded.last_purchased_at)
),
written as (
  insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, actor_id, data, occurred_at)
  select $1, id, type, subject_type, subject_id, actor_type, actor_id, data, $44 from (
    select 0 as step, customer_event_id as id, 'customer.created' as type, 'customer' as subject_type, new_customer_id as subject_id,
      actor_type, actor_id, jsonb_build_object('createdFrom', 'purchase') as data
    from wanted where coalesce(new_customer_id in (select id from opened), false)
    union all
    select 0, product_event_id, 'product.created', 'product', new_product_id,
      (select actor_type from accepted where id = purchase_id), (select actor_id from accepted where id = purchase_id),
      jsonb_build_object('sku', sku, 'createdFrom', 'purchase')
    from line where coalesce(new_product_id in (select id from new_products), false)
    union all
    select 1, event_id, 'purchase.recorded', 'purchase', id, actor_type, actor_id,
      jsonb_build_object('customerId', customer_id, 'storeId', store_id, 'kind', kind, 'netMinor', net_minor,
        'purchasedAt', to_char(purchased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from accepted where coalesce(id in (select id from receipt), false)
  ) e order by step, id
)
select idx, case when coalesce(id in (select id from receipt), false) then 'accepted' else 'raced' end as verdict,
  id as purchase_id, store_id, staff_id, customer_id, purchased_on, sale_id
from accepted
union all
select idx, verdict, stored_id, store_id, staff_id, null, purchased_on, sale_id
from judged where verdict <> 'accepted'
order by idx`
}

/** Stores receipts of one tenant, all or, when the statement itself fails, none. No two may have the same number. */
export const purchaseIngest = (pool: pg.Pool) => ({
  async store(tenantId: string, receipts: readonly Receipt[], now: string): Promise<Outcome[]> {
    const values = ingestValues(tenantId, receipts, now).map(value => (Array.isArray(value) ? arrayText(value) : value))
    const rows = await statementInTenant<IngestRow>(pool, tenantId, INGEST, values)
    return rows.map(row => ({
      verdict: row.verdict,
      purchaseId: row.purchase_id,
      storeId: row.store_id,
      staffId: row.staff_id,
      customerId: row.customer_id,
      purchasedOn: row.purchased_on,
      saleId: row.sale_id
    }))
  }
})

interface IngestRow {
  verdict: Verdict
  purchase_id: string | null
  store_id: string | null
  staff_id: string | null
  customer_id: string | null
  purchased_on: string | null
  sale_id: string | null
}

/** The statement's parameters: a column for each field. */
export function ingestValues(tenantId: string, receipts: readonly Receipt[], now: string): unknown[] {
  const column = <T>(field: (receipt: Receipt) => T): T[] => receipts.map(field)
  const lines = receipts.flatMap(receipt => receipt.lines.map((line, n) => ({ purchaseId: receipt.id, n, line })))
  const lineColumn = <T>(field: (line: ReceiptLine) => T): T[] => lines.map(({ line }) => field(line))
  return [
    tenantId,
    receipts.map((_, idx) => idx),
    column(r => r.id),
    column(r => r.source),
    column(r => r.receiptNumber),
    column(r => r.kind),
    column(r => r.storeCode),
    column(r => r.staffCode),
    column(r => r.purchasedAt),
    column(r => r.currency),
    column(r => r.exchangeRate),
    column(r => r.totalMinor),
    column(r => r.roundingMinor),
    column(r => r.netMinor),
    column(r => r.units),
    column(r => r.returnOf?.source ?? null),
    column(r => r.returnOf?.receiptNumber ?? null),
    column(r => r.contentHash),
    column(r => r.customer.kind),
    column(r => r.customer.system),
    column(r => r.customer.key),
    column(r => r.customer.raw),
    column(r => (r.customer.kind === 'id' ? r.customer.key : null)),
    column(r => r.rejectUnknownCustomer),
    column(r => r.allowedStoreId),
    column(r => r.newCustomerId),
    column(r => r.actorType),
    column(r => r.actorId),
    column(r => r.eventId),
    column(r => r.customerEventId),
    lines.map(({ purchaseId }) => purchaseId),
    lines.map(({ n }) => n + 1),
    lineColumn(l => l.sku),
    lineColumn(l => l.name),
    lineColumn(l => l.brand),
    lineColumn(l => l.category),
    lineColumn(l => l.quantity),
    lineColumn(l => l.unitPriceMinor),
    lineColumn(l => l.discountMinor),
    lineColumn(l => l.amountMinor),
    lineColumn(l => l.netMinor),
    lineColumn(l => l.promotionCode),
    lineColumn(l => l.newProductId),
    now,
    column(r => r.recordedAt),
    lineColumn(l => l.productEventId)
  ]
}
