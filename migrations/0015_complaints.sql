CREATE TABLE "authority_matrices" (
	"tenant_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"matrix" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	CONSTRAINT "authority_matrices_pkey" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
CREATE TABLE "complaint_causes" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"complaint_id" uuid NOT NULL,
	"cause" text NOT NULL,
	"sub_cause" text,
	"is_primary" boolean NOT NULL,
	"evidence" text,
	"sources" jsonb NOT NULL,
	"found_at" timestamptz(3) NOT NULL,
	"staff_id" uuid,
	"created_by" text,
	CONSTRAINT "complaint_causes_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "complaint_remedies" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"complaint_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"status" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"purchase_id" uuid,
	"note" text,
	"requested_by_id" uuid NOT NULL,
	"requested_at" timestamptz(3) NOT NULL,
	"because" text,
	"approver_role" text,
	"approver_id" uuid,
	"granted_role" text,
	"budget_month" date,
	"authority_version" integer NOT NULL,
	"decided_by_id" uuid,
	"decided_at" timestamptz(3),
	"reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text,
	CONSTRAINT "complaint_remedies_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "complaint_remedies_amount_minor_check" CHECK ("complaint_remedies"."amount_minor" >= 0),
	CONSTRAINT "complaint_remedies_status_check" CHECK ("complaint_remedies"."status" in ('granted', 'waiting', 'refused', 'dropped')),
	CONSTRAINT "complaint_remedies_refund_check" CHECK ("complaint_remedies"."decision" <> 'refund' or ("complaint_remedies"."purchase_id" is not null and "complaint_remedies"."amount_minor" > 0))
);
--> statement-breakpoint
CREATE TABLE "complaint_steps" (
	"tenant_id" uuid NOT NULL,
	"complaint_id" uuid NOT NULL,
	"step_no" integer NOT NULL,
	"step" text NOT NULL,
	"state_before" text,
	"state_after" text NOT NULL,
	"staff_id" uuid,
	"note" text,
	"facts" jsonb NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text,
	CONSTRAINT "complaint_steps_pkey" PRIMARY KEY("tenant_id","complaint_id","step_no")
);
--> statement-breakpoint
CREATE TABLE "complaints" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject" text NOT NULL,
	"state" text NOT NULL,
	"store_id" uuid,
	"customer_id" uuid,
	"received_at" timestamptz(3) NOT NULL,
	"purchase_line_no" smallint,
	"supplier_id" text,
	"severity" text,
	"safety" boolean,
	"complexity" text,
	"impact" text,
	"immediate_action" boolean,
	"assessed_at" timestamptz(3),
	"first_handler_id" uuid,
	"handler_id" uuid,
	"handovers" smallint DEFAULT 0 NOT NULL,
	"escalations" smallint DEFAULT 0 NOT NULL,
	"reopenings" smallint DEFAULT 0 NOT NULL,
	"primary_cause" text,
	"primary_sub_cause" text,
	"answered_by_id" uuid,
	"outcome" text,
	"verdict" text,
	"verdict_asked_at" timestamptz(3),
	"verdict_channel" text,
	"closed_at" timestamptz(3),
	"closed_by_id" uuid,
	"first_closed_at" timestamptz(3),
	"first_verdict" text,
	"first_reopened_at" timestamptz(3),
	"withdrawn_at" timestamptz(3),
	"relationship_manager_id" uuid,
	"abc_class" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "complaints_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "complaints_closed_at_check" CHECK (("complaints"."state" = 'closed') = ("complaints"."closed_at" is not null) and ("complaints"."closed_at" is null) = ("complaints"."verdict" is null)),
	CONSTRAINT "complaints_closed_cause_check" CHECK ("complaints"."state" <> 'closed' or "complaints"."primary_cause" is not null)
);
--> statement-breakpoint
CREATE TABLE "purchase_refunds" (
	"tenant_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"refunded_minor" bigint NOT NULL,
	CONSTRAINT "purchase_refunds_pkey" PRIMARY KEY("tenant_id","purchase_id"),
	CONSTRAINT "purchase_refunds_refunded_minor_check" CHECK ("purchase_refunds"."refunded_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "remedy_budgets" (
	"tenant_id" uuid NOT NULL,
	"store_key" text NOT NULL,
	"role" text NOT NULL,
	"decision" text NOT NULL,
	"month" date NOT NULL,
	"spent_minor" bigint NOT NULL,
	CONSTRAINT "remedy_budgets_pkey" PRIMARY KEY("tenant_id","store_key","role","decision","month"),
	CONSTRAINT "remedy_budgets_spent_minor_check" CHECK ("remedy_budgets"."spent_minor" >= 0)
);
--> statement-breakpoint
ALTER TABLE "authority_matrices" ADD CONSTRAINT "authority_matrices_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_causes" ADD CONSTRAINT "complaint_causes_complaint_id_fkey" FOREIGN KEY ("tenant_id","complaint_id") REFERENCES "public"."complaints"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_causes" ADD CONSTRAINT "complaint_causes_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_complaint_id_fkey" FOREIGN KEY ("tenant_id","complaint_id") REFERENCES "public"."complaints"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_purchase_id_fkey" FOREIGN KEY ("tenant_id","purchase_id") REFERENCES "public"."purchases"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_requested_by_id_fkey" FOREIGN KEY ("tenant_id","requested_by_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_approver_id_fkey" FOREIGN KEY ("tenant_id","approver_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_remedies" ADD CONSTRAINT "complaint_remedies_decided_by_id_fkey" FOREIGN KEY ("tenant_id","decided_by_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_steps" ADD CONSTRAINT "complaint_steps_complaint_id_fkey" FOREIGN KEY ("tenant_id","complaint_id") REFERENCES "public"."complaints"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_steps" ADD CONSTRAINT "complaint_steps_staff_id_fkey" FOREIGN KEY ("tenant_id","staff_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_id_fkey" FOREIGN KEY ("tenant_id","id") REFERENCES "public"."feedback"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_customer_id_fkey" FOREIGN KEY ("tenant_id","customer_id") REFERENCES "public"."customers"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_first_handler_id_fkey" FOREIGN KEY ("tenant_id","first_handler_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_handler_id_fkey" FOREIGN KEY ("tenant_id","handler_id") REFERENCES "public"."staff"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase_refunds" ADD CONSTRAINT "purchase_refunds_purchase_id_fkey" FOREIGN KEY ("tenant_id","purchase_id") REFERENCES "public"."purchases"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "complaint_causes_complaint_id_idx" ON "complaint_causes" USING btree ("tenant_id","complaint_id","found_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "complaint_causes_primary_idx" ON "complaint_causes" USING btree ("tenant_id","complaint_id") WHERE is_primary;--> statement-breakpoint
CREATE INDEX "complaint_remedies_complaint_id_idx" ON "complaint_remedies" USING btree ("tenant_id","complaint_id","requested_at","id");--> statement-breakpoint
CREATE INDEX "complaint_remedies_requested_at_idx" ON "complaint_remedies" USING btree ("tenant_id","requested_at","id");--> statement-breakpoint
CREATE INDEX "complaint_remedies_waiting_idx" ON "complaint_remedies" USING btree ("tenant_id","approver_id","requested_at","id") WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX "complaint_remedies_decided_at_idx" ON "complaint_remedies" USING btree ("tenant_id","decided_at") WHERE status = 'granted';--> statement-breakpoint
CREATE INDEX "complaint_steps_turns_idx" ON "complaint_steps" USING btree ("tenant_id","complaint_id","at","step_no") WHERE step in ('close', 'reopen', 'withdraw');--> statement-breakpoint
CREATE INDEX "complaints_received_at_idx" ON "complaints" USING btree ("tenant_id","received_at","id");--> statement-breakpoint
CREATE INDEX "complaints_store_id_idx" ON "complaints" USING btree ("tenant_id","store_id","received_at","id");--> statement-breakpoint
CREATE INDEX "complaints_state_idx" ON "complaints" USING btree ("tenant_id","state","received_at","id");--> statement-breakpoint
CREATE INDEX "complaints_handler_id_idx" ON "complaints" USING btree ("tenant_id","handler_id","received_at","id") WHERE state not in ('closed', 'withdrawn');--> statement-breakpoint
CREATE INDEX "complaints_relationship_manager_id_idx" ON "complaints" USING btree ("tenant_id","relationship_manager_id","received_at","id") WHERE relationship_manager_id is not null;--> statement-breakpoint
CREATE INDEX "complaints_customer_id_idx" ON "complaints" USING btree ("tenant_id","customer_id","received_at","id") WHERE customer_id is not null;
--> statement-breakpoint
SELECT clientele_isolate('authority_matrices');
--> statement-breakpoint
SELECT clientele_isolate('complaint_causes');
--> statement-breakpoint
SELECT clientele_isolate('complaint_remedies');
--> statement-breakpoint
SELECT clientele_isolate('complaint_steps');
--> statement-breakpoint
SELECT clientele_isolate('complaints');
--> statement-breakpoint
SELECT clientele_isolate('purchase_refunds');
--> statement-breakpoint
SELECT clientele_isolate('remedy_budgets');
--> statement-breakpoint
-- What was done about a case, and who might decide what at which time, are never rewritten.
REVOKE UPDATE, DELETE ON complaint_steps, authority_matrices FROM clientele_service;
--> statement-breakpoint
-- A case is rewritten at each of its steps: room on the page keeps the row where it is.
ALTER TABLE complaints SET (fillfactor = 85);
