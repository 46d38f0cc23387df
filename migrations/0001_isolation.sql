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
GRANT SELECT, INSERT ON tenants TO clientele_system;
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
