import { readFileSync } from 'node:fs'
import t from 'tap'
import { ConfigError, readConfig } from '../src/config.ts'

const complaint = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

const issuer = { issuer: 'https://id.example', jwksUri: 'https://id.example/keys', audience: 'clientele' }
const tenantId = '01890000-0000-7000-8000-000000000000'

t.test('an empty environment starts a service for this machine alone, with its own database', async t => {
  t.match(readConfig({}), {
    port: 3000,
    host: '127.0.0.1',
    databaseUrl: null,
    migrationDatabaseUrl: null,
    dataDir: '.data',
    firstTenant: { currency: 'EUR', country: 'DE', timeZone: null },
    bootstrapApiKey: null,
    logLevel: 'info',
    jwtIssuers: [],
    trustedProxies: [],
    corsOrigins: [],
    drainMs: 0,
    workers: true
  })
  t.same(
    readConfig({ PORT: '', DATABASE_URL: '', LOG_LEVEL: '' }),
    readConfig({}),
    'an empty variable is an absent one'
  )
  t.ok(Object.isFrozen(readConfig({})))
})

t.test('every variable that cannot work is named at once, with its rule', async t => {
  const message = complaint({
    PORT: '70000',
    DATABASE_URL: 'mysql://db/clientele',
    BOOTSTRAP_API_KEY: 'ck_short',
    BOOTSTRAP_TENANT_CURRENCY: 'EURO',
    BOOTSTRAP_TENANT_TIME_ZONE: '+02:00',
    LOG_LEVEL: 'loud',
    JWT_ISSUERS: '{',
    TRUSTED_PROXIES: '10.0.0.0/8, proxy',
    CORS_ORIGINS: 'https://shop.example/',
    WORKERS: 'yes',
    DATABASE_CONNECTIONS: '1e1',
    DRAIN_MS: '20001'
  })
  const named = message.split('\n').map(line => /^ {2}([A-Z_]+)/.exec(line)?.[1])
  t.same(named.filter(Boolean).sort(), [
    'BOOTSTRAP_API_KEY',
    'BOOTSTRAP_TENANT_CURRENCY',
    'BOOTSTRAP_TENANT_TIME_ZONE',
    'CORS_ORIGINS',
    'DATABASE_CONNECTIONS',
    'DATABASE_URL',
    'DRAIN_MS',
    'JWT_ISSUERS',
    'LOG_LEVEL',
    'PORT',
    'TRUSTED_PROXIES',
    'WORKERS'
  ])
  t.match(message, 'PORT: must be a whole number from 0 to 65535')
})

t.test('a complaint never repeats a value, which may be a secret', async t => {
  const message = complaint({ DATABASE_URL: 'postgres://me:canary#1@db/clientele', BOOTSTRAP_API_KEY: 'canary' })
  t.match(message, 'DATABASE_URL')
  t.notMatch(message, 'canary')
})

t.test('a database address may name a socket, an IPv6 host, and encoded characters', async t => {
  for (const url of [
    'postgresql:///clientele?host=/var/run/postgresql',
    'postgres://me:p%23w@[::1]:5433/clientele?sslmode=require'
  ]) {
    t.equal(readConfig({ DATABASE_URL: url }).databaseUrl, url)
  }
})

t.test('an owner for migrations makes sense beside a database alone', async t => {
  t.match(complaint({ MIGRATION_DATABASE_URL: 'postgres://owner@db/clientele' }), 'needs DATABASE_URL')
  const both = { MIGRATION_DATABASE_URL: 'postgres://owner@db/c', DATABASE_URL: 'postgres://app@db/c' }
  t.match(readConfig(both), { databaseUrl: both.DATABASE_URL, migrationDatabaseUrl: both.MIGRATION_DATABASE_URL })
})

t.test('an issuer of tokens serves one tenant, or names the claim that tells it, and not both', async t => {
  const of = (...issuers: object[]) => ({ JWT_ISSUERS: JSON.stringify(issuers) })
  t.match(readConfig(of({ ...issuer, tenantId })).jwtIssuers, [
    { tenantId, algorithms: ['ES256', 'RS256', 'EdDSA'], staffClaim: 'staff_code', rolesClaim: 'roles' }
  ])
  t.match(readConfig(of({ ...issuer, tenantClaim: 'shop' })).jwtIssuers, [{ tenantClaim: 'shop' }])
  t.match(complaint(of(issuer)), 'exactly one of tenantId and tenantClaim')
  t.match(complaint(of({ ...issuer, tenantId, tenantClaim: 'shop' })), 'exactly one of tenantId and tenantClaim')
  t.match(complaint(of({ ...issuer, tenantId, algorithms: ['HS256'] })), /JWT_ISSUERS\.0\.algorithms/)
})

t.test('lists are comma separated, with or without spaces', async t => {
  const config = readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1,', CORS_ORIGINS: 'https://a.example,http://b:8080' })
  t.same(config.trustedProxies, ['10.0.0.0/8', '::1'])
  t.same(config.corsOrigins, ['https://a.example', 'http://b:8080'])
})

t.test('.env.example names every variable with its default, and nothing else', async t => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const lines = [...example.matchAll(/^(#?)([A-Z_]+)=(.*)$/gm)]
  const set = Object.fromEntries(
    lines.filter(([, off]) => off === '').map(([, , name = '', value = '']) => [name, value])
  )
  t.same(readConfig(set), readConfig({}))
  const source = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8')
  const known = [...source.matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(([, name]) => name)
  t.same(
    lines
      .map(([, , name]) => name)
      .filter(name => name !== 'POSTGRES_PASSWORD')
      .sort(),
    known.sort()
  )
})
