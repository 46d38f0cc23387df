-- Whose hours counted until a feedback was given to another store; who left places of a notice as they are; by what inquiries are
-- found. Columns that are empty, and a table that is new.
CREATE TABLE "inquiry_contacts" (
	"tenant_id" uuid NOT NULL,
	"type" text NOT NULL,
	"normalized" text NOT NULL,
	"inquiry_id" uuid NOT NULL,
	CONSTRAINT "inquiry_contacts_pkey" PRIMARY KEY("tenant_id","type","normalized","inquiry_id")
);
--> statement-breakpoint
ALTER TABLE "answer_clock_entries" ADD COLUMN "from_store_id" uuid;--> statement-breakpoint
ALTER TABLE "notice_replacements" ADD COLUMN "rejected_by_staff_id" uuid;--> statement-breakpoint
ALTER TABLE "notice_replacements" ADD COLUMN "created_by_staff_id" uuid;--> statement-breakpoint
ALTER TABLE "inquiry_contacts" ADD CONSTRAINT "inquiry_contacts_inquiry_id_fkey" FOREIGN KEY ("tenant_id","inquiry_id") REFERENCES "public"."inquiries"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "inquiry_contacts_inquiry_id_idx" ON "inquiry_contacts" USING btree ("tenant_id","inquiry_id");--> statement-breakpoint
-- Their columns are new and empty: there is nothing to look through while others wait.
ALTER TABLE "answer_clock_entries" ADD CONSTRAINT "answer_clock_entries_from_store_id_fkey" FOREIGN KEY ("tenant_id","from_store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "notice_replacements" ADD CONSTRAINT "notice_replacements_rejected_by_staff_id_fkey" FOREIGN KEY ("tenant_id","rejected_by_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "notice_replacements" ADD CONSTRAINT "notice_replacements_created_by_staff_id_fkey" FOREIGN KEY ("tenant_id","created_by_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action NOT VALID;
--> statement-breakpoint
-- Row-level security is forced on who owns the tables, too; what is already there is of all tenants.
ALTER TABLE "inquiries" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO "inquiry_contacts" ("tenant_id", "type", "normalized", "inquiry_id")
SELECT DISTINCT i."tenant_id", c ->> 'type', c ->> 'normalized', i."id"
FROM "inquiries" i CROSS JOIN LATERAL jsonb_array_elements(i."contacts") AS c;
--> statement-breakpoint
ALTER TABLE "inquiries" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
SELECT clientele_isolate('inquiry_contacts');
