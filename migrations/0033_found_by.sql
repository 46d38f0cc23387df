-- Contacts and external ids in the file once more: empty columns, filled by each change of a file and by rebuild-aggregates.
ALTER TABLE "customers" ADD COLUMN "found_by" json;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "found_by_version" integer;