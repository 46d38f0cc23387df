ALTER TABLE "segments" ADD COLUMN "computed_rule_version" integer;
