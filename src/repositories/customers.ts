import type pg from 'pg'
import { arrayText } from '../db/arrays.ts'
import type { Statement, Tx } from '../db/client.ts'
import { readOnceInTenant } from '../db/tenancy.ts'
import type { AbcClass } from '../domain/abc.ts'
import { addressOf, type CustomerFile, type ExternalId, externalIdSet } from '../domain/customer.ts'
import { searchableName } from '../domain/name-search.ts'

/** A stored file, with what other capabilities say of the customer. */
export interface CustomerRow extends CustomerFile {
  readonly id: string
  readonly createdFrom: string
  /** Null before the first classification run that saw the customer. */
  readonly abcClass: AbcClass | null
  readonly relationshipManager: { readonly staffId: string; readonly since: string } | null
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

type Selected = Omit<CustomerRow, 'relationshipManager'> & { managerId: string | null; managerSince: string | null }

/**
 * The whole file in one row: no second question, and no row more for a customer with many contacts.
 * Where many are read, their arrays stand behind subqueries, so that the planner does not see how many: seeing it, it
 * would plan anew each time, which costs more than reading the files.
 */
const FILE = `
  c.id, c.kind, c.name, c.gender, c.birth_date as "birthDate", c.birth_year as "birthYear", c.addresses,
  c.home_store_id as "homeStoreId", c.tags, c.attributes, c.created_from as "createdFrom", c.version,
  c.created_at as "createdAt", c.updated_at as "updatedAt",
  coalesce((select json_agg(json_build_object('type', k.type, 'value', k.value, 'normalized', k.normalized, 'label', k.label)
                            order by k.position)
            from customer_contacts k where k.tenant_id = $1 and k.customer_id = c.id), '[]') as contacts,
  coalesce((select json_agg(json_build_object('system', x.system, 'key', x.key))
            from customer_external_ids x where x.tenant_id = $1 and x.customer_id = c.id), '[]') as "externalIds",
  (select l.abc_class from classifications l where l.tenant_id = $1 and l.customer_id = c.id) as "abcClass",
  a.staff_id as "managerId", a.valid_from as "managerSince"`

/** assignments_open_idx carries it; periods of one customer never overlap, so there is one at most. */
const MANAGER = 'left join assignments a on a.tenant_id = $1 and a.customer_id = c.id and a.valid_to is null'

/** Member by member: copying all but some of them is what a list would spend most of its time on. */
const rowOf = (row: Selected): CustomerRow => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  gender: row.gender,
  birthDate: row.birthDate,
  birthYear: row.birthYear,
  contacts: row.contacts,
  // As the domain writes them: the database keeps neither the order of keys nor that of a set.
  addresses: row.addresses.map(addressOf),
  externalIds: externalIdSet(row.externalIds),
  homeStoreId: row.homeStoreId,
  tags: row.tags,
  attributes: row.attributes,
  createdFrom: row.createdFrom,
  abcClass: row.abcClass,
  relationshipManager:
    row.managerId === null || row.managerSince === null ? null : { staffId: row.managerId, since: row.managerSince },
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt
})

const FIND_ALL: Statement = {
  name: 'customer_find_all',
  text: `select ${FILE}
         from unnest((select $2::uuid[])) with ordinality as w (id, n)
         join customers c on c.tenant_id = $1 and c.id = w.id ${MANAGER}
         order by w.n`
}

const FIND_ALL_BY_EXTERNAL_ID: Statement = {
  name: 'customer_find_all_by_external_id',
  text: `select (w.n - 1)::int as index, ${FILE}
         from unnest((select $2::text[]), (select $3::text[])) with ordinality as w (system, key, n)
         join customer_external_ids e on e.tenant_id = $1 and e.system = w.system and e.key = w.key
         join customers c on c.tenant_id = $1 and c.id = e.customer_id ${MANAGER}`
}

/** A file found by an external id, with the index of that id among those asked for. */
type Indexed = Selected & { index: number }

const externalIdArrays = (externalIds: readonly ExternalId[]): [string, string] => [
  arrayText(externalIds.map(({ system }) => system)),
  arrayText(externalIds.map(({ key }) => key))
]

