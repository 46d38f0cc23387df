import { readdirSync } from 'node:fs'
import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import t from 'tap'
import { openDatabase, SERVICE_ROLE, SYSTEM_ROLE } from '../src/db/client.ts'
import { inTenant, readInTenant } from '../src/db/tenancy.ts'
import { asAdmin } from './support/cluster.ts'
import { startService } from './support/service.ts'

const service = await startService()
t.teardown(() => service.close())
const ask = <Row extends Record<string, unknown>>(sql: string, values: unknown[] = []) =>
  asAdmin<Row>(service.databaseUrl, sql, values)

const TABLES = `select c.oid, c.relname as table, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
  from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`

t.test('every table belongs to tenants, and shows one of them at a time', async t => {
  const tables = await ask<{ table: string; enabled: boolean; forced: boolean }>(TABLES)
  t.ok(tables.length > 20)
  t.same(
    tables.filter(({ enabled, forced }) => !enabled || !forced),
    [],
    'row-level security is enabled and forced'
  )

  const columns = await ask<{ table: string }>(
    `select table_name as table from information_schema.columns
     where table_schema = 'public' and column_name = 'tenant_id' and is_nullable = 'NO' and data_type = 'uuid'`
  )
  const without = tables.map(one => one.table).filter(table => !columns.some(one => one.table === table))
  t.same(without, ['tenants'], 'tenant_id, never null')

  const policies = await ask<{ table: string; policy: string; condition: string }>(
    `select tablename as table, policyname as policy, qual as condition from pg_policies
     where schemaname = 'public' and policyname = 'tenant_isolation'`
  )
  t.same(policies.map(one => one.table).sort(), tables.map(one => one.table).sort())
  for (const { table, condition } of policies) {
    const column = table === 'tenants' ? 'id' : 'tenant_id'
    t.match(condition, new RegExp(`\\(${column} = \\(NULLIF\\(current_setting\\('app\\.tenant_id'::text, true\\)`))
  }
})

t.test('who sees more than one tenant is listed here', async t => {
  const policies = await ask<{ policy: string; table: string; roles: string; cmd: string }>(
    `select tablename as table, policyname as policy, array_to_string(roles, ',') as roles, cmd from pg_policies
     where schemaname = 'public' and permissive = 'PERMISSIVE' and policyname <> 'tenant_isolation' order by 1, 2`
  )
  t.same(
    policies.map(({ table, policy, roles, cmd }) => `${table} ${policy} ${roles} ${cmd}`),
    [
      'api_keys system_access clientele_system SELECT',
      'customers search_access clientele_search SELECT',
      'events system_access clientele_system ALL',
      'idempotency_keys system_access clientele_system ALL',
      'staff system_access clientele_system SELECT',
      'tenants system_access clientele_system ALL'
    ]
  )
})

t.test('the tenant is the first column of every key and every reference', async t => {
  const keys = await ask<{ table: string; constraint: string; type: string; columns: string; referenced: string }>(
    `select k.conrelid::regclass::text as table, k.conname as constraint, k.contype as type,
       (select string_agg(a.attname, ',' order by n) from unnest(k.conkey) with ordinality as u (num, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns,
       (select string_agg(a.attname, ',' order by n) from unnest(k.confkey) with ordinality as u (num, n)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num) as referenced
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where c.relnamespace = 'public'::regnamespace and k.contype in ('p', 'u', 'f', 'x') and k.conparentid = 0`
  )
  t.ok(keys.length > 50)
  const wrong = keys.filter(({ table, columns, referenced, type }) => {
    if (table === 'tenants') return columns !== 'id'
    if (!columns.startsWith('tenant_id')) return true
    return type === 'f' && !(referenced.startsWith('tenant_id,') || (referenced === 'id' && columns === 'tenant_id'))
  })
  t.same(wrong, [])

  const indexes = await ask<{ index: string; columns: string }>(
    `select i.indexrelid::regclass::text as index, pg_get_indexdef(i.indexrelid) as columns from pg_index i
     join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and i.indisunique`
  )
  t.same(
    indexes.filter(({ index, columns }) => index !== 'tenants_pkey' && !/USING btree \(tenant_id[,)]/.test(columns)),
    []
  )
})

t.test('every constraint and index is named after its table and what it is for', async t => {
  const names = await ask<{ table: string; name: string; type: string }>(
    `select conrelid::regclass::text as table, conname as name, contype as type from pg_constraint
     where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 0
     union all
     select i.indrelid::regclass::text, c.relname, 'i' from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`
  )
  const SUFFIX: Record<string, string> = { p: 'pkey', u: 'key', f: 'fkey', c: 'check', x: 'excl', i: 'idx' }
  const wrong = names.filter(
    ({ table, name, type }) => !name.startsWith(`${table}_`) || !name.endsWith(`_${SUFFIX[type]}`)
  )
  t.same(wrong, [])
})

