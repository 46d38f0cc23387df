import type { Explained } from './explanation.ts'

/** Problems that any operation may meet. */
export const PLATFORM_PROBLEMS: Explained = {
  'request.invalid': [
    'The request does not have the documented form',
    'A field is missing, unknown, or has a form that the operation does not take. `errors` points at each.',
    'Compare the fields named with the document at /docs and send the request again.'
  ],
  'request.body_missing': [
    'The body is missing',
    'The operation needs a JSON body and got none.',
    'Send the body with `Content-Type: application/json`.'
  ],
  'request.json_invalid': [
    'The body is not JSON',
    'The body cannot be read as JSON in UTF-8.',
    'Encode the body with a JSON library, in UTF-8 and without a byte order of another encoding.'
  ],
  'request.too_deep': [
    'The body nests too deep',
    'Objects and lists may stand inside one another up to 20 levels.',
    'Flatten the body; no documented request comes near the limit.'
  ],
  'request.text_invalid': [
    'A text cannot be kept',
    'A text or a name holds a NUL character or half of a surrogate pair, which no database and few clients can keep.',
    'Remove it at the source; it usually comes from text that was cut in the middle of a character.'
  ],
  'request.key_forbidden': [
    'A name is not accepted',
    'An object has a member with a name that could be mistaken for a part of the language that reads it.',
    'Rename the member.'
  ],
  'request.body_too_large': [
    'The body is too large',
    'A body may have 1 MiB, a batch 4 MiB.',
    'Send less at once, such as smaller batches.'
  ],
  'request.not_acceptable': [
    'The answer is not to be had in this form',
    'The Accept header names only media types that the operation does not answer in. The detail lists those that it does.',
    'Ask for one of the listed types, or leave the header out.'
  ],
  'request.media_type_unsupported': [
    'The body is not JSON',
    'The operation reads `application/json` in UTF-8, and `application/merge-patch+json` where it changes something.',
    'Set the Content-Type header accordingly.'
  ],
  'request.encoding_unsupported': [
    'The body is compressed',
    'Bodies are read as they are; a Content-Encoding is not undone.',
    'Send the body uncompressed.'
  ],
  'request.length_mismatch': [
    'The body has another length than announced',
    'The Content-Length header and the body do not agree.',
    'Let the HTTP library set the header.'
  ],
  'request.url_invalid': [
    'The path cannot be read',
    'The path holds a percent sign that does not begin an encoded character.',
    'Percent-encode the parts of the path.'
  ],
  'request.url_too_long': [
    'The path or query is too long',
    'Path and query together may have 8 KiB.',
    'Use fewer or shorter parameters.'
  ],
  'request.headers_too_large': [
    'The headers are too large',
    'All headers together may have 16 KiB.',
    'Send fewer or shorter headers.'
  ],
  'request.host_missing': [
    'The Host header is missing',
    'HTTP/1.1 asks for a Host header in every request.',
    'Use an HTTP library, which sets it.'
  ],
  'request.expectation_failed': [
    'The expectation cannot be met',
    'The Expect header asks for something other than 100-continue.',
    'Leave the header out.'
  ],
  'request.timeout': [
    'The request did not arrive in time',
    'The connection was open, and the request on it was not complete within a minute.',
    'Send the request again, over a better line or in smaller pieces.'
  ],
  'request.malformed': [
    'The request is not HTTP',
    'What arrived could not be read as an HTTP request.',
    'Use an HTTP library; check that no proxy on the way changes requests.'
  ],
  'request.method_not_allowed': [
    'The path does not support the method',
    'Something is served at this path, with other methods. The Allow header lists them.',
    'Use one of the methods in the Allow header.'
  ],
  'route.not_found': [
    'There is nothing at this path',
    'No operation has this path.',
    'Compare the path with the document at /docs, the version in it included.'
  ],
  'problem.not_found': [
    'No such problem is known',
    'This version of the service answers no problem of that name.',
    'See /problems for all of them.'
  ],
  'credential.missing': [
    'The credential is missing',
    'The operation asks who is calling.',
    'Send `Authorization: Bearer` with an API key or an access token.'
  ],
  'credential.invalid': [
    'The credential does not hold',
    'The key or token is unknown, has ended, was revoked, or was issued for somebody else. Which of these is not said.',
    'Check that the right credential is configured; issue a new one if it has ended.'
  ],
  'credential.too_many_failures': [
    'Too many wrong credentials',
    'More than 100 wrong credentials came from this address within a minute.',
    'Correct the client that sends them, and wait as long as the Retry-After header says.'
  ],
  'credential.issuer_unavailable': [
    'The issuer of the token cannot be asked',
    'The keys of the issuer were never read since the service started, and cannot be read now.',
    'Send the request again shortly; if it lasts, the operator should check the address of the keys.'
  ],
  'scope.missing': [
    'The credential lacks a scope',
    'Every operation names the scope that it needs; this credential was issued without it.',
    'Use or issue a credential with the scope named in the detail.'
  ],
  'cursor.invalid': [
    'The cursor does not fit',
    'A cursor belongs to the list, the filters, the order and the tenant that it was made for.',
    'Begin without a cursor, and pass on only the nextCursor of the page before.'
  ],
  'if_match.invalid': [
    'The If-Match header cannot be read',
    'If-Match takes one ETag as an answer of this service carried it, such as "7", or *.',
    'Copy the ETag with its quotes.'
  ],
  'version.mismatch': [
    'It has changed meanwhile',
    'Somebody else changed it after the version that If-Match names.',
    'Read it again, decide again, and send the change with the new ETag.'
  ],
  'idempotency.key_invalid': [
    'The Idempotency-Key cannot be used',
    'A key has 1 to 255 visible ASCII characters.',
    'Use a UUID or another short text, made once for each intended effect.'
  ],
  'idempotency.in_flight': [
    'The same request is still being processed',
    'Another request with this Idempotency-Key has not been answered yet.',
    'Send it again after the Retry-After; it then gets the first answer.'
  ],
  'idempotency.key_reused': [
    'The Idempotency-Key belongs to another request',
    'The key was used within 72 hours with another path, body or credential.',
    'Make a new key for every new intention, and keep it only for repetitions.'
  ],
  'rate_limit.exceeded': [
    'Too many requests',
    'This credential has used up its requests for the moment.',
    'Wait as long as the Retry-After header says, and spread requests out; batches need fewer.'
  ],
  'service.overloaded': [
    'The service is busy',
    'More arrives than can be answered well. Reports, lists and batches are turned away before tills.',
    'Send the request again after the Retry-After, with a growing pause if it persists.'
  ],
  'service.not_ready': [
    'The service is not ready',
    'The database does not answer, its schema is not the one of this version, or the service is stopping.',
    'Send requests to another instance; `facts` names the check that failed.'
  ],
  'database.unavailable': [
    'The database cannot be asked',
    'The database did not answer in time or went away. A write whose answer is lost may have been stored.',
    'Send the request again; purchases and requests with an Idempotency-Key are never counted twice.'
  ],
  'internal.error': [
    'Our mistake',
    'Something happened that should not. It is logged under the instance of the answer.',
    'Report the instance to the operator. Repeating the same request will most likely fail again.'
  ]
}
