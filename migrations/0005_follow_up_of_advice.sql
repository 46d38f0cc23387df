-- Nothing was written to these tables before this migration, so that required columns need no values for what is there.
-- Lists of customers at risk by class, advice, state and cause come from one index in the order of value or of time; what is
-- still followed up is found by the day on which it is due.
DROP INDEX "defection_advices_outcome_idx";--> statement-breakpoint
DROP INDEX "defections_recommendation_idx";--> statement-breakpoint
DROP INDEX "defections_state_idx";--> statement-breakpoint
DROP INDEX "defection_actions_open_idx";--> statement-breakpoint
DROP INDEX "defection_advices_open_idx";--> statement-breakpoint
ALTER TABLE "customer_marks" ADD COLUMN "removed_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "customer_marks" ADD COLUMN "removed_by" text;--> statement-breakpoint
ALTER TABLE "defection_advices" ADD COLUMN "at_risk_since" timestamptz(3) NOT NULL;--> statement-breakpoint
ALTER TABLE "defection_advices" ADD COLUMN "price_driven" boolean NOT NULL;--> statement-breakpoint
ALTER TABLE "defections" ADD COLUMN "abc_class" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "pursuits" ADD COLUMN "attempt" text NOT NULL;--> statement-breakpoint
ALTER TABLE "pursuits" ADD COLUMN "cost_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "classifications_price_driven_idx" ON "classifications" USING btree ("tenant_id","abc_class","customer_id") WHERE price_driven;--> statement-breakpoint
CREATE INDEX "defection_actions_acted_at_idx" ON "defection_actions" USING btree ("tenant_id","acted_at","id");--> statement-breakpoint
CREATE INDEX "defections_since_idx" ON "defections" USING btree ("tenant_id","since","customer_id");--> statement-breakpoint
CREATE INDEX "defections_picked_value_idx" ON "defections" USING btree ("tenant_id","abc_class","recommendation","state","cause","value_at_stake_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "defections_picked_since_idx" ON "defections" USING btree ("tenant_id","abc_class","recommendation","state","cause","since","customer_id");--> statement-breakpoint
CREATE INDEX "defection_actions_open_idx" ON "defection_actions" USING btree ("tenant_id","due_on") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "defection_advices_open_idx" ON "defection_advices" USING btree ("tenant_id","due_on") WHERE outcome is null;--> statement-breakpoint
ALTER TABLE "defection_advices" ADD CONSTRAINT "defection_advices_at_risk_since_key" UNIQUE("tenant_id","customer_id","at_risk_since","recommendation");--> statement-breakpoint
ALTER TABLE "pursuits" ADD CONSTRAINT "pursuits_attempt_key" UNIQUE("tenant_id","attempt");
