-- A list of one store's customers at risk comes from one index with all that it is filtered and ordered by. Rows that are there
-- already get their store with the next change; no release has written any. The same advice is given once as long as a
-- customer is at risk without a break, which makes it the key of an advice.
ALTER TABLE "defection_advices" DROP CONSTRAINT "defection_advices_at_risk_since_key";--> statement-breakpoint
ALTER TABLE "defection_advices" DROP CONSTRAINT "defection_advices_pkey";--> statement-breakpoint
ALTER TABLE "defection_advices" ADD CONSTRAINT "defection_advices_pkey" PRIMARY KEY("tenant_id","customer_id","at_risk_since","recommendation");--> statement-breakpoint
DROP INDEX "defections_since_idx";--> statement-breakpoint
ALTER TABLE "defections" ADD COLUMN "home_store_id" uuid;--> statement-breakpoint
CREATE INDEX "defections_home_store_id_idx" ON "defections" USING btree ("tenant_id","home_store_id","value_at_stake_minor" DESC NULLS LAST,"customer_id") INCLUDE ("since","abc_class","recommendation","state","cause") WHERE home_store_id is not null;
