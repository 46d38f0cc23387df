import fc, { type Arbitrary } from 'fast-check'
import { exampleOf } from '../../src/plugins/openapi/examples.ts'
import type { JsonSchema, NamedSchemas } from '../../src/plugins/openapi/json-schema.ts'

/** Values of a schema of the document: of every branch, with and without optional fields, small enough to be many. */
export function valuesOf(schema: JsonSchema, named: NamedSchemas, depth = 0): Arbitrary<unknown> {
  const inner = (part: JsonSchema) => valuesOf(part, named, depth + 1)
  if (schema.$ref) return inner(named[schema.$ref.slice('#/components/schemas/'.length)] ?? {})
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const branches = endingBranches(schema, depth)
  if (branches) return fc.oneof(...branches.map(inner))
  const types = [schema.type ?? 'any'].flat()
  return types.length > 1
    ? fc.oneof(...types.map(type => ofType(type, schema, named, depth)))
    : ofType(types[0] as string, schema, named, depth)
}

/** The branches of a union; deep down only those that do not lead to another one, such as the conditions of a rule. */
function endingBranches({ anyOf, oneOf }: JsonSchema, depth: number): JsonSchema[] | undefined {
  const branches = anyOf ?? oneOf
  if (depth < 5) return branches
  const ending = branches?.filter(branch => !/"\$ref"/.test(JSON.stringify(branch)))
  return ending?.length ? ending : branches
}

function ofType(type: string, schema: JsonSchema, named: NamedSchemas, depth: number): Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objects(schema, named, depth)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, named, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 2, Math.max(2, schema.minItems ?? 0))
      })
    case 'string':
      return texts(schema, named)
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1_000_000, -2_147_483_648),
        max: Math.min(schema.maximum ?? 1_000_000, 2_147_483_647)
      })
    case 'number':
      return fc
        .integer({ min: Math.max(schema.minimum ?? 0, -1e6) * 100, max: Math.min(schema.maximum ?? 1e6, 1e6) * 100 })
        .map(hundredths => Math.max(hundredths / 100, (schema.exclusiveMinimum ?? -1e9) + 0.01))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof(fc.constant(null), fc.integer(), fc.string({ maxLength: 10 }))
  }
}

function objects(schema: JsonSchema, named: NamedSchemas, depth: number): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, part]) => [key, valuesOf(part, named, depth + 1)])
  )
  if (Object.keys(properties).length === 0 && typeof additionalProperties === 'object') {
    const key = fc.stringMatching(/^[a-z]{1,8}$/)
    return fc.dictionary(key, valuesOf(additionalProperties, named, depth + 1), { maxKeys: 3, noNullPrototype: true })
  }
  // Deep down only what is needed, so that values stay small.
  const kept = depth > 3 ? Object.fromEntries(Object.entries(fields).filter(([key]) => required.includes(key))) : fields
  return fc.record(kept, { requiredKeys: required.filter(key => key in kept), noNullPrototype: true } as never)
}

const INSTANTS = { min: new Date('2024-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }

const OF_FORMAT: Readonly<Record<string, Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 7 }),
  'date-time': fc.date(INSTANTS).map(date => date.toISOString()),
  date: fc.date(INSTANTS).map(date => date.toISOString().slice(0, 10)),
  email: fc.stringMatching(/^[a-z]{1,8}$/).map(name => `${name}@example.com`)
}

/** Texts of many scripts; where a pattern asks for more, the example and short words that happen to fit. */
function texts(schema: JsonSchema, named: NamedSchemas): Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 20 } = schema
  const formed = OF_FORMAT[format ?? '']
  if (formed) return formed
  const max = Math.min(maxLength, 20)
  const plain = fc.string({ unit: 'grapheme', minLength, maxLength: max }).filter(isKeepable(minLength, maxLength))
  if (pattern === undefined) return plain
  const expression = new RegExp(pattern, 'u')
  const words = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/)
  const known = [exampleOf(schema, named), 'EUR', 'DE', 'shoes', 'pos-7', 'A1', '7'].map(String)
  const fitting = known.filter(text => expression.test(text) && isKeepable(minLength, maxLength)(text))
  const fits = words.map(word => (expression.test(word) && isKeepable(minLength, maxLength)(word) ? word : fitting[0]))
  return fitting.length > 0 ? fc.oneof(fc.constantFrom(...fitting), fits as Arbitrary<string>) : plain
}

const isKeepable = (min: number, max: number) => (text: string) =>
  text.length >= min && text.length <= max && !text.includes('\u0000') && text.isWellFormed()
