import { z } from 'zod'

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

/** The environment, as its reader meets it: a name, a default, a limit. Unknown variables are other programs' business. */
const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** PostgreSQL 15 to 18. Without it the service runs its own server under DATA_DIR. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Where the schema's owner connects, if the service's own user may not change the schema. */
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(API_KEY, 'must have the form ck_<16 letters or digits>_<40 letters or digits>')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  JWT_ISSUERS: jsonList.pipe(z.array(JwtIssuer)).default([]),
  /** Requests a second that one credential may make, and how many it may make at once after a pause. */
  RATE_LIMIT_PER_SECOND: z.coerce.number().int().min(1).max(1_000_000).default(500),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(100).default(8),
  QUERY_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(2_300),
  /** Addresses or networks of proxies whose X-Forwarded-For is believed, comma separated. */
  TRUSTED_PROXIES: z
    .string()
    .transform(text =>
      text
        .split(',')
        .map(part => part.trim())
        .filter(Boolean)
    )
    .default([]),
  /** Origins of browsers that may call the API, comma separated; none by default. */
  CORS_ORIGINS: z
    .string()
    .transform(text =>
      text
        .split(',')
        .map(part => part.trim())
        .filter(Boolean)
    )
    .default([]),
  /** `off` leaves background work (jobs, clock, events) to other processes. */
  WORKERS: z.enum(['on', 'off']).default('on')
})

export type JwtIssuerConfig = z.infer<typeof JwtIssuer>

export interface Config {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string | null
  readonly migrationDatabaseUrl: string | null
  readonly dataDir: string
  readonly bootstrapApiKey: string | null
  readonly logLevel: string
  readonly jwtIssuers: readonly JwtIssuerConfig[]
  readonly rateLimitPerSecond: number
  readonly databaseConnections: number
  readonly queryTimeoutMs: number
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
    dataDir: env.DATA_DIR,
    bootstrapApiKey: env.BOOTSTRAP_API_KEY ?? null,
    logLevel: env.LOG_LEVEL,
    jwtIssuers: env.JWT_ISSUERS,
    rateLimitPerSecond: env.RATE_LIMIT_PER_SECOND,
    databaseConnections: env.DATABASE_CONNECTIONS,
    queryTimeoutMs: env.QUERY_TIMEOUT_MS,
    trustedProxies: env.TRUSTED_PROXIES,
    corsOrigins: env.CORS_ORIGINS,
    workers: env.WORKERS === 'on'
  })
}
