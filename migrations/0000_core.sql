-- btree_gist lets the periods of an assignment exclude one another.
CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"key_id" text NOT NULL,
	"secret_hash" text NOT NULL,
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"store_id" uuid,
	"expires_at" timestamptz(3),
	"revoked_at" timestamptz(3),
	"replaced_by" uuid,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "api_keys_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"valid_from" timestamptz(3) NOT NULL,
	"valid_to" timestamptz(3),
	"origin" text NOT NULL,
	"reason" text NOT NULL,
	"note" text,
	"end_reason" text,
	"end_note" text,
	"left_class_at" timestamptz(3),
	"outside_runs" integer DEFAULT 0 NOT NULL,
	"created_by" text,
	"ended_by" text,
	CONSTRAINT "assignments_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "assignments_origin_check" CHECK ("assignments"."origin" in ('class', 'manual')),
	CONSTRAINT "assignments_valid_to_check" CHECK ("assignments"."valid_to" > "assignments"."valid_from"),
	CONSTRAINT "assignments_end_reason_check" CHECK (("assignments"."valid_to" is null) = ("assignments"."end_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "classification_curves" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"lowest_minor" bigint NOT NULL,
	"amounts" bigint[] NOT NULL,
	"ranks" integer[] NOT NULL,
	"befores" bigint[] NOT NULL,
	CONSTRAINT "classification_curves_pkey" PRIMARY KEY("tenant_id","run_id","lowest_minor")
);
--> statement-breakpoint
CREATE TABLE "classification_dry_changes" (
	"tenant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"previous_abc_class" text,
	"abc_class" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "classification_dry_changes_pkey" PRIMARY KEY("tenant_id","run_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "classification_history" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"as_of" timestamptz(3) NOT NULL,
	"run_id" uuid NOT NULL,
	"previous_abc_class" text,
	"abc_class" text NOT NULL,
	"abc_reason" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"tie_offset" integer NOT NULL,
	"last_sale_on" date,
	"frequency" integer NOT NULL,
	"r" smallint,
	"f" smallint,
	"m" smallint,
	CONSTRAINT "classification_history_pkey" PRIMARY KEY("tenant_id","customer_id","as_of","run_id")
);
--> statement-breakpoint
CREATE TABLE "classification_policies" (
	"tenant_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"policy" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "classification_policies_pkey" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
CREATE TABLE "classification_runs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"as_of" timestamptz(3) NOT NULL,
	"as_of_day" date NOT NULL,
	"policy_version" integer NOT NULL,
	"trial_policy" jsonb,
	"dry_run" boolean NOT NULL,
	"trigger" text NOT NULL,
	"report" jsonb,
	"created_at" timestamptz(3) NOT NULL,
	"applied_at" timestamptz(3),
	CONSTRAINT "classification_runs_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "classifications" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"abc_class" text NOT NULL,
	"abc_reason" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"tie_offset" integer NOT NULL,
	"last_sale_on" date,
	"frequency" integer NOT NULL,
	"r" smallint,
	"f" smallint,
	"m" smallint,
	"class_since" timestamptz(3) NOT NULL,
	CONSTRAINT "classifications_pkey" PRIMARY KEY("tenant_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "customer_contacts" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"type" text NOT NULL,
	"value" text NOT NULL,
	"normalized" text NOT NULL,
	"label" text,
	CONSTRAINT "customer_contacts_pkey" PRIMARY KEY("tenant_id","customer_id","type","normalized"),
	CONSTRAINT "customer_contacts_normalized_key" UNIQUE("tenant_id","type","normalized")
);
--> statement-breakpoint
CREATE TABLE "customer_external_ids" (
	"tenant_id" uuid NOT NULL,
	"system" text NOT NULL,
	"key" text NOT NULL,
	"customer_id" uuid NOT NULL,
	CONSTRAINT "customer_external_ids_pkey" PRIMARY KEY("tenant_id","system","key")
);
--> statement-breakpoint
CREATE TABLE "customer_tags" (
	"tenant_id" uuid NOT NULL,
	"tag" text NOT NULL,
	"customer_id" uuid NOT NULL,
	CONSTRAINT "customer_tags_pkey" PRIMARY KEY("tenant_id","tag","customer_id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"folded_name" text DEFAULT '' NOT NULL,
	"name_grams" bigint[] DEFAULT '{}' NOT NULL,
	"gender" text,
	"birth_date" date,
	"birth_year" smallint,
	"home_store_id" uuid,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"addresses" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_from" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "customers_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "customers_kind_check" CHECK ("customers"."kind" in ('person', 'organization'))
);
--> statement-breakpoint
CREATE TABLE "events" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"write_order" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_write_order_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"position" bigint,
	"type" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"data" jsonb NOT NULL,
	"occurred_at" timestamptz(3) NOT NULL,
	CONSTRAINT "events_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" smallint NOT NULL,
	"headers" jsonb NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"progress_phase" text,
	"progress_done" integer DEFAULT 0 NOT NULL,
	"progress_total" integer,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"result" jsonb,
	"problem" jsonb,
	"created_at" timestamptz(3) NOT NULL,
	"started_at" timestamptz(3),
	"finished_at" timestamptz(3),
	CONSTRAINT "jobs_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"sku" text NOT NULL,
	"name" text NOT NULL,
	"brand" text,
	"category" text,
	"supplier_id" text,
	"launched_on" date,
	"created_from" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "products_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "products_sku_key" UNIQUE("tenant_id","sku")
);
--> statement-breakpoint
CREATE TABLE "customer_months" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"month" date NOT NULL,
	"net_minor" bigint NOT NULL,
	"sales" integer NOT NULL,
	"returns" integer NOT NULL,
	"units" numeric(15,3) NOT NULL,
	"sale_days" integer NOT NULL,
	"paid_days" integer NOT NULL,
	"last_purchased_at" timestamptz(3) NOT NULL,
	CONSTRAINT "customer_months_pkey" PRIMARY KEY("tenant_id","customer_id","month") INCLUDE ("net_minor","sales","returns","paid_days")
);
--> statement-breakpoint
CREATE TABLE "customer_totals" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"net_minor" bigint NOT NULL,
	"sales" integer NOT NULL,
	"returns" integer NOT NULL,
	"units" numeric(15,3) NOT NULL,
	"first_sale_on" date,
	"last_sale_on" date,
	"last_purchased_at" timestamptz(3) NOT NULL,
	CONSTRAINT "customer_totals_pkey" PRIMARY KEY("tenant_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "purchase_lines" (
	"tenant_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"line_no" smallint NOT NULL,
	"sku" text,
	"name" text,
	"brand" text,
	"category" text,
	"quantity" numeric(15,3) NOT NULL,
	"unit_price_minor" numeric(20, 6),
	"discount_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"promotion_code" text,
	CONSTRAINT "purchase_lines_pkey" PRIMARY KEY("tenant_id","purchase_id","line_no")
);
--> statement-breakpoint
CREATE TABLE "purchases" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source" text NOT NULL,
	"receipt_number" text NOT NULL,
	"kind" text NOT NULL,
	"store_id" uuid NOT NULL,
	"staff_id" uuid,
	"customer_id" uuid,
	"purchased_at" timestamptz(3) NOT NULL,
	"purchased_on" date NOT NULL,
	"currency" text NOT NULL,
	"exchange_rate" numeric(20, 10),
	"total_minor" bigint NOT NULL,
	"rounding_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"units" numeric(15,3) NOT NULL,
	"return_of_source" text,
	"return_of_receipt_number" text,
	"content_hash" text NOT NULL,
	"recorded_at" timestamptz(3) NOT NULL,
	CONSTRAINT "purchases_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "purchases_receipt_key" UNIQUE("tenant_id","source","receipt_number"),
	CONSTRAINT "purchases_kind_check" CHECK ("purchases"."kind" in ('sale', 'return'))
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"roles" text[] NOT NULL,
	"team" text,
	"department" text,
	"capacity_minutes_per_month" integer,
	"active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "staff_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "staff_code_key" UNIQUE("tenant_id","code")
);
--> statement-breakpoint
CREATE TABLE "staff_stores" (
	"tenant_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	CONSTRAINT "staff_stores_pkey" PRIMARY KEY("tenant_id","staff_id","store_id")
);
--> statement-breakpoint
CREATE TABLE "stores" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"currency" text,
	"active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "stores_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "stores_code_key" UNIQUE("tenant_id","code")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"country" text NOT NULL,
	"time_zone" text NOT NULL,
	"daily_run_hour" smallint DEFAULT 3 NOT NULL,
	"cursor_secret" text NOT NULL,
	"last_scheduled_on" date,
	"events_expired_to" bigint DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "tenants_pkey" PRIMARY KEY("id")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_replaced_by_fkey" FOREIGN KEY ("tenant_id","replaced_by") REFERENCES "public"."api_keys"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classification_curves" ADD CONSTRAINT "classification_curves_run_id_fkey" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."classification_runs"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classification_dry_changes" ADD CONSTRAINT "classification_dry_changes_run_id_fkey" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."classification_runs"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classification_history" ADD CONSTRAINT "classification_history_run_id_fkey" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."classification_runs"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classification_policies" ADD CONSTRAINT "classification_policies_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classification_runs" ADD CONSTRAINT "classification_runs_id_fkey" FOREIGN KEY ("tenant_id","id") REFERENCES "public"."jobs"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classifications" ADD CONSTRAINT "classifications_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_contacts" ADD CONSTRAINT "customer_contacts_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_external_ids" ADD CONSTRAINT "customer_external_ids_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_tags" ADD CONSTRAINT "customer_tags_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_home_store_id_fkey" FOREIGN KEY ("tenant_id","home_store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_months" ADD CONSTRAINT "customer_months_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_totals" ADD CONSTRAINT "customer_totals_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_lines" ADD CONSTRAINT "purchase_lines_purchase_id_fkey" FOREIGN KEY ("tenant_id","purchase_id") REFERENCES "public"."purchases"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_lines" ADD CONSTRAINT "purchase_lines_sku_fkey" FOREIGN KEY ("tenant_id","sku") REFERENCES "public"."products"("tenant_id","sku") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchases" ADD CONSTRAINT "purchases_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchases" ADD CONSTRAINT "purchases_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchases" ADD CONSTRAINT "purchases_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_stores" ADD CONSTRAINT "staff_stores_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_stores" ADD CONSTRAINT "staff_stores_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_key_id_idx" ON "api_keys" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "assignments_customer_id_idx" ON "assignments" USING btree ("tenant_id","customer_id","valid_from","id");--> statement-breakpoint
CREATE INDEX "assignments_staff_id_idx" ON "assignments" USING btree ("tenant_id","staff_id","valid_from","id");--> statement-breakpoint
CREATE INDEX "assignments_valid_from_idx" ON "assignments" USING btree ("tenant_id","valid_from","id");--> statement-breakpoint
CREATE INDEX "classification_history_run_id_idx" ON "classification_history" USING btree ("tenant_id","run_id","customer_id") WHERE previous_abc_class is distinct from abc_class;--> statement-breakpoint
CREATE INDEX "classification_runs_as_of_idx" ON "classification_runs" USING btree ("tenant_id","as_of","id");--> statement-breakpoint
CREATE INDEX "classification_runs_created_at_idx" ON "classification_runs" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "classifications_abc_class_idx" ON "classifications" USING btree ("tenant_id","abc_class","amount_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "customer_external_ids_customer_id_idx" ON "customer_external_ids" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE INDEX "customers_updated_at_idx" ON "customers" USING btree ("tenant_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "customers_home_store_id_idx" ON "customers" USING btree ("tenant_id","home_store_id","id");--> statement-breakpoint
CREATE INDEX "customers_created_at_idx" ON "customers" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "customers_name_grams_idx" ON "customers" USING gin ("name_grams") WITH (gin_pending_list_limit=256) WHERE folded_name <> '';--> statement-breakpoint
CREATE INDEX "customers_folded_name_idx" ON "customers" USING btree ("tenant_id",folded_name collate "C") WHERE folded_name <> '';--> statement-breakpoint
CREATE INDEX "customer_tags_customer_id_idx" ON "customer_tags" USING btree ("tenant_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "events_position_idx" ON "events" USING btree ("tenant_id","position") WHERE position is not null;--> statement-breakpoint
CREATE INDEX "events_unstamped_idx" ON "events" USING btree ("write_order") WHERE position is null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "jobs_created_at_idx" ON "jobs" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "products_category_idx" ON "products" USING btree ("tenant_id","category","id");--> statement-breakpoint
CREATE INDEX "products_brand_idx" ON "products" USING btree ("tenant_id","brand","id");--> statement-breakpoint
CREATE INDEX "purchases_customer_id_idx" ON "purchases" USING btree ("tenant_id","customer_id","purchased_at","id");--> statement-breakpoint
CREATE INDEX "purchases_purchased_at_idx" ON "purchases" USING btree ("tenant_id","purchased_at","id");--> statement-breakpoint
CREATE INDEX "purchases_return_of_idx" ON "purchases" USING btree ("tenant_id","return_of_source","return_of_receipt_number") WHERE return_of_source is not null;--> statement-breakpoint
CREATE INDEX "staff_stores_store_id_idx" ON "staff_stores" USING btree ("tenant_id","store_id");