-- What customers say, and the clocks of the answers that they are owed. Queues of what waits come from one index each, with all
-- that they are filtered and ordered by.
CREATE TABLE "answer_clock_entries" (
	"tenant_id" uuid NOT NULL,
	"feedback_id" uuid NOT NULL,
	"entry_no" smallint NOT NULL,
	"entry" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"counted_ms" bigint NOT NULL,
	"due_at" timestamptz(3),
	"reason" text,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"recorded_at" timestamptz(3) NOT NULL,
	CONSTRAINT "answer_clock_entries_pkey" PRIMARY KEY("tenant_id","feedback_id","entry_no")
);
--> statement-breakpoint
CREATE TABLE "answer_policies" (
	"tenant_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"policy" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "answer_policies_pkey" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"store_id" uuid,
	"customer_id" uuid,
	"purchase_id" uuid,
	"sku" text,
	"promotion_code" text,
	"staff_id" uuid,
	"received_by_staff_id" uuid,
	"owner_staff_id" uuid,
	"received_at" timestamptz(3) NOT NULL,
	"received_on" date NOT NULL,
	"language" text,
	"text" text NOT NULL,
	"attachments" jsonb NOT NULL,
	"attitude" smallint,
	"listening_session_id" uuid,
	"policy_version" integer NOT NULL,
	"counted_ms" bigint NOT NULL,
	"running_since" timestamptz(3),
	"at_risk_at" timestamptz(3) NOT NULL,
	"due_at" timestamptz(3) NOT NULL,
	"paused_at" timestamptz(3),
	"pause_ends_at" timestamptz(3),
	"paused_ms" bigint NOT NULL,
	"answered_at" timestamptz(3),
	"answered_in_time" boolean,
	"last_answered_at" timestamptz(3),
	"breached_at" timestamptz(3),
	"reopenings" smallint NOT NULL,
	"reopened_at" timestamptz(3),
	"withdrawn_at" timestamptz(3),
	"steps_raised" smallint NOT NULL,
	"next_step" text,
	"next_step_at" timestamptz(3),
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "feedback_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "feedback_state_check" CHECK ("feedback"."state" in ('open', 'answered', 'withdrawn')),
	CONSTRAINT "feedback_attitude_check" CHECK ("feedback"."attitude" between 1 and 5),
	CONSTRAINT "feedback_paused_at_check" CHECK (("feedback"."paused_at" is null) = ("feedback"."pause_ends_at" is null)),
	CONSTRAINT "feedback_answered_at_check" CHECK (("feedback"."answered_at" is null) = ("feedback"."answered_in_time" is null)),
	CONSTRAINT "feedback_next_step_check" CHECK (("feedback"."next_step" is null) = ("feedback"."next_step_at" is null)),
	CONSTRAINT "feedback_running_since_check" CHECK (("feedback"."state" = 'open' and "feedback"."paused_at" is null) = ("feedback"."running_since" is not null))
);
--> statement-breakpoint
CREATE TABLE "feedback_answers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"feedback_id" uuid NOT NULL,
	"substantive" boolean NOT NULL,
	"channel" text NOT NULL,
	"text" text NOT NULL,
	"staff_id" uuid,
	"answered_at" timestamptz(3) NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "feedback_answers_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "feedback_escalations" (
	"tenant_id" uuid NOT NULL,
	"feedback_id" uuid NOT NULL,
	"rung" smallint NOT NULL,
	"wanted_role" text NOT NULL,
	"role" text,
	"staff_id" uuid,
	"deputy_for_staff_id" uuid,
	"fell_due_at" timestamptz(3) NOT NULL,
	"raised_at" timestamptz(3) NOT NULL,
	CONSTRAINT "feedback_escalations_pkey" PRIMARY KEY("tenant_id","feedback_id","rung")
);
--> statement-breakpoint
CREATE TABLE "staff_absences" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"from_on" date NOT NULL,
	"to_on" date NOT NULL,
	"deputy_staff_id" uuid,
	"note" text,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "staff_absences_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "staff_absences_to_on_check" CHECK ("staff_absences"."to_on" >= "staff_absences"."from_on")
);
--> statement-breakpoint
CREATE TABLE "store_business_hours" (
	"tenant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"hours" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "store_business_hours_pkey" PRIMARY KEY("tenant_id","store_id")
);
--> statement-breakpoint
ALTER TABLE "answer_clock_entries" ADD CONSTRAINT "answer_clock_entries_feedback_id_fkey" FOREIGN KEY ("tenant_id","feedback_id") REFERENCES "public"."feedback"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answer_policies" ADD CONSTRAINT "answer_policies_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_purchase_id_fkey" FOREIGN KEY ("tenant_id","purchase_id") REFERENCES "public"."purchases"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_sku_fkey" FOREIGN KEY ("tenant_id","sku") REFERENCES "public"."products"("tenant_id","sku") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_received_by_staff_id_fkey" FOREIGN KEY ("tenant_id","received_by_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_owner_staff_id_fkey" FOREIGN KEY ("tenant_id","owner_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_answers" ADD CONSTRAINT "feedback_answers_feedback_id_fkey" FOREIGN KEY ("tenant_id","feedback_id") REFERENCES "public"."feedback"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_answers" ADD CONSTRAINT "feedback_answers_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_escalations" ADD CONSTRAINT "feedback_escalations_feedback_id_fkey" FOREIGN KEY ("tenant_id","feedback_id") REFERENCES "public"."feedback"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_escalations" ADD CONSTRAINT "feedback_escalations_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_escalations" ADD CONSTRAINT "feedback_escalations_deputy_for_staff_id_fkey" FOREIGN KEY ("tenant_id","deputy_for_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_absences" ADD CONSTRAINT "staff_absences_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_absences" ADD CONSTRAINT "staff_absences_deputy_staff_id_fkey" FOREIGN KEY ("tenant_id","deputy_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_business_hours" ADD CONSTRAINT "store_business_hours_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "feedback_received_at_idx" ON "feedback" USING btree ("tenant_id","received_at","id");--> statement-breakpoint
CREATE INDEX "feedback_store_id_idx" ON "feedback" USING btree ("tenant_id","store_id","received_at","id");--> statement-breakpoint
CREATE INDEX "feedback_customer_id_idx" ON "feedback" USING btree ("tenant_id","customer_id","received_at","id") WHERE customer_id is not null;--> statement-breakpoint
CREATE INDEX "feedback_staff_id_idx" ON "feedback" USING btree ("tenant_id","staff_id","received_at","id") WHERE staff_id is not null;--> statement-breakpoint
CREATE INDEX "feedback_sku_idx" ON "feedback" USING btree ("tenant_id","sku","received_at","id") WHERE sku is not null;--> statement-breakpoint
CREATE INDEX "feedback_listening_session_id_idx" ON "feedback" USING btree ("tenant_id","listening_session_id","received_at","id") WHERE listening_session_id is not null;--> statement-breakpoint
CREATE INDEX "feedback_open_idx" ON "feedback" USING btree ("tenant_id","due_at","id") INCLUDE ("at_risk_at","kind") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "feedback_open_store_id_idx" ON "feedback" USING btree ("tenant_id","store_id","due_at","id") INCLUDE ("at_risk_at","kind") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "feedback_open_owner_staff_id_idx" ON "feedback" USING btree ("tenant_id","owner_staff_id","due_at","id") INCLUDE ("at_risk_at","kind") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "feedback_next_step_at_idx" ON "feedback" USING btree ("tenant_id","next_step_at","id") WHERE next_step_at is not null;--> statement-breakpoint
CREATE INDEX "feedback_answers_feedback_id_idx" ON "feedback_answers" USING btree ("tenant_id","feedback_id","answered_at","id");--> statement-breakpoint
CREATE INDEX "feedback_escalations_staff_id_idx" ON "feedback_escalations" USING btree ("tenant_id","staff_id","raised_at");--> statement-breakpoint
CREATE INDEX "staff_absences_staff_id_idx" ON "staff_absences" USING btree ("tenant_id","staff_id","to_on","id");--> statement-breakpoint
CREATE INDEX "staff_absences_to_on_idx" ON "staff_absences" USING btree ("tenant_id","to_on");
--> statement-breakpoint
SELECT clientele_isolate('answer_clock_entries');
--> statement-breakpoint
SELECT clientele_isolate('answer_policies');
--> statement-breakpoint
SELECT clientele_isolate('feedback');
--> statement-breakpoint
SELECT clientele_isolate('feedback_answers');
--> statement-breakpoint
SELECT clientele_isolate('feedback_escalations');
--> statement-breakpoint
SELECT clientele_isolate('staff_absences');
--> statement-breakpoint
SELECT clientele_isolate('store_business_hours');
--> statement-breakpoint
-- What a clock has recorded, before whom it brought what, and the promise that it ran by are never rewritten.
REVOKE UPDATE, DELETE ON answer_clock_entries, feedback_escalations FROM clientele_service;
--> statement-breakpoint
REVOKE UPDATE, DELETE ON answer_policies FROM clientele_service;
--> statement-breakpoint
-- A clock is rewritten at each of its steps: room on the page keeps the row where it is.
ALTER TABLE feedback SET (fillfactor = 85);
