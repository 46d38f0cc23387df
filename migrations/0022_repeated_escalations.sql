-- A step of the ladder is come to again where a breach was withdrawn and the feedback falls overdue once more: a row for each
-- time. What is overdue has a few rows, so that the key is built in a moment.
ALTER TABLE "feedback_escalations" DROP CONSTRAINT "feedback_escalations_pkey";
--> statement-breakpoint
ALTER TABLE "feedback_escalations" ADD CONSTRAINT "feedback_escalations_pkey" PRIMARY KEY("tenant_id","feedback_id","rung","raised_at");
