import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { uuidv7 } from 'uuidv7'
import { documentOf } from './errors.ts'
import { PROBLEM_TYPE, type ProblemDocument, problem, sendProblem } from './problem.ts'
import { logRequest } from './request-log.ts'

/** Longer paths and queries than this are nobody's honest request; all headers together may have twice as much. */
export const URL_AT_MOST = 8 * 1024
export const HEADERS_AT_MOST = 16 * 1024

/** Requests that are wrong before any route looks at them. */
export const malformedPlugin = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', (request, reply, done) => {
      const refusal = malformation(request)
      if (refusal) sendProblem(reply, refusal)
      else done()
    })

    // By default Node answers an expectation that it does not know with a bare 417.
    app.server.on('checkExpectation', (_request, response) => {
      const document = problem(uuidv7(), 417, 'request.expectation_failed', 'The only expectation met is 100-continue.')
      const body = JSON.stringify(document)
      response.writeHead(417, {
        'Content-Type': PROBLEM_TYPE,
        'Content-Length': Buffer.byteLength(body),
        'Request-Id': idOf(document),
        Connection: 'close'
      })
      response.end(body)
    })
  },
  { name: 'malformed', dependencies: ['errors'] }
)

function malformation({ id, raw }: FastifyRequest): ProblemDocument | undefined {
  const { headers, url = '/' } = raw
  if (url.length > URL_AT_MOST) {
    return problem(id, 414, 'request.url_too_long', 'The path and query together are too long.')
  }
  if (headers.host === undefined && raw.httpVersionMinor > 0) {
    return problem(id, 400, 'request.host_missing', 'HTTP/1.1 requires a Host header.')
  }
  if (url.includes('%00')) {
    return problem(id, 400, 'request.text_invalid', 'The path or query holds a NUL character.')
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return problem(id, 415, 'request.encoding_unsupported', 'Send the body without a content encoding.')
  }
  return undefined
}

/** What the router refuses before it knows a route: a path that does not decode, a part that is too long. */
export function frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('Request-Id', request.id)
  sendProblem(reply, documentOf(error, request))
  logRequest(request, reply)
}

interface ParserError {
  readonly code?: string | undefined
  /** The bytes that the parser could not take. */
  readonly rawPacket?: unknown
}

/** What Node's parser refuses before there is a request at all; written to the socket by hand, which then closes. */
export function clientErrorHandler(error: ParserError, socket: Socket): void {
  const answering = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true
  if (error.code === 'ECONNRESET' || !socket.writable || answering) {
    socket.destroy()
    return
  }
  const document = parserRefusal(error)
  const body = JSON.stringify(document)
  socket.end(
    [
      `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Request-Id: ${idOf(document)}`,
      'Connection: close',
      '',
      body
    ].join('\r\n')
  )
}

function parserRefusal(error: ParserError): ProblemDocument {
  const id = uuidv7()
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      // The limit covers the request line too.
      return isLongRequestLine(error.rawPacket)
        ? problem(id, 414, 'request.url_too_long', 'The path and query together are too long.')
        : problem(id, 431, 'request.headers_too_large', 'The headers are larger than this service accepts.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(id, 413, 'request.body_too_large', 'The body is larger than this operation accepts.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(id, 408, 'request.timeout', 'The request did not arrive in time.')
    default:
      return problem(id, 400, 'request.malformed', 'The request is not valid HTTP.')
  }
}

/** Whether what arrived begins with a request line, and this alone was too long. */
function isLongRequestLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet)) return false
  const end = packet.indexOf('\n')
  return /^[A-Z]+ \S/.test(packet.toString('latin1', 0, 16)) && (end === -1 || end > URL_AT_MOST)
}

const idOf = (document: ProblemDocument): string => document.instance.slice('urn:request:'.length)
