import { buildApp } from './app.ts'
import { openDatabase } from './db/client.ts'
import { type OpenApiDocument, printed } from './plugins/openapi/index.ts'
import { createServices } from './services/index.ts'

/** The OpenAPI document of this version. Nothing is asked of a database: a pool that nobody uses never connects. */
export async function openapiDocument(): Promise<OpenApiDocument> {
  const database = openDatabase({
    url: 'postgresql://127.0.0.1:1/none',
    apiConnections: 1,
    queryTimeoutMs: 1_000,
    onError: () => {}
  })
  const app = await buildApp(createServices({ database }))
  await app.ready()
  const document = app.openapi()
  await app.close()
  await database.close()
  return document
}

export { printed as printDocument }
