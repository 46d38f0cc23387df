-- Whose turn it is counts what went to a deputy too.
CREATE INDEX "feedback_escalations_deputy_for_staff_id_idx" ON "feedback_escalations" USING btree ("tenant_id","deputy_for_staff_id","raised_at") WHERE deputy_for_staff_id is not null;
