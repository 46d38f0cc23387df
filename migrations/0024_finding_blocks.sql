CREATE TABLE "finding_blocks" (
	"tenant_id" uuid NOT NULL,
	"block" integer NOT NULL,
	"run_id" uuid NOT NULL,
	"layout" text NOT NULL,
	"customers" integer NOT NULL,
	"ids" "bytea" NOT NULL,
	"findings" "bytea" NOT NULL,
	CONSTRAINT "finding_blocks_pkey" PRIMARY KEY("tenant_id","block")
);
--> statement-breakpoint
ALTER TABLE "finding_blocks" ADD CONSTRAINT "finding_blocks_run_id_fkey" FOREIGN KEY ("tenant_id","run_id") REFERENCES "public"."classification_runs"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
SELECT clientele_isolate('finding_blocks');--> statement-breakpoint
-- They are read and written whole, and compressing them takes longer than to read what it saves.
ALTER TABLE finding_blocks ALTER COLUMN ids SET STORAGE EXTERNAL, ALTER COLUMN findings SET STORAGE EXTERNAL;
