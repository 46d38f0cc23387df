-- Who gave the answer that was first closed, and whether it was escalated before. Of cases that were closed before this nobody knows.
ALTER TABLE "complaints" ADD COLUMN "settled_by_id" uuid;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "escalated_before_closure" boolean DEFAULT false NOT NULL;