-- Who may see what. The service and the system connect as roles that own nothing; row-level security is forced, so that
-- not even the owner of a table sees rows of a tenant that was not named.
DO $$ BEGIN
  CREATE ROLE clientele_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
--> statement-breakpoint
DO $$ BEGIN
  CREATE ROLE clientele_system NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
--> statement-breakpoint
-- The connecting user switches to one of the two roles at connection time, so it must be a member of both. Granting to
-- oneself is refused by PostgreSQL for a superuser's own name only when it is circular, which it is not here.
DO $$ BEGIN
  EXECUTE format('GRANT clientele_service, clientele_system TO %I', current_user);
EXCEPTION WHEN unique_violation THEN NULL; WHEN OTHERS THEN
  IF SQLERRM NOT LIKE '%concurrently updated%' THEN RAISE; END IF;
END $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO clientele_service, clientele_system;
--> statement-breakpoint
-- One line per new tenant table in later migrations: SELECT clientele_isolate('orders');
CREATE FUNCTION clientele_isolate(tenant_table regclass, tenant_column text DEFAULT 'tenant_id') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s USING (%I = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
    tenant_table, tenant_column);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO clientele_service', tenant_table);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_isolate(regclass, text) FROM PUBLIC;
--> statement-breakpoint
SELECT clientele_isolate('tenants', 'id');
--> statement-breakpoint
SELECT clientele_isolate(c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname;
--> statement-breakpoint
-- Events are the audit trail: the service may add to it and nothing else.
REVOKE UPDATE, DELETE ON events FROM clientele_service;
--> statement-breakpoint
-- The ledger is never rewritten by the service; lines and receipts are only added.
REVOKE UPDATE, DELETE ON purchases, purchase_lines FROM clientele_service;
--> statement-breakpoint
-- Across tenants, and only this much: find a credential, see who the tenants are, stamp and expire events.
CREATE POLICY system_access ON api_keys FOR SELECT TO clientele_system USING (true);
--> statement-breakpoint
CREATE POLICY system_access ON tenants TO clientele_system USING (true);
--> statement-breakpoint
CREATE POLICY system_access ON events TO clientele_system USING (true);
--> statement-breakpoint
CREATE POLICY system_access ON idempotency_keys TO clientele_system USING (true);
--> statement-breakpoint
CREATE POLICY system_access ON staff FOR SELECT TO clientele_system USING (true);
--> statement-breakpoint
GRANT SELECT ON api_keys, staff TO clientele_system;
--> statement-breakpoint
GRANT SELECT ON tenants TO clientele_system;
--> statement-breakpoint
GRANT UPDATE (last_scheduled_on, events_expired_to) ON tenants TO clientele_system;
--> statement-breakpoint
GRANT SELECT, DELETE ON events TO clientele_system;
--> statement-breakpoint
GRANT UPDATE (position) ON events TO clientele_system;
--> statement-breakpoint
GRANT SELECT, DELETE ON idempotency_keys TO clientele_system;
--> statement-breakpoint
-- Positions of the feed. One sequence for all tenants: a reader sees his own ascending, with gaps.
CREATE SEQUENCE event_positions;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE event_positions TO clientele_system;
--> statement-breakpoint
-- Exactly one relationship manager at a time: periods of one customer may not overlap.
ALTER TABLE assignments ADD CONSTRAINT assignments_customer_id_valid_excl
  EXCLUDE USING gist (tenant_id WITH =, customer_id WITH =, tstzrange(valid_from, valid_to) WITH &&);
--> statement-breakpoint
-- The open assignment of a customer, which nearly every question asks for.
CREATE INDEX assignments_open_idx ON assignments (tenant_id, customer_id) INCLUDE (staff_id) WHERE valid_to IS NULL;
--> statement-breakpoint
-- Who was whose manager is never rewritten: an open period may be ended or kept by hand, an ended one may not change.
REVOKE UPDATE, DELETE ON assignments FROM clientele_service;
--> statement-breakpoint
GRANT UPDATE (valid_to, end_reason, end_note, ended_by, left_class_at, outside_runs, origin, note)
  ON assignments TO clientele_service;
--> statement-breakpoint
CREATE POLICY history_stays ON assignments AS RESTRICTIVE FOR UPDATE USING (valid_to IS NULL) WITH CHECK (true);
--> statement-breakpoint
-- Search by part of a name. Row-level security lets only leakproof conditions reach an index, and those on arrays and
-- patterns are not: under it every search would read every customer. This one function looks as a role of its own,
-- which may see nothing but the folded names and compares the tenant itself, with the setting that the policies use.
DO $$ BEGIN
  CREATE ROLE clientele_search NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('GRANT clientele_search TO %I', current_user);
EXCEPTION WHEN unique_violation THEN NULL; WHEN OTHERS THEN
  IF SQLERRM NOT LIKE '%concurrently updated%' THEN RAISE; END IF;
END $$;
--> statement-breakpoint
GRANT USAGE, CREATE ON SCHEMA public TO clientele_search;
--> statement-breakpoint
GRANT SELECT (tenant_id, id, folded_name, name_grams) ON customers TO clientele_search;
--> statement-breakpoint
CREATE POLICY search_access ON customers FOR SELECT TO clientele_search USING (true);
--> statement-breakpoint
-- How well a folded name answers a folded text. 0: it is the name, 1: the name begins with it, 2: a word does, 3: it is
-- somewhere within.
CREATE FUNCTION clientele_name_rank(folded_name text, sought text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN folded_name = sought THEN 0
  WHEN starts_with(folded_name, sought) THEN 1
  WHEN strpos(' ' || translate(folded_name, '-.,''', '    '), ' ' || sought) > 0 THEN 2
  ELSE 3
END;
--> statement-breakpoint
-- Names that begin with the text come first, out of an index in their order, so that an exact name is found however many
-- others hold it too. Only when these are few are names looked for that hold it elsewhere. Each way stops at `at_most`.
-- Plans are made for the values each time: a common gram and a rare one want different ones.
CREATE FUNCTION clientele_customers_named(sought text, grams bigint[], patterns text[], at_most integer)
RETURNS TABLE (customer_id uuid, rank integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
AS $$
DECLARE
  tenant constant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  beyond constant text := sought || chr(1114111);
BEGIN
  RETURN QUERY
  WITH beginning AS MATERIALIZED (
    SELECT c.id, c.folded_name FROM customers c
    WHERE c.tenant_id = tenant AND c.folded_name <> ''
      AND c.folded_name COLLATE "C" >= sought AND c.folded_name COLLATE "C" < beyond
    ORDER BY c.folded_name COLLATE "C" LIMIT at_most
  ), holding AS MATERIALIZED (
    SELECT c.id, c.folded_name FROM customers c
    WHERE c.tenant_id = tenant AND c.folded_name <> ''
      AND c.name_grams @> grams AND c.folded_name LIKE ALL (patterns)
      AND (SELECT count(*) FROM beginning) < at_most
    LIMIT at_most
  ), found AS (
    SELECT * FROM beginning UNION SELECT * FROM holding
  )
  SELECT f.id, clientele_name_rank(f.folded_name, sought) FROM found f;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_customers_named(text, bigint[], text[], integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_customers_named(text, bigint[], text[], integer) TO clientele_service;
--> statement-breakpoint
ALTER FUNCTION clientele_customers_named(text, bigint[], text[], integer) OWNER TO clientele_search;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM clientele_search;
