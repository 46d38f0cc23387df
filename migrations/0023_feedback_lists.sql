-- What somebody answers, or what came by one seldom channel or of one seldom kind, is read in its order from an index.
CREATE INDEX "feedback_owner_staff_id_idx" ON "feedback" USING btree ("tenant_id","owner_staff_id","received_at","id") WHERE owner_staff_id is not null;--> statement-breakpoint
CREATE INDEX "feedback_channel_idx" ON "feedback" USING btree ("tenant_id","channel","received_at","id");--> statement-breakpoint
CREATE INDEX "feedback_kind_idx" ON "feedback" USING btree ("tenant_id","kind","received_at","id");