import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import helmet from '@fastify/helmet'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { printed } from '../../plugins/openapi/index.ts'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Clientele API</title>
  </head>
  <body>
    <div id="app"></div>
    <script src="/docs/reference.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

/** Nothing is loaded from, or told to, anybody else: no fonts, no proxy, no assistant, no statistics. */
const START = `Scalar.createApiReference('#app', ${JSON.stringify({
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never'
})})\n`

const SCRIPT = 'text/javascript; charset=utf-8'
const DAY = 'public, max-age=86400'

/** The document, and a page to read and try it that works without the internet. */
export const docsRoutes: FastifyPluginAsyncZod = async app => {
  // The browser itself keeps the page to this origin, whatever the script in it would like.
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        frameAncestors: ["'none'"]
      }
    },
    strictTransportSecurity: false
  })
  const options = { config: { scope: 'public' }, schema: { hide: true } } as const
  let document: string | undefined
  let script: Promise<Buffer> | undefined

  app.get('/openapi.json', options, async (_request, reply) => {
    document ??= printed(app.openapi())
    return reply.type('application/json; charset=utf-8').send(document)
  })

  app.get('/docs', options, async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE))

  app.get('/docs/start.js', options, async (_request, reply) => reply.type(SCRIPT).send(START))

  app.get('/docs/reference.js', options, async (_request, reply) => {
    script ??= compressedReference()
    return reply
      .type(SCRIPT)
      .header('Content-Encoding', 'gzip')
      .header('Cache-Control', DAY)
      .send(await script)
  })
}

/** The script of the page as its package brings it: 3.5 MB, a quarter of that compressed, which every browser reads. */
async function compressedReference(): Promise<Buffer> {
  const entry = import.meta.resolve('@scalar/fastify-api-reference')
  const path = fileURLToPath(new URL('js/standalone.js', entry))
  return promisify(gzip)(await readFile(path))
}
