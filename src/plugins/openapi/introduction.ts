/** What a reader should know before the first call. */
export const INTRODUCTION = `Clientele keeps a shop's customer file, takes the purchases that tills push, works out who \
the customers are, and gives every A customer one relationship manager.

**Credentials.** \`Authorization: Bearer\` with an API key (\`ck_…\`) or an access token of an issuer that the operator \
trusts. Every operation names the scope it needs. Another tenant's id does not exist: 404.

**Errors** are \`application/problem+json\`. \`code\` says what happened, \`type\` leads to a page that explains it, \
\`retryable\` says whether the same request may succeed later, and \`errors\` points at fields.

**Repeating.** A purchase is known for ever by \`source\` and \`receiptNumber\`. Every other POST that changes something \
takes an \`Idempotency-Key\`: the same request under the same key has one effect and one answer for 72 hours.

**Changing.** What can change has a \`version\` and an \`ETag\`. \`If-Match\` makes a change fail when somebody else was \
faster; \`If-None-Match\` spares reading what is known. PATCH is a JSON Merge Patch: absent leaves, \`null\` clears.

**Lists** come in pages: pass \`nextCursor\` on as \`cursor\` until it is null. A cursor fits only the list, filters and \
tenant that it was made for.

**Figures.** Money is an integer in minor units (\`…Minor\`) beside an ISO 4217 \`currency\`; a quantity has at most three \
decimals; a share is a fraction from 0 to 1. Instants (\`…At\`) are RFC 3339, written in UTC; days (\`…On\`) are \
\`YYYY-MM-DD\`, of the store or the tenant as the field says.

The contract only grows: expect new fields in answers and new values of their enumerations.`
