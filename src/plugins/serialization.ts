import fastJsonStringify from 'fast-json-stringify'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { z } from 'zod'

/**
 * Responses are written by serialisers compiled from their zod schemas, which cost less than JSON.stringify on long
 * lists and leave out whatever a schema does not name.
 */
export const serializationPlugin = fp(
  async (app: FastifyInstance) => {
    const compiled = new WeakMap<object, (value: unknown) => string>()
    app.setSerializerCompiler(({ schema }) => {
      const key = schema as unknown as z.ZodType
      let write = compiled.get(key)
      if (!write) {
        write = responseWriter(key)
        compiled.set(key, write)
      }
      return write
    })
  },
  { name: 'serialization' }
)

/** The function that writes a value as its schema's JSON. */
export function responseWriter(schema: z.ZodType): (value: unknown) => string {
  const json = z.toJSONSchema(schema, { io: 'output', target: 'draft-7', unrepresentable: 'any', reused: 'inline' })
  return fastJsonStringify(json as fastJsonStringify.AnySchema) as (value: unknown) => string
}
