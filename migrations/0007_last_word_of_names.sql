CREATE INDEX "customers_last_word_idx" ON "customers" USING btree ("tenant_id",split_part(folded_name, ' ', -1) collate "C") WHERE strpos(folded_name, ' ') > 0;
--> statement-breakpoint
-- At the counter a customer is asked for by the first letters of a family name, which stand anywhere in hundreds of times
-- more names than begin their last word with them. So after the names that begin with the text come, out of an index in
-- their order, those whose last word does; only the room that is then left is filled by grams.
GRANT CREATE ON SCHEMA public TO clientele_search;
--> statement-breakpoint
SET LOCAL ROLE clientele_search;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION clientele_customers_named(tenant uuid, sought text, grams bigint[], patterns text[], at_most integer)
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
  found_now integer;
BEGIN
  RETURN QUERY
  SELECT c.id, clientele_name_rank(c.folded_name, sought) FROM customers c
  WHERE c.tenant_id = tenant AND c.tenant_id = present AND c.folded_name <> ''
    AND c.folded_name COLLATE "C" >= sought AND c.folded_name COLLATE "C" < beyond
  ORDER BY c.folded_name COLLATE "C" LIMIT room;
  GET DIAGNOSTICS found_now = ROW_COUNT;
  room := room - found_now;
  IF room = 0 THEN RETURN; END IF;
  RETURN QUERY
  SELECT c.id, clientele_name_rank(c.folded_name, sought) FROM customers c
  WHERE c.tenant_id = tenant AND c.tenant_id = present AND strpos(c.folded_name, ' ') > 0
    AND split_part(c.folded_name, ' ', -1) COLLATE "C" >= sought AND split_part(c.folded_name, ' ', -1) COLLATE "C" < beyond
    AND NOT starts_with(c.folded_name, sought)
  ORDER BY split_part(c.folded_name, ' ', -1) COLLATE "C" LIMIT room;
  GET DIAGNOSTICS found_now = ROW_COUNT;
  room := room - found_now;
  IF room = 0 THEN RETURN; END IF;
  RETURN QUERY
  SELECT c.id, clientele_name_rank(c.folded_name, sought) FROM customers c
  WHERE c.tenant_id = tenant AND c.tenant_id = present AND c.folded_name <> ''
    AND c.name_grams @> grams AND c.folded_name LIKE ALL (patterns) AND NOT starts_with(c.folded_name, sought)
    AND NOT starts_with(split_part(c.folded_name, ' ', -1), sought)
  LIMIT room;
END $$;
--> statement-breakpoint
RESET ROLE;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM clientele_search;
