ALTER TABLE "api_keys" ADD COLUMN "roles" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- Keys that have every scope that there was in some version were given to owners: they follow the role from now on, and so
-- what later versions add. Any other key keeps what was named. The owner of the tables sees the rows of all tenants meanwhile.
ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
WITH every AS (
  SELECT array_agg(scope ORDER BY n) AS scopes FROM unnest(ARRAY[
    'assignments:read', 'assignments:write', 'classifications:read', 'classifications:write', 'complaints:read',
    'complaints:write', 'customers.pii:read', 'customers:read', 'customers:write', 'events:read', 'feedback:read',
    'feedback:write', 'jobs:read', 'jobs:write', 'keys:manage', 'privacy:manage', 'products:read', 'products:write',
    'purchases:read', 'purchases:write', 'reports:read', 'staff:read', 'staff:write', 'stores:read', 'stores:write',
    'tenant:read', 'tenant:write', 'webhooks:manage', 'defections:read', 'defections:write', 'pursuits:manage',
    'segments:read', 'segments:write', 'inquiries:read', 'inquiries:write', 'listening:read', 'listening:write',
    'notices:manage', 'notices:read', 'notices:write', 'care:read', 'care:write', 'promotions:read',
    'promotions:write'
  ]) WITH ORDINALITY AS s (scope, n)
)
UPDATE api_keys k SET roles = '{owner}'
FROM every, unnest(ARRAY[28, 31, 33, 40, 42, 44]) AS version (scopes)
WHERE k.scopes @> every.scopes[1:version.scopes] AND k.scopes <@ every.scopes[1:version.scopes];
--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
