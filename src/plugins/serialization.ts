import fastJsonStringify from 'fast-json-stringify'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { z } from 'zod'
import { type JsonSchema, jsonSchemaOf } from './openapi/json-schema.ts'

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

/**
 * The function that writes a value as its schema's JSON. It is compiled when the first value comes: few milliseconds for
 * each schema then, instead of half a second for all of them at every start.
 */
export function responseWriter(schema: z.ZodType): (value: unknown) => string {
  let write: ((value: unknown) => string) | undefined
  return value => {
    write ??= compiledWriter(schema)
    return write(value)
  }
}

/** Unions folded into types spare the writer trying one branch after another. */
function compiledWriter(schema: z.ZodType): (value: unknown) => string {
  const { root, named } = jsonSchemaOf(schema, 'output')
  const definitions = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, shapeOf(part)]))
  return fastJsonStringify({ ...shapeOf(root), definitions } as fastJsonStringify.AnySchema) as (
    value: unknown
  ) => string
}

/**
 * What decides how a value is written. Limits are left out: they are promises about what is stored, and a value beyond
 * one must not turn an answer into a failure. So are formats, for which the library would write texts unescaped.
 */
function shapeOf({ type, $ref, required, enum: choices, const: only, ...rest }: JsonSchema): JsonSchema {
  const { properties, items, prefixItems, additionalProperties, anyOf, oneOf, allOf } = rest
  const shape: JsonSchema = {}
  if (type !== undefined) shape.type = type
  if ($ref !== undefined) shape.$ref = $ref.replace('#/components/schemas/', '#/definitions/')
  if (required !== undefined) shape.required = required
  if (choices !== undefined) shape.enum = choices
  if (only !== undefined) shape.const = only
  if (items !== undefined) shape.items = shapeOf(items)
  if (prefixItems !== undefined) shape.prefixItems = prefixItems.map(shapeOf)
  if (anyOf !== undefined) shape.anyOf = anyOf.map(shapeOf)
  if (oneOf !== undefined) shape.oneOf = oneOf.map(shapeOf)
  if (allOf !== undefined) shape.allOf = allOf.map(shapeOf)
  if (additionalProperties !== undefined)
    shape.additionalProperties =
      typeof additionalProperties === 'object' ? shapeOf(additionalProperties) : additionalProperties
  if (properties !== undefined)
    shape.properties = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, shapeOf(part)]))
  return shape
}
