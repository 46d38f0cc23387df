import type pg from 'pg'
import { arrayText } from '../db/arrays.ts'
import type { Statement, Tx } from '../db/client.ts'
import { instantFromText } from '../db/schema/columns.ts'
import { readOnceInTenant } from '../db/tenancy.ts'
import type { AbcClass } from '../domain/abc.ts'
import type { Contact } from '../domain/contact.ts'
import { type AddressInput, addressOf, type CustomerFile, type ExternalId, externalIdSet } from '../domain/customer.ts'
import { searchableName } from '../domain/name-search.ts'
import { foundByOf } from './found-by.ts'

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

/**
 * A file as the database sends it: one column of JSON instead of nineteen, its members by their places. The driver takes
 * longer over nineteen columns of fifty rows than over everything else of a list.
 */
type Packed = [
  id: string,
  kind: CustomerRow['kind'],
  name: string | null,
  gender: CustomerRow['gender'],
  birthDate: string | null,
  birthYear: number | null,
  foundBy: [contacts: Contact[], externalIds: ExternalId[]],
  addresses: AddressInput[],
  homeStoreId: string | null,
  tags: string[],
  attributes: CustomerRow['attributes'],
  createdFrom: string,
  abcClass: AbcClass | null,
  managerId: string | null,
  managerSince: string | null,
  version: number,
  createdAt: string,
  updatedAt: string
]

/**
 * The whole file in one row: no second question, and no row more for a customer with many contacts. These and external
 * ids are read from the file where they were kept there for its present version, else from their tables, as for a file that a
 * process before this version of the service has written.
 * Where many are read, their arrays stand behind subqueries, so that the planner does not see how many: seeing it, it
 * would plan anew each time, which costs more than reading the files.
 */
const FILE = `json_build_array(
  c.id, c.kind, c.name, c.gender, c.birth_date, c.birth_year,
  case when c.found_by_version = c.version then c.found_by else ${foundByOf('c')} end, c.addresses,
  c.home_store_id, c.tags, c.attributes, c.created_from,
  (select l.abc_class from classifications l where l.tenant_id = $1 and l.customer_id = c.id),
  a.staff_id, a.valid_from, c.version, c.created_at, c.updated_at)`

/** assignments_open_idx carries it; periods of one customer never overlap, so there is one at most. */
const MANAGER = 'left join assignments a on a.tenant_id = $1 and a.customer_id = c.id and a.valid_to is null'

/** Member by member: copying all but some of them is what a list would spend most of its time on. */
const rowOf = (file: Packed): CustomerRow => ({
  id: file[0],
  kind: file[1],
  name: file[2],
  gender: file[3],
  birthDate: file[4],
  birthYear: file[5],
  contacts: file[6][0],
  // As the domain writes them: the database keeps neither the order of keys nor that of a set.
  addresses: file[7].map(addressOf),
  externalIds: externalIdSet(file[6][1]),
  homeStoreId: file[8],
  tags: file[9],
  attributes: file[10],
  createdFrom: file[11],
  abcClass: file[12],
  relationshipManager: file[13] === null || file[14] === null ? null : managerOf(file[13], file[14]),
  version: file[15],
  createdAt: instantFromText(file[16]),
  updatedAt: instantFromText(file[17])
})

const managerOf = (staffId: string, since: string) => ({ staffId, since: instantFromText(since) })

/** All files of an answer in one row, null where there are none. */
interface Files {
  readonly files: Packed[] | null
}

const rowsOf = ([answer]: readonly Files[]): CustomerRow[] => answer?.files?.map(rowOf) ?? []

const FIND_ALL: Statement = {
  name: 'customer_find_all',
  text: `select json_agg(f.file order by f.n) as files
         from (select w.n, ${FILE} as file
               from unnest((select $2::uuid[])) with ordinality as w (id, n)
               join customers c on c.tenant_id = $1 and c.id = w.id ${MANAGER}) f`
}

const FIND_ALL_BY_EXTERNAL_ID: Statement = {
  name: 'customer_find_all_by_external_id',
  text: `select json_agg(json_build_array(w.n - 1, ${FILE})) as files
         from unnest((select $2::text[]), (select $3::text[])) with ordinality as w (system, key, n)
         join customer_external_ids e on e.tenant_id = $1 and e.system = w.system and e.key = w.key
         join customers c on c.tenant_id = $1 and c.id = e.customer_id ${MANAGER}`
}

/** Files found by external ids, each with the index of that id among those asked for. */
interface IndexedFiles {
  readonly files: [index: number, file: Packed][] | null
}

const externalIdArrays = (externalIds: readonly ExternalId[]): [string, string] => [
  arrayText(externalIds.map(({ system }) => system)),
  arrayText(externalIds.map(({ key }) => key))
]

const indexedRowsOf = ([answer]: readonly IndexedFiles[]): { index: number; row: CustomerRow }[] =>
  answer?.files?.map(([index, file]) => ({ index, row: rowOf(file) })) ?? []

/** Reads that need no transaction but their own; the answers are those of `customersRepository`. */
export const customerReads = (pool: pg.Pool) => ({
  async findAll(tenantId: string, ids: readonly string[]): Promise<CustomerRow[]> {
    return rowsOf(await readOnceInTenant<Files>(pool, tenantId, FIND_ALL, [tenantId, arrayText(ids)]))
  },

  async findAllByExternalId(
    tenantId: string,
    externalIds: readonly ExternalId[]
  ): Promise<{ index: number; row: CustomerRow }[]> {
    const values = [tenantId, ...externalIdArrays(externalIds)]
    return indexedRowsOf(await readOnceInTenant<IndexedFiles>(pool, tenantId, FIND_ALL_BY_EXTERNAL_ID, values))
  }
})

export const customersRepository = (tx: Tx) => ({
  async find(id: string): Promise<CustomerRow | undefined> {
    const [row] = await tx.rows<{ file: Packed }>(
      {
        name: 'customer_find',
        text: `select ${FILE} as file from customers c ${MANAGER} where c.tenant_id = $1 and c.id = $2`
      },
      [tx.tenantId, id]
    )
    return row && rowOf(row.file)
  },

  /** The files of these customers, in the order of the ids; a customer that does not exist has none. */
  async findAll(ids: readonly string[]): Promise<CustomerRow[]> {
    if (ids.length === 0) return []
    return rowsOf(await tx.rows<Files>(FIND_ALL, [tx.tenantId, arrayText(ids)]))
  },

  /** The files behind these external ids, each with the index of its external id; not in their order. */
  async findAllByExternalId(externalIds: readonly ExternalId[]): Promise<{ index: number; row: CustomerRow }[]> {
    return indexedRowsOf(
      await tx.rows<IndexedFiles>(FIND_ALL_BY_EXTERNAL_ID, [tx.tenantId, ...externalIdArrays(externalIds)])
    )
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
                 home_store_id, tags, attributes, addresses, found_by, version, found_by_version, updated_at,
                 created_from, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16, $17, $18)`
      },
      [...columnsOf(tx.tenantId, row), row.createdFrom, row.createdAt]
    )
  },

  async save(row: CustomerRow): Promise<void> {
    await tx.rows(
      {
        name: 'customer_save',
        text: `update customers set kind = $3, name = $4, folded_name = $5, name_grams = $6, gender = $7, birth_date = $8,
                 birth_year = $9, home_store_id = $10, tags = $11, attributes = $12, addresses = $13, found_by = $14,
                 version = $15, found_by_version = $15, updated_at = $16
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
    JSON.stringify([row.contacts, row.externalIds]),
    row.version,
    row.updatedAt
  ]
}
