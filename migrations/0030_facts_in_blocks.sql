CREATE TABLE "fact_blocks" (
	"tenant_id" uuid NOT NULL,
	"block" integer NOT NULL,
	"layout" text NOT NULL,
	"customers" integer NOT NULL,
	"days" integer NOT NULL,
	"first_id" uuid NOT NULL,
	"last_id" uuid NOT NULL,
	"ids" "bytea" NOT NULL,
	"facts" "bytea" NOT NULL,
	CONSTRAINT "fact_blocks_pkey" PRIMARY KEY("tenant_id","block")
);
--> statement-breakpoint
ALTER TABLE "fact_states" ADD COLUMN "packed_through" timestamptz(3);--> statement-breakpoint
ALTER TABLE "fact_blocks" ADD CONSTRAINT "fact_blocks_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
SELECT clientele_isolate('fact_blocks');--> statement-breakpoint
-- They are read and written whole, and compressing them takes longer than to read what it saves.
ALTER TABLE fact_blocks ALTER COLUMN ids SET STORAGE EXTERNAL, ALTER COLUMN facts SET STORAGE EXTERNAL;
