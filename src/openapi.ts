import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { openDatabase } from './db/client.ts'
import type { OpenApiDocument } from './plugins/openapi/index.ts'
import { createServices } from './services/index.ts'

/** The OpenAPI document of this version. */
export async function openapiDocument(): Promise<OpenApiDocument> {
  const app = await appWithoutDatabase()
  await app.close()
  return app.openapi()
}

/** The application, to be looked at: none of its services is called, and a pool that nobody uses never connects. */
export async function appWithoutDatabase(): Promise<FastifyInstance> {
  const database = openDatabase({
    url: 'postgresql://nowhere.invalid/none',
    apiConnections: 1,
    queryTimeoutMs: 1,
    onError: () => {}
  })
  const app = await buildApp(createServices({ database }))
  app.addHook('onClose', () => database.close())
  return app.ready().then(() => app)
}

export { printed as printDocument } from './plugins/openapi/index.ts'
