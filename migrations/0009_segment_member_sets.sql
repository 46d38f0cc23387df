CREATE TABLE "segment_member_sets" (
	"tenant_id" uuid NOT NULL,
	"segment_id" uuid NOT NULL,
	"customers" integer NOT NULL,
	"ids_digest" text NOT NULL,
	"members" "bytea" NOT NULL,
	CONSTRAINT "segment_member_sets_pkey" PRIMARY KEY("tenant_id","segment_id")
);
--> statement-breakpoint
ALTER TABLE "segment_member_sets" ADD CONSTRAINT "segment_member_sets_segment_id_fkey" FOREIGN KEY ("tenant_id","segment_id") REFERENCES "public"."segments"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
SELECT clientele_isolate('segment_member_sets');
