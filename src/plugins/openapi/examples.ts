import type { JsonSchema, NamedSchemas } from './json-schema.ts'

/** Values that fit a format. */
const OF_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-11-21T09:30:00.000Z',
  date: '2026-11-21',
  email: 'li.na@example.com',
  uri: 'https://example.com/'
}

/** Values that are tried on a field of this name before a made-up one: from the request that makes such a thing. */
export type Hints = Readonly<Record<string, unknown>>

/**
 * An example of a schema: its own if it has one, else one put together from its parts. Always the same for the same
 * schema, because the document is compared byte by byte.
 */
export function exampleOf(schema: JsonSchema, named: NamedSchemas, hints: Hints = {}, name = 'text'): unknown {
  const inner = (part: JsonSchema, partName: string, partHints: Hints = hints) =>
    exampleOf(part, named, partHints, partName)
  const hint = hints[name]
  if (hint !== undefined && fits(hint, schema)) return hint
  if (schema.examples?.length) return schema.examples[0]
  if (schema.$ref) return inner(named[schema.$ref.slice('#/components/schemas/'.length)] ?? {}, name)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const branch = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.find(part => part.type !== 'null')
  if (branch) return inner(branch, name)
  const [type] = [schema.type].flat()
  switch (type) {
    case 'object':
      return objectExample(schema, inner, nestedHints(hint, hints))
    case 'array':
      return schema.items ? [inner(schema.items, name, firstHint(hint, name, hints))] : []
    case 'string':
      return textExample(schema, name)
    case 'integer':
    case 'number':
      return clamp(schema.maximum === 1 ? 0.8 : 1, schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return {}
  }
}

function objectExample(
  schema: JsonSchema,
  inner: (part: JsonSchema, name: string, hints: Hints) => unknown,
  hints: Hints
): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {}).map(([key, part]) => [key, inner(part, key, hints)])
  return Object.fromEntries(entries)
}

const isObject = (value: unknown): value is Hints =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const nestedHints = (hint: unknown, around: Hints): Hints => (isObject(hint) ? { ...around, ...hint } : around)

const firstHint = (hint: unknown, name: string, around: Hints): Hints =>
  Array.isArray(hint) && hint.length > 0 ? { ...around, [name]: hint[0] } : around

function textExample(schema: JsonSchema, name: string): string {
  const { format, maxLength = 100, minLength = 0 } = schema
  if (format === 'uuid') return idFor(name)
  if (format !== undefined && OF_FORMAT[format] !== undefined) return OF_FORMAT[format]
  return name
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .slice(0, maxLength)
    .padEnd(minLength, '.')
}

/** An id that looks like one of ours, another for each name, so that a reader can tell them apart. */
function idFor(name: string): string {
  let hash = 0x3f0c8e
  for (const char of name) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  return `0193a1f0-7c1e-7b3a-9d52-3f0c${hash.toString(16).padStart(8, '0')}`
}

function clamp(value: number, { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: JsonSchema) {
  return Math.min(Math.max(value, minimum), maximum)
}

/** Whether a plain value may stand here; lists and objects are put together from their parts instead. */
function fits(value: unknown, schema: JsonSchema): boolean {
  if (schema.enum) return schema.enum.includes(value)
  const types = [schema.type].flat()
  if (typeof value === 'string') {
    const formed = schema.format !== 'date-time' || value.endsWith('Z')
    return (
      types.includes('string') &&
      formed &&
      matches(value, schema.pattern) &&
      value.length <= (schema.maxLength ?? value.length)
    )
  }
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  return typeof value === 'boolean' && types.includes('boolean')
}

const matches = (value: string, pattern: string | undefined): boolean =>
  pattern === undefined || new RegExp(pattern, 'u').test(value)
