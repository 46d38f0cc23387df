-- What somebody decided on an older version is refused; who is whose manager counts on from one assignment to the next.
ALTER TABLE "assignments" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
GRANT UPDATE (version) ON assignments TO clientele_service;
