-- What customers bought, day by day, in a form that is quick to read. Rows that have none of it yet are not asked: where no state is
-- kept, readers turn to the ledger, and the next run makes all derived facts anew.
ALTER TABLE "customer_facts" ADD COLUMN "daily" "bytea" DEFAULT ''::bytea NOT NULL;--> statement-breakpoint
TRUNCATE TABLE "fact_states";