t.test('the roles of the service own nothing and stand above no rule', async t => {
  const roles = [SERVICE_ROLE, SYSTEM_ROLE, 'clientele_search']
  const attributes = await ask(
    `select rolname from pg_roles where rolname = any ($1)
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin)`,
    [roles]
  )
  t.same(attributes, [])
  const members = await ask(
    `select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any ($1)`,
    [roles]
  )
  t.same(members, [], 'members of nothing')
  const owned = await ask<{ name: string }>(
    `select c.relname as name from pg_class c where pg_get_userbyid(c.relowner) = any ($1)
     union all select p.proname from pg_proc p where pg_get_userbyid(p.proowner) = any ($1)
     union all select n.nspname from pg_namespace n where pg_get_userbyid(n.nspowner) = any ($1)`,
    [roles]
  )
  t.same(owned, [{ name: 'clientele_customers_named' }], 'but the search of names, which runs as a role of its own')
  const creating = await ask(
    `select r.rolname, n.nspname from pg_roles r, pg_namespace n where r.rolname = any ($1)
     and n.nspname in ('public', 'drizzle', 'clientele_jobs') and has_schema_privilege(r.rolname, n.nspname, 'CREATE')`,
    [roles]
  )
  t.same(creating, [])
})

t.test('code that runs with rights of its own compares the tenant itself', async t => {
  const definers = await ask<{ name: string; settings: string }>(
    `select proname as name, array_to_string(proconfig, ';') as settings from pg_proc
     where prosecdef and pronamespace = 'public'::regnamespace`
  )
  t.same(
    definers.map(one => one.name),
    ['clientele_customers_named']
  )
  t.match(definers[0]?.settings, /search_path=pg_catalog, public, pg_temp/)
  const [mine, theirs] = [await service.newTenant(), await service.newTenant()]
  await theirs.call('POST', '/v1/customers', { kind: 'person', name: 'Anna' })
  const found = (asked: string, present: string) =>
    inTenant(service.database.api, present, async tx => {
      const rows = await tx.rows(
        { name: 'probe_named', text: `select * from clientele_customers_named($1, 'anna', '{}', '{}', 10)` },
        [asked]
      )
      return rows.length
    })
  t.equal(await found(theirs.tenant.id, theirs.tenant.id), 1)
  t.equal(await found(theirs.tenant.id, mine.tenant.id), 0)
  const views = await ask(
    `select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
     and not coalesce(reloptions @> '{security_invoker=true}', false)`
  )
  t.same(views, [])
})

t.test('the ledger, the events and the past of assignments are only added to', async t => {
  const changing = await ask<{ table: string; privilege: string }>(
    `select c.relname as table, p as privilege from pg_class c, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) as p
     where c.relname = any (array['purchases', 'purchase_lines', 'events', 'assignments', 'answer_clock_entries', 'feedback_escalations', 'answer_policies'])
       and has_table_privilege($1, c.oid, p)`,
    [SERVICE_ROLE]
  )
  t.same(changing, [])
  const columns = await ask<{ column: string }>(
    `select c.relname || '.' || a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relname = any (array['purchases', 'purchase_lines', 'events', 'assignments'])
       and has_column_privilege($1, c.oid, a.attnum, 'UPDATE') order by 1`,
    [SERVICE_ROLE]
  )
  t.ok(columns.every(one => one.column.startsWith('assignments.')))
  t.notOk(columns.some(one => /\.(tenant_id|id|customer_id|staff_id|valid_from)$/.test(one.column)))
  const truncating = await ask(
    `select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     and (has_table_privilege($1, c.oid, 'TRUNCATE') or has_table_privilege($2, c.oid, 'TRUNCATE'))`,
    [SERVICE_ROLE, SYSTEM_ROLE]
  )
  t.same(truncating, [])
})

