-- Lists by severity and by cause, and of what is open among many that are closed, are read from indexes in their order.
CREATE INDEX "complaints_severity_idx" ON "complaints" USING btree ("tenant_id","severity","received_at","id") WHERE severity is not null;--> statement-breakpoint
CREATE INDEX "complaints_primary_cause_idx" ON "complaints" USING btree ("tenant_id","primary_cause","received_at","id") WHERE primary_cause is not null;--> statement-breakpoint
CREATE INDEX "complaints_open_idx" ON "complaints" USING btree ("tenant_id","received_at","id") WHERE state not in ('closed', 'withdrawn');--> statement-breakpoint
CREATE INDEX "complaints_open_store_id_idx" ON "complaints" USING btree ("tenant_id","store_id","received_at","id") WHERE state not in ('closed', 'withdrawn');
