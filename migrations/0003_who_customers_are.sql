CREATE TABLE "buying_models" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"as_of_day" date NOT NULL,
	"used" text NOT NULL,
	"fit" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "buying_models_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "category_brands" (
	"tenant_id" uuid NOT NULL,
	"category" text NOT NULL,
	"brand" text NOT NULL,
	"first_sold_on" date NOT NULL,
	CONSTRAINT "category_brands_pkey" PRIMARY KEY("tenant_id","category","brand")
);
--> statement-breakpoint
CREATE TABLE "customer_facts" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"counted_to" date NOT NULL,
	"stale" boolean NOT NULL,
	"days" integer[] NOT NULL,
	"nets" bigint[] NOT NULL,
	"sales" integer NOT NULL,
	"returns" integer NOT NULL,
	"lines" integer NOT NULL,
	"promotion_lines" integer NOT NULL,
	"brand_lines" integer NOT NULL,
	"favourite_brand" text,
	"favourite_lines" integer NOT NULL,
	"brand_switches" integer NOT NULL,
	CONSTRAINT "customer_facts_pkey" PRIMARY KEY("tenant_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "customer_products" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"first_purchased_at" timestamptz(3) NOT NULL,
	"last_purchased_at" timestamptz(3) NOT NULL,
	"lines" integer NOT NULL,
	"units" numeric(15,3) NOT NULL,
	"net_minor" bigint NOT NULL,
	CONSTRAINT "customer_products_pkey" PRIMARY KEY("tenant_id","customer_id","sku")
);
--> statement-breakpoint
CREATE TABLE "fact_states" (
	"tenant_id" uuid NOT NULL,
	"counted_to" date NOT NULL,
	"recorded_through" timestamptz(3) NOT NULL,
	"brand_categories" text[] NOT NULL,
	CONSTRAINT "fact_states_pkey" PRIMARY KEY("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "product_weeks" (
	"tenant_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"week" date NOT NULL,
	"lines" integer NOT NULL,
	"promotion_lines" integer NOT NULL,
	"units" numeric(15,3) NOT NULL,
	"net_minor" bigint NOT NULL,
	"first_sold_at" timestamptz(3),
	CONSTRAINT "product_weeks_pkey" PRIMARY KEY("tenant_id","sku","week")
);
--> statement-breakpoint
CREATE TABLE "customer_marks" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"mark" text NOT NULL,
	"reason" text NOT NULL,
	"marked_at" timestamptz(3) NOT NULL,
	"marked_by" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "customer_marks_pkey" PRIMARY KEY("tenant_id","customer_id","mark")
);
--> statement-breakpoint
CREATE TABLE "defection_actions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"action" text NOT NULL,
	"note" text,
	"cost_minor" bigint NOT NULL,
	"staff_id" uuid,
	"acted_at" timestamptz(3) NOT NULL,
	"acted_on" date NOT NULL,
	"due_on" date NOT NULL,
	"state" text,
	"recommendation" text,
	"p_alive" smallint,
	"value_at_stake_minor" bigint,
	"outcome" text,
	"outcome_on" date,
	"outcome_minor" bigint,
	"override_reason" text,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "defection_actions_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "defection_advices" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"advised_on" date NOT NULL,
	"due_on" date NOT NULL,
	"state" text NOT NULL,
	"recommendation" text NOT NULL,
	"p_alive" smallint,
	"value_at_stake_minor" bigint NOT NULL,
	"acted" boolean DEFAULT false NOT NULL,
	"outcome" text,
	"outcome_on" date,
	CONSTRAINT "defection_advices_pkey" PRIMARY KEY("tenant_id","customer_id","advised_on","run_id")
);
--> statement-breakpoint
CREATE TABLE "defections" (
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"state" text NOT NULL,
	"partial" boolean NOT NULL,
	"since" timestamptz(3) NOT NULL,
	"last_paid_on" date,
	"p_alive" smallint,
	"expected_purchases" double precision,
	"expected_value_minor" bigint,
	"value_at_stake_minor" bigint NOT NULL,
	"cause" text NOT NULL,
	"recommendation" text NOT NULL,
	"cost_minor" bigint NOT NULL,
	"net_benefit_minor" bigint,
	"facts" jsonb NOT NULL,
	CONSTRAINT "defections_pkey" PRIMARY KEY("tenant_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "pursuits" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"effort" text NOT NULL,
	"cause" text NOT NULL,
	"override_reason" text,
	"minutes" integer NOT NULL,
	"occurred_at" timestamptz(3) NOT NULL,
	"actor" text,
	CONSTRAINT "pursuits_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "segment_memberships" (
	"tenant_id" uuid NOT NULL,
	"segment_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"entered_at" timestamptz(3) NOT NULL,
	"left_at" timestamptz(3),
	"entered_rule_version" integer NOT NULL,
	"left_rule_version" integer,
	CONSTRAINT "segment_memberships_pkey" PRIMARY KEY("tenant_id","segment_id","customer_id","entered_at")
);
--> statement-breakpoint
CREATE TABLE "segment_rules" (
	"tenant_id" uuid NOT NULL,
	"segment_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"rule" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "segment_rules_pkey" PRIMARY KEY("tenant_id","segment_id","version")
);
--> statement-breakpoint
CREATE TABLE "segments" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"active" boolean DEFAULT true NOT NULL,
	"rule_version" integer NOT NULL,
	"members" integer,
	"computed_as_of" timestamptz(3),
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "segments_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "segments_code_key" UNIQUE("tenant_id","code")
);
--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "loyalty_level" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "loyalty_basis" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "loyalty_pattern" text;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "first_user" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "price_driven" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "trust_level" text DEFAULT 'insufficient' NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "standing" text DEFAULT 'general' NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "defection_state" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "partial_defection" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_history" ADD COLUMN "runs_in_a" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "classification_runs" ADD COLUMN "model_id" uuid;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "loyalty_level" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "loyalty_basis" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "loyalty_pattern" text;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "first_user" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "price_driven" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "trust_level" text DEFAULT 'insufficient' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "standing" text DEFAULT 'general' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "defection_state" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "partial_defection" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "runs_in_a" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "buying_models" ADD CONSTRAINT "buying_models_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "category_brands" ADD CONSTRAINT "category_brands_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fact_states" ADD CONSTRAINT "fact_states_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_weeks" ADD CONSTRAINT "product_weeks_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_marks" ADD CONSTRAINT "customer_marks_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "defection_actions" ADD CONSTRAINT "defection_actions_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "defection_actions" ADD CONSTRAINT "defection_actions_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pursuits" ADD CONSTRAINT "pursuits_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segment_memberships" ADD CONSTRAINT "segment_memberships_segment_id_fkey" FOREIGN KEY ("tenant_id","segment_id") REFERENCES "public"."segments"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segment_rules" ADD CONSTRAINT "segment_rules_segment_id_fkey" FOREIGN KEY ("tenant_id","segment_id") REFERENCES "public"."segments"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "buying_models_as_of_day_idx" ON "buying_models" USING btree ("tenant_id","as_of_day","id");--> statement-breakpoint
CREATE INDEX "customer_facts_stale_idx" ON "customer_facts" USING btree ("tenant_id","customer_id") WHERE stale;--> statement-breakpoint
CREATE INDEX "customer_products_sku_idx" ON "customer_products" USING btree ("tenant_id","sku","first_purchased_at","customer_id");--> statement-breakpoint
CREATE INDEX "product_weeks_week_idx" ON "product_weeks" USING btree ("tenant_id","week");--> statement-breakpoint
CREATE INDEX "customer_marks_mark_idx" ON "customer_marks" USING btree ("tenant_id","mark","customer_id");--> statement-breakpoint
CREATE INDEX "defection_actions_customer_id_idx" ON "defection_actions" USING btree ("tenant_id","customer_id","acted_at","id");--> statement-breakpoint
CREATE INDEX "defection_actions_open_idx" ON "defection_actions" USING btree ("tenant_id","customer_id") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "defection_advices_open_idx" ON "defection_advices" USING btree ("tenant_id","customer_id") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "defection_advices_outcome_idx" ON "defection_advices" USING btree ("tenant_id","recommendation","outcome");--> statement-breakpoint
CREATE INDEX "defections_value_idx" ON "defections" USING btree ("tenant_id","value_at_stake_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "defections_recommendation_idx" ON "defections" USING btree ("tenant_id","recommendation","value_at_stake_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "defections_state_idx" ON "defections" USING btree ("tenant_id","state","value_at_stake_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "pursuits_occurred_at_idx" ON "pursuits" USING btree ("tenant_id","occurred_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "segment_memberships_current_idx" ON "segment_memberships" USING btree ("tenant_id","segment_id","customer_id") WHERE left_at is null;--> statement-breakpoint
CREATE INDEX "segment_memberships_customer_id_idx" ON "segment_memberships" USING btree ("tenant_id","customer_id","entered_at");--> statement-breakpoint
CREATE INDEX "purchases_recorded_at_idx" ON "purchases" USING brin ("tenant_id","recorded_at");
--> statement-breakpoint
SELECT clientele_isolate('buying_models');
--> statement-breakpoint
SELECT clientele_isolate('category_brands');
--> statement-breakpoint
SELECT clientele_isolate('customer_facts');
--> statement-breakpoint
SELECT clientele_isolate('customer_products');
--> statement-breakpoint
SELECT clientele_isolate('customer_marks');
--> statement-breakpoint
SELECT clientele_isolate('defection_actions');
--> statement-breakpoint
SELECT clientele_isolate('defection_advices');
--> statement-breakpoint
SELECT clientele_isolate('defections');
--> statement-breakpoint
SELECT clientele_isolate('fact_states');
--> statement-breakpoint
SELECT clientele_isolate('product_weeks');
--> statement-breakpoint
SELECT clientele_isolate('pursuits');
--> statement-breakpoint
SELECT clientele_isolate('segments');
--> statement-breakpoint
SELECT clientele_isolate('segment_rules');
--> statement-breakpoint
SELECT clientele_isolate('segment_memberships');
--> statement-breakpoint
-- Versions of a rule and fits of a model are never changed.
REVOKE UPDATE ON segment_rules, buying_models FROM clientele_service;
--> statement-breakpoint
-- A daily run rewrites rows all over these two; with room on the page that leaves the indexes alone where their keys stay.
ALTER TABLE customer_facts SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE defections SET (fillfactor = 85);
