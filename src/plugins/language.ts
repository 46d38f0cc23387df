import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import Negotiator from 'negotiator'
import { LANGUAGES, type Language } from '../domain/language.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The language in which sentences are told; what the caller prefers only on routes that are in words. */
    language: Language
  }
  interface FastifyContextConfig {
    /** The answer holds sentences, which are in the caller's language. */
    inWords?: boolean
  }
}

/**
 * The language of ours that an Accept-Language header prefers (RFC 9110); the tenant's own where the header names none of
 * them, is content with any, or is not there.
 */
export function preferredLanguage(acceptLanguage: string | undefined, own: Language): Language {
  const offered = [own, ...LANGUAGES.filter(language => language !== own)]
  const preferred = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language(offered)
  return offered.find(language => language === preferred) ?? own
}

/** Reads the caller's language for the routes that need it, and says in the answer which one it is in. */
export const languagePlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('language', LANGUAGES[0])

    app.addHook('onRequest', (request, _reply, done) => {
      if (request.routeOptions.config.inWords) {
        request.language = preferredLanguage(request.headers['accept-language'], request.actor.tenant.language)
      }
      done()
    })

    app.addHook('onSend', (request, reply, _payload, done) => {
      if (request.routeOptions.config.inWords) {
        const vary = reply.getHeader('Vary')
        reply.header('Vary', vary === undefined ? 'Accept-Language' : `${vary}, Accept-Language`)
        // A problem document is in English, whoever asks.
        if (reply.statusCode < 300) reply.header('Content-Language', request.language)
      }
      done()
    })
  },
  { name: 'language', dependencies: ['auth'] }
)
