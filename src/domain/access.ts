/** What a credential may do, `<resource>:<verb>`. Writing does not include reading: each is granted by name. */
export const SCOPES = [
  'customers:read',
  'customers:write',
  'customers.pii:read',
  'purchases:read',
  'purchases:write',
  'products:read',
  'products:write',
  'stores:read',
  'stores:write',
  'staff:read',
  'staff:write',
  'classifications:read',
  'classifications:write',
  'defections:read',
  'defections:write',
  'pursuits:manage',
  'assignments:read',
  'assignments:write',
  'segments:read',
  'segments:write',
  'events:read',
  'jobs:read',
  'jobs:write',
  'reports:read',
  'tenant:read',
  'tenant:write',
  'keys:manage',
  'privacy:manage',
  'webhooks:manage',
  'feedback:read',
  'feedback:write',
  'complaints:read',
  'complaints:write',
  'inquiries:read',
  'inquiries:write',
  'listening:read',
  'listening:write',
  'notices:read',
  'notices:write',
  'notices:manage',
  'care:read',
  'care:write',
  'promotions:read',
  'promotions:write'
] as const

export type Scope = (typeof SCOPES)[number]

export const ROLES = ['relationship_manager', 'store_manager', 'front_line', 'analyst', 'owner'] as const

export type Role = (typeof ROLES)[number]

/**
 * To decide against the rules who is pursued: to spend on somebody who is not, with a reason, and to mark customers.
 * Managers of a store and the owner have it.
 */
export const PURSUIT_OVERRIDE = 'pursuits:manage' satisfies Scope

const ALL_SCOPES: ReadonlySet<string> = new Set(SCOPES)

/** What the counter needs to serve a customer; his contacts stay masked there. */
const COUNTER: readonly Scope[] = [
  'customers:read',
  'customers:write',
  'purchases:read',
  'products:read',
  'stores:read',
  'staff:read',
  'classifications:read',
  'defections:read',
  'defections:write',
  'assignments:read',
  'segments:read',
  'feedback:read',
  'feedback:write',
  'complaints:read',
  'complaints:write',
  'inquiries:read',
  'inquiries:write',
  'listening:read',
  'listening:write',
  'notices:read',
  'notices:write',
  'care:read',
  'care:write',
  'promotions:read'
]

/** The scopes that each role brings. Analysts count and never see a person; the owner may do everything. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  front_line: [...COUNTER, 'purchases:write'],
  relationship_manager: [...COUNTER, 'customers.pii:read'],
  store_manager: [
    ...COUNTER,
    'customers.pii:read',
    'purchases:write',
    'products:write',
    'promotions:write',
    'assignments:write',
    'segments:write',
    PURSUIT_OVERRIDE,
    'notices:manage',
    'events:read',
    'jobs:read',
    'reports:read'
  ],
  analyst: [
    'customers:read',
    'purchases:read',
    'products:read',
    'stores:read',
    'staff:read',
    'classifications:read',
    'defections:read',
    'assignments:read',
    'segments:read',
    'jobs:read',
    'reports:read',
    'feedback:read',
    'complaints:read',
    'inquiries:read',
    'listening:read',
    'notices:read',
    'care:read',
    'promotions:read'
  ],
  owner: SCOPES
}

export function isScope(text: string): text is Scope {
  return ALL_SCOPES.has(text)
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_SCOPES, text)
}

/** All scopes of the roles together. A role that is not ours grants nothing: tokens may carry roles of other systems. */
export function scopesOfRoles(roles: readonly string[]): ReadonlySet<Scope> {
  return new Set(roles.filter(isRole).flatMap(role => ROLE_SCOPES[role]))
}

/** What a key may do: what its roles bring, or else the scopes that were named. Names that are ours no longer grant nothing. */
export function scopesOfKey({ roles, scopes }: { roles: readonly string[]; scopes: readonly string[] }): Scope[] {
  return roles.length > 0 ? [...scopesOfRoles(roles)] : scopes.filter(isScope)
}

/** The roles that bring a scope. */
export const rolesWith = (scope: Scope): Role[] => ROLES.filter(role => ROLE_SCOPES[role].includes(scope))

/** Whether exactly this scope was granted. */
export function hasScope(granted: ReadonlySet<string> | readonly string[], needed: Scope): boolean {
  return granted instanceof Set ? granted.has(needed) : [...granted].includes(needed)
}
