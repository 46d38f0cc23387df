import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type DomainError, invalid } from '../domain/errors.ts'
import { pointerTo } from './problem.ts'

/** Objects and arrays inside one another, the outermost counted. */
export const DEPTH_AT_MOST = 20

const MEDIA_TYPES = ['application/json', 'application/merge-patch+json']
/** An escape, or a name that could reach a prototype: only texts that hold one of these need a closer look. */
const SUSPICIOUS = /\\u|__proto__|constructor/

/** JSON and nothing else: with every other parser gone, no content type can lead around the checks of a body. */
export const bodyPlugin = fp(
  async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
      const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
      if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw unsupportedCharset()
      return body.length === 0 ? undefined : readJson(body)
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
  if (!isUtf8(body)) throw invalid('request.json_invalid', 'The body is not valid UTF-8.')
  const text = body.toString().replace(/^\uFEFF/, '')
  const value = parse(text)
  inspect(value, SUSPICIOUS.test(text))
  return value
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
