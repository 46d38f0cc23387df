-- What was granted can be taken back, and what was asked for while it waits; what remedies cost is read by the day that counts.
ALTER TABLE "complaint_remedies" DROP CONSTRAINT "complaint_remedies_status_check";--> statement-breakpoint
DROP INDEX "complaint_remedies_decided_at_idx";--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD COLUMN "budget_store_key" text;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD COLUMN "revoked_by_id" uuid;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD COLUMN "revoked_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD COLUMN "revocation_reason" text;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_revoked_by_id_fkey" FOREIGN KEY ("tenant_id","revoked_by_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
CREATE INDEX "complaint_remedies_counted_at_idx" ON "complaint_remedies" USING btree ("tenant_id",(coalesce(decided_at, requested_at)));--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_status_check" CHECK ("complaint_remedies"."status" in ('granted', 'waiting', 'refused', 'dropped', 'withdrawn', 'revoked')) NOT VALID;--> statement-breakpoint
ALTER TABLE "complaint_remedies" VALIDATE CONSTRAINT "complaint_remedies_revoked_by_id_fkey";--> statement-breakpoint
ALTER TABLE "complaint_remedies" VALIDATE CONSTRAINT "complaint_remedies_status_check";
