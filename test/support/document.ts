import type { FastifyInstance } from 'fastify'
import type { JsonSchema } from '../../src/plugins/openapi/json-schema.ts'
import type { Operation } from '../../src/plugins/openapi/operation.ts'
import type { Parameter } from '../../src/plugins/openapi/parameters.ts'

/** An operation of the document with what tests ask of it. */
export interface Described {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
  readonly pathParameters: readonly Parameter[]
  readonly queryParameters: readonly Parameter[]
  readonly body: JsonSchema | undefined
  readonly example: unknown
}

/** Every operation under /v1, so that a test over them meets a new one without being told. */
export function operationsOf(app: FastifyInstance): Described[] {
  return Object.entries(app.openapi().paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      if (!path.startsWith('/v1/')) return []
      const own = (operation.parameters ?? []).filter((parameter): parameter is Parameter => 'name' in parameter)
      const media = operation.requestBody?.content['application/json']
      return [
        {
          operationId: operation.operationId,
          method: method.toUpperCase(),
          path,
          operation,
          pathParameters: own.filter(parameter => parameter.in === 'path'),
          queryParameters: own.filter(parameter => parameter.in === 'query'),
          body: media?.schema,
          example: media?.example
        }
      ]
    })
  )
}

/** The path with its parameters filled in. */
export const filled = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

/** The part of a path that ends with its last parameter: what it is about. */
export const resourceOf = (path: string): string => path.slice(0, path.lastIndexOf('}') + 1)

export type Step = string | number

/** Where a body may hold a UUID, as the steps that lead there; of what holds things of its own kind, the first one. */
export function idPlaces(
  schema: JsonSchema,
  named: Record<string, JsonSchema>,
  path: readonly Step[] = [],
  within: readonly string[] = []
): Step[][] {
  if (schema.$ref) {
    if (within.includes(schema.$ref)) return []
    const part = named[schema.$ref.slice('#/components/schemas/'.length)] ?? {}
    return idPlaces(part, named, path, [...within, schema.$ref])
  }
  const inner = (part: JsonSchema, step?: Step) =>
    idPlaces(part, named, step === undefined ? path : [...path, step], within)
  return [
    ...(schema.format === 'uuid' ? [[...path]] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => inner(part, name)),
    ...(schema.items ? inner(schema.items, 0) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(part => inner(part))
  ]
}

/** A copy of a value with another value at a place; objects and lists on the way are made where they are missing. */
export function withValueAt(value: unknown, [step, ...rest]: readonly Step[], leaf: unknown): unknown {
  if (step === undefined) return leaf
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    list[step] = withValueAt(list[step], rest, leaf)
    return list
  }
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  return { ...object, [step]: withValueAt((object as Record<string, unknown>)[step], rest, leaf) }
}
