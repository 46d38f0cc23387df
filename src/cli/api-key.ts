import { z } from 'zod'
import { isRole, isScope, ROLES, type Role, SCOPES, type Scope } from '../domain/access.ts'
import type { ApiKeyView, Grant } from '../services/api-keys.ts'
import type { Actor } from '../services/context.ts'
import type { Services } from '../services/index.ts'
import { systemActor } from '../services/tenants.ts'
import { accepted, command, UsageError, withRuntime } from './command.ts'
import { tenantOf } from './tenant.ts'

const PAGE = 200

/** An instant with its offset, or a day, which ends as the key's last one in UTC. */
const Expiry = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'must be a day or an RFC 3339 instant' })
  .transform(text => (text.length === 10 ? `${text}T23:59:59.999Z` : text))

export const apiKeyCreate = command({
  name: 'api-key create',
  usage:
    '--name <name> (--role <a,b> | --scopes <a,b|all>) [--tenant <id>] [--store <code>] [--expires 2027-01-31] [--json]',
  summary: 'issues an API key and shows it, once',
  words: [],
  options: {
    tenant: { type: 'string' },
    name: { type: 'string' },
    scopes: { type: 'string' },
    role: { type: 'string' },
    store: { type: 'string' },
    expires: { type: 'string' }
  },
  async answer({ values, config }, surroundings) {
    const name = accepted(z.string('is needed').min(1, 'must not be empty').max(200), '--name', values.name)
    const grant = readGrant(values)
    const expiresAt = values.expires === undefined ? null : accepted(Expiry, '--expires', values.expires)
    const key = await withRuntime(config, surroundings, async services => {
      const actor = systemActor(await tenantOf(services, values.tenant))
      const storeId = values.store === undefined ? null : await storeIdOf(services, actor, values.store)
      return services.apiKeys.create(actor, { name, ...grant, storeId, expiresAt })
    })
    return { json: key, text: `API key ${key.key}   (shown only now: keep it)\nid ${key.id}` }
  }
})

export const apiKeyList = command({
  name: 'api-key list',
  usage: '[--tenant <id>] [--json]',
  summary: "lists a tenant's API keys, without their secrets",
  words: [],
  options: { tenant: { type: 'string' } },
  async answer({ values, config }, surroundings) {
    const keys = await withRuntime(config, surroundings, async services => {
      const actor = systemActor(await tenantOf(services, values.tenant))
      return collect(afterId => services.apiKeys.list(actor, afterId, PAGE))
    })
    return { json: keys, text: keys.map(line).join('\n') || 'there is no API key' }
  }
})

export const apiKeyUpdate = command({
  name: 'api-key update',
  usage: '<id> (--role <a,b> | --scopes <a,b|all>) [--tenant <id>] [--json]',
  summary: 'changes what an API key may do',
  words: ["the key's id"],
  options: { tenant: { type: 'string' }, scopes: { type: 'string' }, role: { type: 'string' } },
  async answer({ values, words, config }, surroundings) {
    const id = accepted(z.uuid('must be a UUID'), 'the id', words[0])
    const grant = readGrant(values)
    const key = await withRuntime(config, surroundings, async services =>
      services.apiKeys.update(systemActor(await tenantOf(services, values.tenant)), id, grant, null)
    )
    return { json: key, text: `API key ${key.prefix}… has ${grantText(key)}; a running service knows within a second` }
  }
})

export const apiKeyRevoke = command({
  name: 'api-key revoke',
  usage: '<id> [--tenant <id>] [--json]',
  summary: 'ends an API key at once',
  words: ["the key's id"],
  options: { tenant: { type: 'string' } },
  async answer({ values, words, config }, surroundings) {
    const id = accepted(z.uuid('must be a UUID'), 'the id', words[0])
    const key = await withRuntime(config, surroundings, async services => {
      const actor = systemActor(await tenantOf(services, values.tenant))
      await services.apiKeys.revoke(actor, id)
      return services.apiKeys.get(actor, id)
    })
    return { json: key, text: `API key ${key.prefix}… is revoked; a running service refuses it within a second` }
  }
})

/** What a key is given: roles, which it follows, or scopes; `all` are those of this version. */
function readGrant({ scopes, role }: { scopes?: string | undefined; role?: string | undefined }): Grant {
  if (scopes !== undefined && role !== undefined) throw new UsageError('name --role or --scopes, not both')
  return role === undefined
    ? { scopes: readScopes(accepted(z.string('or --role is needed'), '--scopes', scopes)) }
    : { roles: readRoles(role) }
}

function readRoles(text: string): Role[] {
  const named = text.split(',').map(role => role.trim())
  const unknown = named.filter(role => !isRole(role))
  if (unknown.length === 0) return named.filter(isRole)
  throw new UsageError(`--role names unknown ones: ${unknown.join(', ')}\nknown are: ${ROLES.join(', ')}`)
}

function readScopes(text: string): Scope[] {
  if (text === 'all') return [...SCOPES]
  const named = text.split(',').map(scope => scope.trim())
  const unknown = named.filter(scope => !isScope(scope))
  if (unknown.length === 0) return named.filter(isScope)
  throw new UsageError(`--scopes names unknown ones: ${unknown.join(', ')}\nknown are: all, ${SCOPES.join(', ')}`)
}

async function storeIdOf(services: Services, actor: Actor, code: string): Promise<string> {
  const stores = await collect(afterId => services.stores.list(actor, afterId, PAGE))
  const store = stores.find(one => one.code === code)
  if (!store) throw new Error('there is no store with this code')
  return store.id
}

/** All pages of a list. */
async function collect<T extends { id: string }>(pageAfter: (id: string | null) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const page = await pageAfter(all.at(-1)?.id ?? null)
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

const line = ({ id, prefix, name, revokedAt, expiresAt, ...grant }: ApiKeyView): string => {
  const state = revokedAt ? 'revoked' : expiresAt ? `until ${expiresAt}` : 'active'
  return `${id}  ${prefix}…  ${state}  ${grantText(grant)}  ${name}`
}

/** The roles of a key, or how many of all scopes it has: whether it lacks something that is new. */
const grantText = ({ roles, scopes }: Pick<ApiKeyView, 'roles' | 'scopes'>): string =>
  roles.length > 0 ? roles.join(',') : `${scopes.length} of ${SCOPES.length} scopes`
