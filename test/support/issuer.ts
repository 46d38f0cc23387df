import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** An issuer of tokens as a tenant would run one, on this machine, which can be taken down and can change its keys. */
export interface Issuer {
  readonly url: string
  /** How often the key set was asked for. */
  asked: number
  /** What it answers with: its keys, or nothing sensible. */
  state: 'up' | 'down' | 'nonsense'
  addKey(kid: string, algorithm?: 'ES256' | 'RS256' | 'EdDSA'): Promise<void>
  removeKey(kid: string): void
  publicJwk(kid: string): JWK
  /** A token with these claims, signed with one of the issuer's keys. `header` and `payload` replace what is usual. */
  token(
    claims: JWTPayload,
    options?: { kid?: string; typ?: string; at?: Date; expiresIn?: number | null }
  ): Promise<string>
  close(): Promise<void>
}

interface Pair {
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  published: boolean
}

export async function startIssuer(): Promise<Issuer> {
  const keys = new Map<string, Pair>()
  const server = createServer((_request, response) => {
    issuer.asked += 1
    if (issuer.state === 'down') return void response.writeHead(503).end()
    if (issuer.state === 'nonsense') return void response.end('{"keys": "none"}')
    const published = [...keys.values()].filter(key => key.published).map(key => key.jwk)
    response.setHeader('content-type', 'application/jwk-set+json')
    response.end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const issuer: Issuer = {
    url,
    asked: 0,
    state: 'up',
    async addKey(kid, algorithm = 'ES256') {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
      keys.set(kid, {
        algorithm,
        privateKey,
        jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
        published: true
      })
    },
    removeKey: kid => {
      const key = keys.get(kid)
      if (key) key.published = false
    },
    publicJwk: kid => ({ ...keys.get(kid)?.jwk }),
    token(claims, { kid = 'k1', typ = 'at+jwt', at = new Date(), expiresIn = 300 } = {}) {
      const key = keys.get(kid)
      if (!key) throw new Error(`no key ${kid}`)
      const now = Math.floor(at.getTime() / 1_000)
      const payload = { iss: url, aud: 'clientele', iat: now, ...(expiresIn === null ? {} : { exp: now + expiresIn }) }
      return new SignJWT({ ...payload, ...claims })
        .setProtectedHeader({ alg: key.algorithm, kid, typ })
        .sign(key.privateKey)
    },
    close: () => new Promise(closed => server.close(() => closed()))
  }
  await issuer.addKey('k1')
  return issuer
}
