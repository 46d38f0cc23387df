import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { problem, sendProblem } from './problem.ts'

interface Served {
  readonly methods: readonly string[]
  readonly pattern: RegExp
}

/** Paths and methods that nothing serves: 404, 405 with `Allow`, and OPTIONS answered from the table of routes. */
export const notFoundPlugin = fp(
  async (app: FastifyInstance) => {
    const routes: Served[] = []
    app.addHook('onRoute', ({ method, url }) => {
      if (url !== '*' && !endsInSlash(url)) routes.push({ methods: [method].flat(), pattern: patternOf(url) })
    })

    // Before the body is read, since nobody is going to look at it. The framework serves what stands at a prefix with a
    // slash at its end too; but a thing has one address.
    app.addHook('onRequest', (request, reply, done) => {
      if (request.is404 || endsInSlash(pathOf(request))) answer(routes, request, reply)
      else done()
    })
    app.setNotFoundHandler((request, reply) => answer(routes, request, reply))
  },
  { name: 'not-found' }
)

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '/'

const endsInSlash = (path: string): boolean => path.length > 1 && path.endsWith('/')

function answer(routes: readonly Served[], request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request)
  const allowed = [...new Set(routes.filter(r => r.pattern.test(path)).flatMap(r => r.methods))].sort()
  if (allowed.length === 0) {
    return sendProblem(reply, problem(request.id, 404, 'route.not_found', 'There is nothing at this path.'))
  }
  reply.header('Allow', [...allowed, 'OPTIONS'].join(', '))
  if (request.method === 'OPTIONS') return reply.code(204).send()
  return sendProblem(
    reply,
    problem(request.id, 405, 'request.method_not_allowed', 'This path does not support the method.')
  )
}

/** `/v1/stores/:id` as an expression over paths: a parameter is one segment, `*` is any rest. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map(part => {
    if (part.startsWith(':')) return '[^/]+'
    return part === '*' ? '.*' : part.replace(/[.+?^$()|[\]\\{}*]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
