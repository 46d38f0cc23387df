import { z } from 'zod'

/** The part of JSON Schema 2020-12 that zod writes and this document uses. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  description?: string
  default?: unknown
  example?: unknown
  examples?: unknown[]
  /** Names the schema that the document shows instead: what is checked piece by piece is described as a whole. */
  shownAs?: string
  id?: string
  $defs?: Record<string, JsonSchema>
  $schema?: string
}

/** Whether a schema stands for what callers send (`input`) or for what they receive (`output`). */
export type Direction = 'input' | 'output'

/** Lengths that a format fixes, so that every text in the document has a limit. */
const LENGTH_OF_FORMAT: Readonly<Record<string, number>> = {
  uuid: 36,
  date: 10,
  'date-time': 40,
  email: 320,
  uri: 2_048
}

/** A zod schema as readable JSON Schema, with its named parts under `$defs`. */
export function jsonSchemaOf(schema: z.ZodType, direction: Direction): { root: JsonSchema; named: NamedSchemas } {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: direction, unrepresentable: 'any' }) as JsonSchema
  return {
    root: readable(root, direction),
    named: Object.fromEntries(Object.entries($defs).map(([name, part]) => [name, readable(part, direction)]))
  }
}

export type NamedSchemas = Record<string, JsonSchema>

/**
 * What zod writes, as people and client generators want to read it: no expression of 250 characters beside a format that
 * says the same, no bounds that every JavaScript integer has, `null` as a type beside another instead of a union, no
 * closed answers (they may grow), and no defaults (generators would make such fields required).
 */
export function readable(schema: JsonSchema, direction: Direction): JsonSchema {
  const { $schema, $defs, id, default: _default, example, shownAs, ...kept } = schema
  if (shownAs !== undefined) return { $ref: `#/components/schemas/${shownAs}` }
  const inner = (part: JsonSchema) => readable(part, direction)
  const node: JsonSchema = { ...kept }
  if (example !== undefined) node.examples = [example]
  if (node.$ref !== undefined) return { ...node, $ref: node.$ref.replace('#/$defs/', '#/components/schemas/') }
  if (node.format !== undefined) {
    delete node.pattern
    node.maxLength ??= LENGTH_OF_FORMAT[node.format] ?? 255
  }
  if (node.type === 'integer') withoutEmptyBounds(node)
  if (direction === 'output' && node.additionalProperties === false) delete node.additionalProperties
  if (typeof node.additionalProperties === 'object') node.additionalProperties = inner(node.additionalProperties)
  if (node.properties) {
    node.properties = Object.fromEntries(Object.entries(node.properties).map(([name, part]) => [name, inner(part)]))
  }
  if (node.items) node.items = inner(node.items)
  if (node.prefixItems) node.prefixItems = node.prefixItems.map(inner)
  if (node.allOf) node.allOf = node.allOf.map(inner)
  if (node.oneOf) node.oneOf = node.oneOf.map(inner)
  if (node.anyOf) {
    node.anyOf = node.anyOf.map(inner).flatMap(branch => branches(branch, node))
    return folded(node)
  }
  return node
}

/** A union inside a union says nothing more than its branches; what it says of itself goes to the outer one. */
function branches(branch: JsonSchema, outer: JsonSchema): JsonSchema[] {
  const { anyOf, description, ...rest } = branch
  if (anyOf === undefined || Object.keys(rest).length > 0) return [branch]
  if (description !== undefined) outer.description ??= description
  return anyOf
}

function withoutEmptyBounds(node: JsonSchema): void {
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum
  if (node.minimum === undefined || node.maximum === undefined || node.maximum > 2_147_483_647) node.format = 'int64'
}

/** A union of plain types, each named once, as one schema with several types: every keyword concerns one type only. */
function folded(node: JsonSchema): JsonSchema {
  const { anyOf = [], ...around } = node
  const types = anyOf.flatMap(branch => branch.type ?? [])
  const plain = anyOf.every(({ type, const: only, anyOf: inner }) => type !== undefined && only === undefined && !inner)
  const distinct = new Set(types).size === types.length && !(types.includes('integer') && types.includes('number'))
  const choice = anyOf.find(branch => branch.enum !== undefined)
  // A list of choices concerns every type, so it can be joined by null alone.
  const joinable = choice === undefined || (anyOf.length === 2 && types.includes('null'))
  if (!plain || !distinct || !joinable) return node
  const choices = choice?.enum ? { enum: [...choice.enum, null] } : {}
  return Object.assign({}, ...anyOf, around, { type: types }, choices)
}
