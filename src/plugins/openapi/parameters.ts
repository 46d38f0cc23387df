import type { JsonSchema } from './json-schema.ts'

export interface Parameter {
  name: string
  in: 'query' | 'path' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
  style?: 'form'
  explode?: false
  example?: unknown
}

/**
 * The parameters that a query or a path has. A query is text on the wire, but its parameters are documented as what
 * they stand for (an integer, a list); where zod cannot say what that is, as the text that is sent.
 */
export function parametersOf(where: 'query' | 'path', sent: JsonSchema, meant: JsonSchema): Parameter[] {
  return Object.entries(sent.properties ?? {}).map(([name, asSent]) => {
    const asMeant = meant.properties?.[name] ?? {}
    const isKnown = asMeant.type !== undefined || asMeant.anyOf !== undefined || asMeant.enum !== undefined
    const { description, ...schema } = isKnown
      ? { ...asMeant, description: asMeant.description ?? asSent.description }
      : asSent
    return {
      name,
      in: where,
      required: where === 'path' || (sent.required ?? []).includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
      ...(schema.type === 'array' ? { style: 'form' as const, explode: false as const } : {})
    }
  })
}

/** Headers that operations share, by the names of their components. */
export const SHARED_PARAMETERS: Readonly<Record<string, Parameter>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Any text that the caller makes once for this request and repeats with it. Kept for 72 hours with the answer.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]{1,255}$' },
    example: '4f9c2e7a-open-store-SH01'
  },
  AcceptLanguage: {
    name: 'Accept-Language',
    in: 'header',
    required: false,
    description:
      'Languages in which the caller wants the sentences of the answer: `en` (also without the header) or `zh`.',
    schema: { type: 'string', maxLength: 1_000 },
    example: 'zh-CN, en;q=0.8'
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the version that the change was decided on; 412 when there is a newer one.',
    schema: { type: 'string', maxLength: 40 },
    example: '"7"'
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'ETags that the caller has; 304 when one of them is still current.',
    schema: { type: 'string', maxLength: 1_000 },
    example: '"7"'
  }
}

export const SHARED_HEADERS = {
  RequestId: {
    description: "The caller's own Request-Id if it sent a harmless one, else a new one.",
    schema: { type: 'string', maxLength: 128 },
    example: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21'
  },
  ETag: {
    description:
      'The version in quotes. Where the document shows more than the version counts, a point and a digest of that follow the version.',
    schema: { type: 'string', maxLength: 40 },
    example: '"7"'
  },
  ContentLanguage: {
    description: 'The language of the sentences.',
    schema: { type: 'string', maxLength: 2, enum: ['en', 'zh'] },
    example: 'en'
  },
  Vary: {
    description: 'The headers of the request that decided what the answer is like.',
    schema: { type: 'string', maxLength: 200 },
    example: 'Accept-Language'
  },
  Location: {
    description: 'Where the thing is that was made.',
    schema: { type: 'string', maxLength: 2_048 },
    example: '/v1/stores/0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21'
  },
  IdempotencyReplayed: {
    description: 'true when this is the stored answer to an earlier request.',
    schema: { type: 'string', maxLength: 5, enum: ['true'] },
    example: 'true'
  },
  RetryAfter: {
    description: 'Seconds to wait.',
    schema: { type: 'integer', minimum: 1, maximum: 86_400 },
    example: 2
  }
}
