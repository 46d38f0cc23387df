-- Offers of the shop by the code that tills know them by. A new table, and two small indexes for what is said of each.
CREATE TABLE "promotions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "promotions_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "promotions_code_key" UNIQUE("tenant_id","code"),
	CONSTRAINT "promotions_kind_check" CHECK ("promotions"."kind" in ('promotion', 'launch')),
	CONSTRAINT "promotions_ends_on_check" CHECK ("promotions"."ends_on" >= "promotions"."starts_on")
);
--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "complaint_causes_promotion_idx" ON "complaint_causes" USING btree ("tenant_id",(sources -> 0 ->> 'key'),"complaint_id") WHERE sources -> 0 ->> 'kind' = 'promotion';--> statement-breakpoint
CREATE INDEX "feedback_promotion_code_idx" ON "feedback" USING btree ("tenant_id","promotion_code","store_id","kind","attitude") WHERE promotion_code is not null and state <> 'withdrawn';--> statement-breakpoint
SELECT clientele_isolate('promotions');
