-- On what a state of defection rests. Rows of earlier runs rest on the rhythm, or are unknown, which tells that they rest on nothing.
ALTER TABLE "classification_history" ADD COLUMN "defection_basis" text DEFAULT 'cadence' NOT NULL;--> statement-breakpoint
ALTER TABLE "classifications" ADD COLUMN "defection_basis" text DEFAULT 'cadence' NOT NULL;--> statement-breakpoint
ALTER TABLE "defections" ADD COLUMN "basis" text DEFAULT 'cadence' NOT NULL;
