-- Both cost more than a membership itself: segments are never deleted, and what one customer belongs to is looked up in the
-- primary key, segment by segment.
ALTER TABLE "segment_memberships" DROP CONSTRAINT "segment_memberships_segment_id_fkey";
--> statement-breakpoint
DROP INDEX "segment_memberships_customer_id_idx";
