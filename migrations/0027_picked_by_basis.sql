-- Lists of customers at risk on one basis are read in their order too. The new indexes are there before the old ones go, so that
-- lists are read all the while. And what of an effort was refused, so that a manager's later leave for the same is found.
CREATE INDEX "defections_picked_value_idx_next" ON "defections" USING btree ("tenant_id","abc_class","recommendation","state","cause","basis","value_at_stake_minor" DESC NULLS LAST,"customer_id");--> statement-breakpoint
CREATE INDEX "defections_picked_since_idx_next" ON "defections" USING btree ("tenant_id","abc_class","recommendation","state","cause","basis","since","customer_id");--> statement-breakpoint
CREATE INDEX "defections_home_store_id_idx_next" ON "defections" USING btree ("tenant_id","home_store_id","value_at_stake_minor" DESC NULLS LAST,"customer_id") INCLUDE ("since","abc_class","recommendation","state","cause","basis") WHERE home_store_id is not null;--> statement-breakpoint
DROP INDEX "defections_picked_value_idx";--> statement-breakpoint
DROP INDEX "defections_picked_since_idx";--> statement-breakpoint
DROP INDEX "defections_home_store_id_idx";--> statement-breakpoint
ALTER INDEX "defections_picked_value_idx_next" RENAME TO "defections_picked_value_idx";--> statement-breakpoint
ALTER INDEX "defections_picked_since_idx_next" RENAME TO "defections_picked_since_idx";--> statement-breakpoint
ALTER INDEX "defections_home_store_id_idx_next" RENAME TO "defections_home_store_id_idx";--> statement-breakpoint
ALTER TABLE "pursuits" ADD COLUMN "about" text;
