import { z } from 'zod'
import { isCurrency } from './domain/money.ts'

const API_KEY = /^ck_[A-Za-z0-9]{16}_[A-Za-z0-9]{40}$/

const JwtIssuer = z
  .strictObject({
    issuer: z.url(),
    jwksUri: z.url(),
    audience: z.string().min(1),
    algorithms: z
      .array(z.enum(['ES256', 'RS256', 'EdDSA']))
      .min(1)
      .default(['ES256', 'RS256', 'EdDSA']),
    /** Either one tenant for all of the issuer's tokens, or the claim that names it. */
    tenantId: z.uuid().optional(),
    tenantClaim: z.string().min(1).optional(),
    staffClaim: z.string().min(1).default('staff_code'),
    rolesClaim: z.string().min(1).default('roles')
  })
  .refine(
    issuer => (issuer.tenantId === undefined) !== (issuer.tenantClaim === undefined),
    'name exactly one of tenantId and tenantClaim'
  )

const jsonList = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' })
    return z.NEVER
  }
})

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine(value => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)

/** Comma separated; spaces around an item do not count. */
const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform(text =>
      text
        .split(',')
        .map(part => part.trim())
        .filter(Boolean)
    )
    .pipe(z.array(item))

const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must have the form postgresql://user:password@host:port/database (special characters percent-encoded)'
})

const oneOf = <T extends string>(...values: [T, ...T[]]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** What a tenant is opened with, as an operator types it. */
export const TenantName = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters')
export const CurrencyCode = z.string().refine(isCurrency, 'must be an ISO 4217 code such as EUR')
export const CountryCode = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code such as DE')
export const TimeZoneName = z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin')

/** The environment, as its reader meets it: a name, a default, a limit. Unknown variables are other programs' business. */
const Environment = z
  .object({
    PORT: integer(0, 65_535).default(3000),
    HOST: z.string().min(1).default('127.0.0.1'),
    /** PostgreSQL 15 to 18. Without it the service runs its own server under DATA_DIR. */
    DATABASE_URL: databaseUrl.optional(),
    /** Where the schema's owner connects, if the service's own user may not change the schema. */
    MIGRATION_DATABASE_URL: databaseUrl.optional(),
    /** `off`: with a given database, start only on a schema that an operator has brought to this version. */
    MIGRATE_AT_START: oneOf('on', 'off').default('on'),
    DATA_DIR: z.string().min(1).default('.data'),
    /** The first tenant, made when there is none. */
    BOOTSTRAP_TENANT_NAME: TenantName.default('My shop'),
    BOOTSTRAP_TENANT_CURRENCY: CurrencyCode.default('EUR'),
    BOOTSTRAP_TENANT_COUNTRY: CountryCode.default('DE'),
    BOOTSTRAP_TENANT_TIME_ZONE: TimeZoneName.optional(),
    /** The first tenant's owner key takes this value, so that a script knows it beforehand. */
    BOOTSTRAP_API_KEY: z
      .string()
      .regex(API_KEY, 'must have the form ck_<16 letters or digits>_<40 letters or digits>')
      .optional(),
    LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
    JWT_ISSUERS: jsonList.pipe(z.array(JwtIssuer)).default([]),
    /** Requests a second that one credential may make, and how many it may make at once after a pause. */
    RATE_LIMIT_PER_SECOND: integer(1, 1_000_000).default(500),
    DATABASE_CONNECTIONS: integer(2, 100).default(8),
    QUERY_TIMEOUT_MS: integer(100, 600_000).default(2_300),
    /** How long new requests are still taken after a stop began, for what stands in front to notice it. */
    DRAIN_MS: integer(0, 20_000).default(0),
    /** Addresses or networks of proxies whose X-Forwarded-For is believed. */
    TRUSTED_PROXIES: listOf(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'must be an IP address or network' })
    ).default([]),
    /** Origins of browsers that may call the API; none by default. */
    CORS_ORIGINS: listOf(
      z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://shop.example')
    ).default([]),
    /** `off` leaves background work (jobs, clock, events) to other processes. */
    WORKERS: oneOf('on', 'off').default('on')
  })
  .refine(env => env.DATABASE_URL !== undefined || env.MIGRATION_DATABASE_URL === undefined, {
    path: ['MIGRATION_DATABASE_URL'],
    error: 'needs DATABASE_URL beside it'
  })

export type JwtIssuerConfig = z.infer<typeof JwtIssuer>

export interface FirstTenant {
  readonly name: string
  readonly currency: string
  readonly country: string
  /** Null for the zone of the machine. */
  readonly timeZone: string | null
}

export interface Config {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string | null
  readonly migrationDatabaseUrl: string | null
  readonly migrateAtStart: boolean
  readonly dataDir: string
  readonly firstTenant: FirstTenant
  readonly bootstrapApiKey: string | null
  readonly logLevel: string
  readonly jwtIssuers: readonly JwtIssuerConfig[]
  readonly rateLimitPerSecond: number
  readonly databaseConnections: number
  readonly queryTimeoutMs: number
  readonly drainMs: number
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly workers: boolean
}

/** A configuration that cannot work; the message names each variable and what is wrong, never its value. */
export class ConfigError extends Error {}

/** Reads the service's configuration from an environment. An empty variable counts as absent. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  )
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(`the environment cannot be used:\n${lines.join('\n')}`)
  }
  const env = parsed.data
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL ?? null,
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL ?? null,
    migrateAtStart: env.MIGRATE_AT_START === 'on',
    dataDir: env.DATA_DIR,
    firstTenant: Object.freeze({
      name: env.BOOTSTRAP_TENANT_NAME,
      currency: env.BOOTSTRAP_TENANT_CURRENCY,
      country: env.BOOTSTRAP_TENANT_COUNTRY,
      timeZone: env.BOOTSTRAP_TENANT_TIME_ZONE ?? null
    }),
    bootstrapApiKey: env.BOOTSTRAP_API_KEY ?? null,
    logLevel: env.LOG_LEVEL,
    jwtIssuers: env.JWT_ISSUERS,
    rateLimitPerSecond: env.RATE_LIMIT_PER_SECOND,
    databaseConnections: env.DATABASE_CONNECTIONS,
    queryTimeoutMs: env.QUERY_TIMEOUT_MS,
    drainMs: env.DRAIN_MS,
    trustedProxies: env.TRUSTED_PROXIES,
    corsOrigins: env.CORS_ORIGINS,
    workers: env.WORKERS === 'on'
  })
}

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 are accepted below, but know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