const indexed = (row: Indexed): { index: number; row: CustomerRow } => ({ index: row.index, row: rowOf(row) })

/** Reads that need no transaction but their own; the answers are those of `customersRepository`. */
export const customerReads = (pool: pg.Pool) => ({
  async findAll(tenantId: string, ids: readonly string[]): Promise<CustomerRow[]> {
    return (await readOnceInTenant<Selected>(pool, tenantId, FIND_ALL, [tenantId, arrayText(ids)])).map(rowOf)
  },

  async findAllByExternalId(
    tenantId: string,
    externalIds: readonly ExternalId[]
  ): Promise<{ index: number; row: CustomerRow }[]> {
    const values = [tenantId, ...externalIdArrays(externalIds)]
    return (await readOnceInTenant<Indexed>(pool, tenantId, FIND_ALL_BY_EXTERNAL_ID, values)).map(indexed)
  }
})

export const customersRepository = (tx: Tx) => ({
  async find(id: string): Promise<CustomerRow | undefined> {
    const [row] = await tx.rows<Selected>(
      {
        name: 'customer_find',
        text: `select ${FILE} from customers c ${MANAGER} where c.tenant_id = $1 and c.id = $2`
      },
      [tx.tenantId, id]
    )
    return row && rowOf(row)
  },

  /** The files of these customers, in the order of the ids; a customer that does not exist has none. */
  async findAll(ids: readonly string[]): Promise<CustomerRow[]> {
    if (ids.length === 0) return []
    const rows = await tx.rows<Selected>(FIND_ALL, [tx.tenantId, arrayText(ids)])
    return rows.map(rowOf)
  },

  /** The files behind these external ids, each with the index of its external id; not in their order. */
  async findAllByExternalId(externalIds: readonly ExternalId[]): Promise<{ index: number; row: CustomerRow }[]> {
    const rows = await tx.rows<Indexed>(FIND_ALL_BY_EXTERNAL_ID, [tx.tenantId, ...externalIdArrays(externalIds)])
    return rows.map(indexed)
  },

  /**
   * Locks the customer until the transaction ends and reads the file. Two statements, because one that waited for the lock
   * would show the contacts from before the change it waited for.
   */
  async forUpdate(id: string): Promise<CustomerRow | undefined> {
    const [, row] = await Promise.all([
      tx.rows({ name: 'customer_lock', text: 'select from customers where tenant_id = $1 and id = $2 for update' }, [
        tx.tenantId,
        id
      ]),
      this.find(id)
    ])
    return row
  },

  /** The customer alone; what he is found by is added beside (customer-keys.ts). */
  async insert(row: CustomerRow): Promise<void> {
    await tx.rows(
      {
        name: 'customer_insert',
        text: `insert into customers (tenant_id, id, kind, name, folded_name, name_grams, gender, birth_date, birth_year,
                 home_store_id, tags, attributes, addresses, version, updated_at, created_from, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`
      },
      [...columnsOf(tx.tenantId, row), row.createdFrom, row.createdAt]
    )
  },

  async save(row: CustomerRow): Promise<void> {
    await tx.rows(
      {
        name: 'customer_save',
        text: `update customers set kind = $3, name = $4, folded_name = $5, name_grams = $6, gender = $7, birth_date = $8,
                 birth_year = $9, home_store_id = $10, tags = $11, attributes = $12, addresses = $13, version = $14,
                 updated_at = $15
               where tenant_id = $1 and id = $2`
      },
      columnsOf(tx.tenantId, row)
    )
  }
})

function columnsOf(tenantId: string, row: CustomerRow): unknown[] {
  const { foldedName, nameGrams } = searchableName(tenantId, row.name)
  return [
    tenantId,
    row.id,
    row.kind,
    row.name,
    foldedName,
    nameGrams,
    row.gender,
    row.birthDate,
    row.birthYear,
    row.homeStoreId,
    row.tags,
    JSON.stringify(row.attributes),
    JSON.stringify(row.addresses),
    row.version,
    row.updatedAt
  ]
}
