import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError, invalid } from '../domain/errors.ts'
import { pointerTo } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The member of a batch's body that lists items, of which each stands alone. */
    items?: string
  }
  interface FastifyRequest {
    /** Items of a batch that hold what no body may hold, by their index; in the body null stands for each. */
    refusedItems: ReadonlyMap<number, DomainError> | null
  }
}

/** Objects and arrays inside one another, the outermost counted. */
export const DEPTH_AT_MOST = 20

const MEDIA_TYPES = ['application/json', 'application/merge-patch+json']
/** An escape, or a name that could reach a prototype: only texts that hold one of these need a closer look. */
const SUSPICIOUS = /\\u|__proto__|constructor/

/** JSON and nothing else: with every other parser gone, no content type can lead around the checks of a body. */
export const bodyPlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('refusedItems', null)
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
      const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
      if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw unsupportedCharset()
      if (body.length === 0) return undefined
      const { items } = request.routeOptions.config
      if (items === undefined) return readJson(body)
      const batch = readBatch(body, items)
      request.refusedItems = batch.refused
      return batch.value
    })
  },
  { name: 'body', dependencies: ['errors'] }
)

const unsupportedCharset = (): Error =>
  Object.assign(new Error('unsupported charset'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' })

/**
 * Reads JSON as this service accepts it. Refuses with `request.json_invalid` what is no JSON in UTF-8,
 * `request.too_deep` what nests deeper than DEPTH_AT_MOST, `request.text_invalid` text that holds NUL or half of a
 * surrogate pair, and `request.key_forbidden` names that could reach a prototype.
 */
export function readJson(body: Buffer): unknown {
  const { value, suspicious } = parsed(body)
  inspect(value, suspicious)
  return value
}

/**
 * As `readJson`, but what a text or a name holds concerns only the item that it is in: such items are set apart, with
 * pointers below the item. No JSON, and nesting too deep, remain the fault of the body.
 */
function readBatch(body: Buffer, member: string): { value: unknown; refused: ReadonlyMap<number, DomainError> | null } {
  const { value, suspicious } = parsed(body)
  const items = (value as Record<string, unknown> | null)?.[member]
  inspect(value, suspicious && !Array.isArray(items))
  if (!suspicious || !Array.isArray(items)) return { value, refused: null }
  inspect({ ...(value as object), [member]: null }, true)
  const refused = new Map<number, DomainError>()
  for (const [index, item] of items.entries()) {
    try {
      inspect(item, true)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refused.set(index, error)
      items[index] = null
    }
  }
  return { value, refused }
}

function parsed(body: Buffer): { value: unknown; suspicious: boolean } {
  if (!isUtf8(body)) throw invalid('request.json_invalid', 'The body is not valid UTF-8.')
  const text = body.toString().replace(/^\uFEFF/, '')
  return { value: parse(text), suspicious: SUSPICIOUS.test(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('request.json_invalid', 'The body is not valid JSON.')
  }
}

/**
 * Walks a parsed body. In valid UTF-8 a NUL or a lone surrogate can come from an escape only, so texts are looked at
 * only when there is one.
 */
function inspect(root: unknown, closely: boolean): void {
  const path: (string | number)[] = []
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (closely && !isKeepable(value)) throw badText(path)
      return
    }
    if (typeof value !== 'object' || value === null) return
    if (path.length >= DEPTH_AT_MOST) {
      throw invalid('request.too_deep', `The body nests deeper than ${DEPTH_AT_MOST} levels.`)
    }
    if (!Array.isArray(value)) {
      for (const key of Object.keys(value)) inspectMember(key, (value as Record<string, unknown>)[key])
      return
    }
    for (let index = 0; index < value.length; index++) step(index, value[index])
  }
  const inspectMember = (key: string, value: unknown): void => {
    if (closely && !isKeepable(key)) throw badText(path)
    if (closely && reachesPrototype(key, value)) throw badKey(path)
    step(key, value)
  }
  const step = (key: string | number, value: unknown): void => {
    path.push(key)
    visit(value)
    path.pop()
  }
  visit(root)
}

const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

const reachesPrototype = (key: string, value: unknown): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype'))

const badText = (path: readonly PropertyKey[]): DomainError =>
  invalid('request.text_invalid', 'A text holds a NUL character or half of a surrogate pair.', [
    { pointer: pointerTo(path), code: 'text_invalid', message: 'must be well-formed Unicode without NUL' }
  ])

const badKey = (path: readonly PropertyKey[]): DomainError =>
  invalid('request.key_forbidden', 'An object has a member whose name is not accepted.', [
    { pointer: pointerTo(path), code: 'key_forbidden', message: 'has a member whose name is not accepted' }
  ])
