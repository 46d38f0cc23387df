-- What is owed to a customer by a time, and the proof that it was done. A new table alone: what it refers to is locked for a moment.
CREATE TABLE "care_tasks" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"complaint_id" uuid,
	"customer_id" uuid NOT NULL,
	"store_id" uuid,
	"staff_id" uuid NOT NULL,
	"follows_manager" boolean NOT NULL,
	"assign_reason" text,
	"due_at" timestamptz(3) NOT NULL,
	"note" text,
	"planned_minutes" integer,
	"override_reason" text,
	"state" text NOT NULL,
	"done_at" timestamptz(3),
	"done_by_staff_id" uuid,
	"done_channel" text,
	"done_note" text,
	"on_time" boolean,
	"ended_at" timestamptz(3),
	"cancel_reason" text,
	"withdrawn_because" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "care_tasks_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "care_tasks_state_check" CHECK ("care_tasks"."state" in ('open', 'done', 'cancelled', 'withdrawn')),
	CONSTRAINT "care_tasks_complaint_id_check" CHECK (("care_tasks"."complaint_id" is not null) = ("care_tasks"."source" = 'complaint')),
	CONSTRAINT "care_tasks_done_at_check" CHECK (num_nulls("care_tasks"."done_at", "care_tasks"."done_by_staff_id", "care_tasks"."done_channel", "care_tasks"."on_time") = case "care_tasks"."state" when 'done' then 0 else 4 end),
	CONSTRAINT "care_tasks_ended_at_check" CHECK (("care_tasks"."ended_at" is not null) = ("care_tasks"."state" in ('cancelled', 'withdrawn'))),
	CONSTRAINT "care_tasks_cancel_reason_check" CHECK (("care_tasks"."cancel_reason" is not null) = ("care_tasks"."state" = 'cancelled')),
	CONSTRAINT "care_tasks_withdrawn_because_check" CHECK (("care_tasks"."withdrawn_because" is not null) = ("care_tasks"."state" = 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "care_tasks" ADD CONSTRAINT "care_tasks_complaint_id_fkey" FOREIGN KEY ("tenant_id","complaint_id") REFERENCES "public"."complaints"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_tasks" ADD CONSTRAINT "care_tasks_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_tasks" ADD CONSTRAINT "care_tasks_store_id_fkey" FOREIGN KEY ("tenant_id","store_id") REFERENCES "public"."stores"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_tasks" ADD CONSTRAINT "care_tasks_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_tasks" ADD CONSTRAINT "care_tasks_done_by_staff_id_fkey" FOREIGN KEY ("tenant_id","done_by_staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "care_tasks_due_at_idx" ON "care_tasks" USING btree ("tenant_id","state","due_at","id");--> statement-breakpoint
CREATE INDEX "care_tasks_staff_id_idx" ON "care_tasks" USING btree ("tenant_id","staff_id","state","due_at","id");--> statement-breakpoint
CREATE INDEX "care_tasks_store_id_idx" ON "care_tasks" USING btree ("tenant_id","store_id","state","due_at","id");--> statement-breakpoint
CREATE INDEX "care_tasks_customer_id_idx" ON "care_tasks" USING btree ("tenant_id","customer_id","state","due_at","id");--> statement-breakpoint
CREATE INDEX "care_tasks_complaint_id_idx" ON "care_tasks" USING btree ("tenant_id","complaint_id") WHERE complaint_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "care_tasks_open_complaint_idx" ON "care_tasks" USING btree ("tenant_id","complaint_id") WHERE state = 'open' and complaint_id is not null;--> statement-breakpoint
CREATE INDEX "care_tasks_follows_manager_idx" ON "care_tasks" USING btree ("tenant_id","customer_id") WHERE state = 'open' and follows_manager;--> statement-breakpoint
SELECT clientele_isolate('care_tasks');