t.test('a tenant reads and writes its own rows only, whatever a query forgot', async t => {
  const [mine, theirs] = [await service.newTenant(), await service.newTenant()]
  const store = { code: 'A', name: 'A', timeZone: 'UTC' }
  await theirs.call('POST', '/v1/stores', store)
  await mine.call('POST', '/v1/stores', store)
  const tables = await ask<{ table: string }>(TABLES)
  await readInTenant(service.database.work, mine.tenant.id, async tx => {
    for (const { table } of tables) {
      const column = table === 'tenants' ? 'id' : 'tenant_id'
      const { rows } = await tx.client.query(`select count(*) as n from ${table} where ${column} <> $1`, [
        mine.tenant.id
      ])
      t.equal(rows[0].n, 0, table)
    }
  })
  const write = (sql: string) =>
    inTenant(service.database.work, mine.tenant.id, tx => tx.client.query(sql, [theirs.tenant.id]))
  await t.rejects(
    write(
      `insert into stores (tenant_id, id, code, name, time_zone, created_at, updated_at)
       values ($1, gen_random_uuid(), 'B', 'B', 'UTC', now(), now())`
    ),
    { code: '42501' }
  )
  await t.rejects(write('update stores set tenant_id = $1'), { code: '42501' })
  t.equal((await write('update stores set name = name where tenant_id = $1')).rowCount, 0)
  t.equal((await write('delete from stores where tenant_id = $1')).rowCount, 0)
})

t.test('a pool of one connection carries no tenant over', async t => {
  const database = openDatabase({ url: service.databaseUrl, apiConnections: 1, queryTimeoutMs: 5_000, onError() {} })
  t.teardown(() => database.close())
  const [mine] = [await service.newTenant()]
  await mine.call('POST', '/v1/stores', { code: 'A', name: 'A', timeZone: 'UTC' })
  const left = async () => {
    const { rows } = await database.api.query(
      `select current_setting('app.tenant_id', true) as setting, (select count(*) from stores) as stores, current_user as role`
    )
    return rows[0]
  }
  const nothing = { stores: 0, role: SERVICE_ROLE }
  const uses: [string, () => Promise<unknown>][] = [
    ['a commit', () => inTenant(database.api, mine.tenant.id, tx => tx.client.query('select 1'))],
    ['a read', () => readInTenant(database.api, mine.tenant.id, tx => tx.client.query('select 1'))],
    ['a failed statement', () => inTenant(database.api, mine.tenant.id, tx => tx.client.query('select 1 / 0'))],
    [
      'a failure of ours',
      () =>
        inTenant(database.api, mine.tenant.id, async () => {
          throw new Error('ours')
        })
    ]
  ]
  for (const [title, use] of uses) {
    await use().catch(() => {})
    const { setting, ...rest } = await left()
    t.same(rest, nothing, title)
    t.notOk(setting, title)
  }
  await t.rejects(
    inTenant(database.api, `${mine.tenant.id}'; select 1; --`, async () => {}),
    /not a tenant id/
  )
})

t.test('the schema in code is the schema in the database', async t => {
  const folder = new URL('../src/db/schema/', import.meta.url)
  const modules = await Promise.all(readdirSync(folder).map(file => import(new URL(file, folder).href)))
  const tables = modules.flatMap(module => Object.values(module)).filter(value => is(value, PgTable)) as PgTable[]
  const found = await ask<{ table: string; column: string; type: string; required: boolean }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`
  )
  const spelled = (type: string) =>
    type
      .replace('timestamptz(3)', 'timestamp(3) with time zone')
      .replace(/numeric\((\d+), ?(\d+)\)/, 'numeric($1,$2)')
      .replace(/\b(\w+)\[\d*\]/, '$1[]')
  const told = tables.flatMap(table => {
    const { name, columns } = getTableConfig(table)
    return columns.map(column => `${name}.${column.name} ${spelled(column.getSQLType())} ${column.notNull}`)
  })
  const there = found.map(({ table, column, type, required }) => `${table}.${column} ${type} ${required}`)
  t.same(
    told.filter(column => !there.includes(column)),
    [],
    'what the code knows is there'
  )
  t.same(
    there.filter(column => !told.includes(column)),
    [],
    'what is there the code knows'
  )
  const constraints = await ask<{ name: string }>(
    `select conname as name from pg_constraint where connamespace = 'public'::regnamespace
     union select relname from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace`
  )
  const names = new Set(constraints.map(one => one.name))
  const wanted = tables.flatMap(table => {
    const { primaryKeys, uniqueConstraints, foreignKeys, checks, indexes } = getTableConfig(table)
    return [
      ...primaryKeys.map(key => key.getName()),
      ...uniqueConstraints.map(key => key.name),
      ...foreignKeys.map(key => key.getName()),
      ...checks.map(check => check.name),
      ...indexes.map(index => index.config.name)
    ]
  })
  t.same(
    wanted.filter(name => !names.has(String(name))),
    []
  )
})
