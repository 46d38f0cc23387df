-- Whether a customer buys much less than he used to may be unknown: null. Nothing is rewritten here: rows that were kept as
-- false stay so until the next run finds them anew.
ALTER TABLE "classification_history" ALTER COLUMN "partial_defection" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "classification_history" ALTER COLUMN "partial_defection" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ALTER COLUMN "partial_defection" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "classifications" ALTER COLUMN "partial_defection" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "defections" ALTER COLUMN "partial" DROP NOT NULL;
