import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { z } from 'zod'
import type { FieldFault } from '../domain/errors.ts'
import { pointerTo } from './problem.ts'

type Issue = z.core.$ZodIssue

const FAULTS_AT_MOST = 50

/** A part of a request that does not have the documented form. */
export class InvalidRequest extends Error {
  readonly issues: readonly Issue[]
  /** Named by the framework: body, params or querystring. */
  validationContext?: string

  constructor(issues: readonly Issue[]) {
    super('invalid request')
    this.issues = issues
  }
}

/**
 * Requests are checked by zod. An operation that documents no query takes none, and one that documents no body takes
 * none: what a caller sends in vain he should hear of.
 */
export const validationPlugin = fp(
  async (app: FastifyInstance) => {
    app.setValidatorCompiler(({ schema }) => {
      const check = schema as unknown as z.ZodType
      return (data: unknown) => {
        const result = check.safeParse(data)
        return result.success ? { value: result.data } : { error: new InvalidRequest(result.error.issues) }
      }
    })

    app.addHook('onRoute', route => {
      if (route.schema === undefined || route.schema.hide) return
      route.schema.querystring ??= NOTHING
      if (route.method !== 'GET' && route.method !== 'HEAD') route.schema.body ??= NO_BODY
    })
  },
  { name: 'validation' }
)

const NOTHING = z.strictObject({})
/** Stands for the absence of a body in a route's schema; an empty object is let pass, because clients like to send one. */
export const NO_BODY = z.strictObject({}).nullish()

/**
 * zod's issues as field faults: RFC 6901 pointers below `base`, and messages that never repeat a value. Of several rules
 * that one value breaks the first is told: what is no date is not out of range as well.
 */
export function faultsOf(issues: readonly Issue[], base = ''): FieldFault[] {
  const byPointer = new Map<string, FieldFault>()
  for (const fault of issues.flatMap(issue => faults(issue, base))) {
    if (!byPointer.has(fault.pointer)) byPointer.set(fault.pointer, fault)
  }
  return [...byPointer.values()].slice(0, FAULTS_AT_MOST)
}

function faults(issue: Issue, base: string): FieldFault[] {
  const here = base + pointerTo(issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      pointer: here + pointerTo([key]),
      code: 'unknown_field',
      message: 'is not a documented field'
    }))
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors)
    if (meant) return meant.flatMap(inner => faults(inner, here))
  }
  return [{ pointer: here, code: issue.code, message: issue.message.slice(0, 500) }]
}

/** The branch of a union that the caller seems to have meant: the only one that fails below its own root. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const deeper = branches.filter(
    issues => issues.length > 0 && issues.every(issue => issue.path.length > 0 && issue.code !== 'unrecognized_keys')
  )
  return deeper.length === 1 ? deeper[0] : undefined
}
