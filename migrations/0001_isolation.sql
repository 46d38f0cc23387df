-- Who may see what. The service and the system connect as roles that own nothing; row-level security is forced, so that
-- not even the owner of a table sees rows of a tenant that was not named.
-- The migrating user must be able to become each of them. Roles belong to the whole server: they may be there already, made
-- by an administrator for a user who may not make any, or by the migration of another database at this very moment.
DO $$
DECLARE
  wanted text;
  able constant text := CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['clientele_service', 'clientele_system', 'clientele_search'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
    BEGIN
      IF NOT pg_has_role(current_user, wanted, able) THEN
        EXECUTE format('GRANT %I TO %I', wanted, current_user);
      END IF;
    EXCEPTION WHEN unique_violation THEN NULL; WHEN OTHERS THEN
      IF SQLERRM NOT LIKE '%concurrently updated%' THEN RAISE; END IF;
    END;
  END LOOP;
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
-- At most so many customers of the tenant, if it is the present one. Names that begin with the text come first, out of an
-- index in their order, so that an exact name is found however many others hold it too; the rest of the room is for names
-- that hold it elsewhere. Plans are made for the values each time: a common gram and a rare one want different ones.
CREATE FUNCTION clientele_customers_named(tenant uuid, sought text, grams bigint[], patterns text[], at_most integer)
RETURNS TABLE (customer_id uuid, rank integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
AS $$
DECLARE
  present constant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  beyond constant text := sought || chr(1114111);
  room integer := at_most;
BEGIN
  RETURN QUERY
  SELECT c.id, clientele_name_rank(c.folded_name, sought) FROM customers c
  WHERE c.tenant_id = tenant AND c.tenant_id = present AND c.folded_name <> ''
    AND c.folded_name COLLATE "C" >= sought AND c.folded_name COLLATE "C" < beyond
  ORDER BY c.folded_name COLLATE "C" LIMIT room;
  GET DIAGNOSTICS room = ROW_COUNT;
  room := at_most - room;
  IF room = 0 THEN RETURN; END IF;
  RETURN QUERY
  SELECT c.id, clientele_name_rank(c.folded_name, sought) FROM customers c
  WHERE c.tenant_id = tenant AND c.tenant_id = present AND c.folded_name <> ''
    AND c.name_grams @> grams AND c.folded_name LIKE ALL (patterns) AND NOT starts_with(c.folded_name, sought)
  LIMIT room;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION clientele_customers_named(uuid, text, bigint[], text[], integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION clientele_customers_named(uuid, text, bigint[], text[], integer) TO clientele_service;
--> statement-breakpoint
ALTER FUNCTION clientele_customers_named(uuid, text, bigint[], text[], integer) OWNER TO clientele_search;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM clientele_search;
--> statement-breakpoint
-- The classification reads a year of months from the index of customer_months alone, which works for pages that a vacuum
-- has seen; at the defaults that would be one in some months.
ALTER TABLE customer_months SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
--> statement-breakpoint
-- What nobody is known to have bought, which a classification reports beside what it ranked.
CREATE INDEX purchases_anonymous_idx ON purchases (tenant_id, purchased_on) INCLUDE (net_minor) WHERE customer_id IS NULL;
--> statement-breakpoint
-- A run rewrites rows all over this table, most of them where the class and the amount stay: with room on the page those
-- leave the indexes alone. Pieces of a curve hold numbers that hardly compress, and are read for one of them.
ALTER TABLE classifications SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE classification_curves ALTER COLUMN amounts SET STORAGE EXTERNAL, ALTER COLUMN ranks SET STORAGE EXTERNAL,
  ALTER COLUMN befores SET STORAGE EXTERNAL;
