-- Inquiries of people who may become customers; rounds, visits and customer meetings; the notice board.
CREATE TABLE "inquiries" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"status" text NOT NULL,
	"channel" text NOT NULL,
	"store_id" uuid,
	"staff_id" uuid,
	"received_at" timestamptz(3) NOT NULL,
	"name" text,
	"contacts" jsonb NOT NULL,
	"about" text NOT NULL,
	"sku" text,
	"language" text,
	"next_follow_up_on" date,
	"follow_ups" integer DEFAULT 0 NOT NULL,
	"last_follow_up_at" timestamptz(3),
	"customer_id" uuid,
	"converted_at" timestamptz(3),
	"customer_file" text,
	"lost_at" timestamptz(3),
	"lost_reason" text,
	"lost_note" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "inquiries_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "inquiries_status_check" CHECK ("inquiries"."status" in ('open', 'converted', 'lost')),
	CONSTRAINT "inquiries_customer_id_check" CHECK (("inquiries"."customer_id" is not null) = ("inquiries"."status" = 'converted'))
);
--> statement-breakpoint
CREATE TABLE "inquiry_follow_ups" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"inquiry_id" uuid NOT NULL,
	"followed_up_at" timestamptz(3) NOT NULL,
	"staff_id" uuid,
	"channel" text NOT NULL,
	"outcome" text NOT NULL,
	"note" text,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "inquiry_follow_ups_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "listening_session_customers" (
	"tenant_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"invited" boolean NOT NULL,
	"attended" boolean,
	CONSTRAINT "listening_session_customers_pkey" PRIMARY KEY("tenant_id","session_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "listening_session_staff" (
	"tenant_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	CONSTRAINT "listening_session_staff_pkey" PRIMARY KEY("tenant_id","session_id","staff_id")
);
--> statement-breakpoint
CREATE TABLE "listening_sessions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"store_id" uuid,
	"topic" text,
	"planned_at" timestamptz(3) NOT NULL,
	"held_at" timestamptz(3),
	"summary" text,
	"cancel_reason" text,
	"findings" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "listening_sessions_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "listening_sessions_kind_check" CHECK ("listening_sessions"."kind" in ('round', 'visit', 'customer_meeting')),
	CONSTRAINT "listening_sessions_status_check" CHECK ("listening_sessions"."status" in ('planned', 'held', 'cancelled')),
	CONSTRAINT "listening_sessions_held_at_check" CHECK (("listening_sessions"."held_at" is not null) = ("listening_sessions"."status" = 'held'))
);
--> statement-breakpoint
CREATE TABLE "notice_readings" (
	"tenant_id" uuid NOT NULL,
	"notice_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"read_at" timestamptz(3) NOT NULL,
	CONSTRAINT "notice_readings_pkey" PRIMARY KEY("tenant_id","notice_id","staff_id")
);
--> statement-breakpoint
CREATE TABLE "notice_replacements" (
	"tenant_id" uuid NOT NULL,
	"notice_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"starts_at" integer NOT NULL,
	"ends_at" integer NOT NULL,
	"kind" text NOT NULL,
	"basis" text NOT NULL,
	"replacement" text NOT NULL,
	"rejected_at" timestamptz(3),
	"rejected_reason" text,
	"rejected_by" text,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "notice_replacements_pkey" PRIMARY KEY("tenant_id","notice_id","number"),
	CONSTRAINT "notice_replacements_ends_at_check" CHECK ("notice_replacements"."starts_at" >= 0 and "notice_replacements"."ends_at" > "notice_replacements"."starts_at"),
	CONSTRAINT "notice_replacements_rejected_at_check" CHECK (("notice_replacements"."rejected_at" is null) = ("notice_replacements"."rejected_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"feedback_id" uuid NOT NULL,
	"state" text NOT NULL,
	"title" text NOT NULL,
	"store_id" uuid,
	"author_staff_id" uuid NOT NULL,
	"responsible_staff_id" uuid,
	"reviewer_staff_id" uuid,
	"reviewed_at" timestamptz(3),
	"review_note" text,
	"published_text" text,
	"published_at" timestamptz(3),
	"comment" text,
	"commented_at" timestamptz(3),
	"withdrawn_at" timestamptz(3),
	"withdrawn_reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "notices_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "notices_state_check" CHECK ("notices"."state" in ('draft', 'reviewed', 'published', 'withdrawn')),
	CONSTRAINT "notices_reviewed_at_check" CHECK ("notices"."state" not in ('reviewed', 'published') or ("notices"."reviewed_at" is not null and "notices"."reviewer_staff_id" is not null)),
	CONSTRAINT "notices_published_text_check" CHECK (("notices"."state" = 'published') = ("notices"."published_text" is not null) and ("notices"."state" <> 'published' or "notices"."published_at" is not null)),
	CONSTRAINT "notices_reviewer_staff_id_check" CHECK ("notices"."reviewer_staff_id" <> "notices"."author_staff_id")
);
--> statement-breakpoint
ALTER TABLE "inquiries" ADD CONSTRAINT "inquiries_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiries" ADD CONSTRAINT "inquiries_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiries" ADD CONSTRAINT "inquiries_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiry_follow_ups" ADD CONSTRAINT "inquiry_follow_ups_inquiry_id_fkey" FOREIGN KEY ("tenant_id","inquiry_id") REFERENCES "public"."inquiries"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiry_follow_ups" ADD CONSTRAINT "inquiry_follow_ups_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listening_session_customers" ADD CONSTRAINT "listening_session_customers_session_id_fkey" FOREIGN KEY ("tenant_id","session_id") REFERENCES "public"."listening_sessions"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listening_session_customers" ADD CONSTRAINT "listening_session_customers_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listening_session_staff" ADD CONSTRAINT "listening_session_staff_session_id_fkey" FOREIGN KEY ("tenant_id","session_id") REFERENCES "public"."listening_sessions"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listening_session_staff" ADD CONSTRAINT "listening_session_staff_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listening_sessions" ADD CONSTRAINT "listening_sessions_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_readings" ADD CONSTRAINT "notice_readings_notice_id_fkey" FOREIGN KEY ("tenant_id","notice_id") REFERENCES "public"."notices"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_readings" ADD CONSTRAINT "notice_readings_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_replacements" ADD CONSTRAINT "notice_replacements_notice_id_fkey" FOREIGN KEY ("tenant_id","notice_id") REFERENCES "public"."notices"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_feedback_id_fkey" FOREIGN KEY ("tenant_id","feedback_id") REFERENCES "public"."feedback"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_author_staff_id_fkey" FOREIGN KEY ("tenant_id","author_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_responsible_staff_id_fkey" FOREIGN KEY ("tenant_id","responsible_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_reviewer_staff_id_fkey" FOREIGN KEY ("tenant_id","reviewer_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "inquiries_received_at_idx" ON "inquiries" USING btree ("tenant_id","received_at","id");--> statement-breakpoint
CREATE INDEX "inquiries_staff_id_idx" ON "inquiries" USING btree ("tenant_id","staff_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX "inquiries_store_id_idx" ON "inquiries" USING btree ("tenant_id","store_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX "inquiries_customer_id_idx" ON "inquiries" USING btree ("tenant_id","customer_id") WHERE customer_id is not null;--> statement-breakpoint
CREATE INDEX "inquiries_next_follow_up_on_idx" ON "inquiries" USING btree ("tenant_id","next_follow_up_on","id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "inquiry_follow_ups_inquiry_id_idx" ON "inquiry_follow_ups" USING btree ("tenant_id","inquiry_id","followed_up_at","id");--> statement-breakpoint
CREATE INDEX "listening_session_customers_customer_id_idx" ON "listening_session_customers" USING btree ("tenant_id","customer_id","session_id");--> statement-breakpoint
CREATE INDEX "listening_session_staff_staff_id_idx" ON "listening_session_staff" USING btree ("tenant_id","staff_id");--> statement-breakpoint
CREATE INDEX "listening_sessions_planned_at_idx" ON "listening_sessions" USING btree ("tenant_id","planned_at","id");--> statement-breakpoint
CREATE INDEX "listening_sessions_store_id_idx" ON "listening_sessions" USING btree ("tenant_id","store_id","planned_at","id");--> statement-breakpoint
CREATE INDEX "listening_sessions_held_at_idx" ON "listening_sessions" USING btree ("tenant_id","held_at") WHERE status = 'held';--> statement-breakpoint
CREATE INDEX "notice_readings_staff_id_idx" ON "notice_readings" USING btree ("tenant_id","staff_id","notice_id");--> statement-breakpoint
CREATE INDEX "notices_feedback_id_idx" ON "notices" USING btree ("tenant_id","feedback_id","id");--> statement-breakpoint
CREATE INDEX "notices_created_at_idx" ON "notices" USING btree ("tenant_id","state","created_at","id");--> statement-breakpoint
CREATE INDEX "notices_published_at_idx" ON "notices" USING btree ("tenant_id","published_at","id") WHERE state = 'published';--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_listening_session_id_fkey" FOREIGN KEY ("tenant_id","listening_session_id") REFERENCES "public"."listening_sessions"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
SELECT clientele_isolate('inquiries');--> statement-breakpoint
SELECT clientele_isolate('inquiry_follow_ups');--> statement-breakpoint
SELECT clientele_isolate('listening_session_customers');--> statement-breakpoint
SELECT clientele_isolate('listening_session_staff');--> statement-breakpoint
SELECT clientele_isolate('listening_sessions');--> statement-breakpoint
SELECT clientele_isolate('notice_readings');--> statement-breakpoint
SELECT clientele_isolate('notice_replacements');--> statement-breakpoint
SELECT clientele_isolate('notices');
