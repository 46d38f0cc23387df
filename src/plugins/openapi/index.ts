import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { documentOf, type OpenApiDocument } from './document.ts'
import type { Route } from './operation.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of every route that was registered. */
    openapi(): OpenApiDocument
    /** The routes that the document describes. */
    documentedRoutes: readonly Route[]
  }
  interface FastifySchema {
    operationId?: string
    summary?: string
    description?: string
    tags?: readonly string[]
    hide?: boolean
  }
}

/** Keeps account of the routes, to describe them. */
export const openapiPlugin = fp(
  async (app: FastifyInstance) => {
    const routes: Route[] = []
    let document: OpenApiDocument | undefined

    app.addHook('onRoute', ({ method, url, config, schema }) => {
      // A route of a prefix is registered with a slash at its end too.
      if (schema === undefined || (url.length > 1 && url.endsWith('/'))) return
      for (const one of [method].flat()) routes.push({ method: one, url, config: config ?? {}, schema })
    })

    app.decorate('documentedRoutes', routes)
    app.decorate('openapi', () => {
      document ??= documentOf(routes, readVersion())
      return document
    })
  },
  { name: 'openapi', dependencies: ['validation', 'idempotency'] }
)

const readVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version

/** The document as it is kept under version control. */
export type { OpenApiDocument }

export const printed = (document: OpenApiDocument): string => `${JSON.stringify(document, null, 2)}\n`
