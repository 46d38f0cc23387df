import type { z } from 'zod'
import { type Direction, type JsonSchema, jsonSchemaOf, type NamedSchemas } from './json-schema.ts'

const PREFIX = '#/components/schemas/'

/**
 * The named schemas of a document. A name is one component, however many operations use it; only where a thing looks
 * different in requests and in answers does the request's form get a name of its own, `…Input`.
 */
export class Components {
  private readonly inputs: NamedSchemas = {}
  private readonly outputs: NamedSchemas = {}
  private readonly known = new Map<z.ZodType, Partial<Record<Direction, JsonSchema>>>()
  private readonly components: NamedSchemas

  constructor(used: Iterable<{ schema: z.ZodType; direction: Direction }>) {
    for (const { schema, direction } of used) {
      const { root, named } = jsonSchemaOf(schema, direction)
      Object.assign(direction === 'input' ? this.inputs : this.outputs, named)
      this.known.set(schema, { ...this.known.get(schema), [direction]: root })
    }
    const inputs = Object.entries(this.inputs).map(([name, schema]) => [this.nameOfInput(name), this.renamed(schema)])
    const all = { ...this.outputs, ...Object.fromEntries(inputs) } as NamedSchemas
    this.components = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** The schema as an operation refers to it. It must be one of those that the components were made of. */
  schemaOf(schema: z.ZodType, direction: Direction): JsonSchema {
    const root = this.known.get(schema)?.[direction] ?? {}
    return direction === 'input' ? this.renamed(root) : root
  }

  /** Every component by its name in the document. */
  all(): NamedSchemas {
    return this.components
  }

  /** Follows references until there is a schema with something in it. */
  resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema
    return this.resolve(this.components[schema.$ref.slice(PREFIX.length)] ?? {})
  }

  /** What a schema that an operation uses looks like, its own name aside. */
  resolved(schema: z.ZodType, direction: Direction): JsonSchema {
    return this.resolve(this.schemaOf(schema, direction))
  }

  private nameOfInput(name: string): string {
    const [input, output] = [this.inputs[name], this.outputs[name]]
    // What is only shown in a request, and checked otherwise, has no form there of its own.
    return input === undefined || output === undefined || same(output, input) ? name : `${name}Input`
  }

  private renamed(schema: JsonSchema): JsonSchema {
    return JSON.parse(JSON.stringify(schema), (key, value) =>
      key === '$ref' && typeof value === 'string' ? PREFIX + this.nameOfInput(value.slice(PREFIX.length)) : value
    )
  }
}

const same = (a: JsonSchema | undefined, b: JsonSchema | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)
