import { CountryCode, CurrencyCode, TenantName, TimeZoneName } from '../config.ts'
import type { Services } from '../services/index.ts'
import type { Tenant } from '../services/tenants.ts'
import { accepted, command, UsageError, withRuntime } from './command.ts'

/** Opens a tenant and shows its owner's key, once. What is not named is taken from BOOTSTRAP_TENANT_…. */
export const tenantCreate = command({
  name: 'tenant create',
  usage: '<name> [--currency EUR] [--country DE] [--time-zone Europe/Berlin] [--json]',
  summary: "opens a tenant and shows its owner's API key, once",
  words: ['a name'],
  options: { currency: { type: 'string' }, country: { type: 'string' }, 'time-zone': { type: 'string' } },
  async answer({ values, words, config }, surroundings) {
    const { firstTenant } = config
    const machineTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const input = {
      name: accepted(TenantName, 'the name', words[0]),
      currency: accepted(CurrencyCode, '--currency', values.currency ?? firstTenant.currency),
      country: accepted(CountryCode, '--country', values.country ?? firstTenant.country),
      timeZone: accepted(TimeZoneName, '--time-zone', values['time-zone'] ?? firstTenant.timeZone ?? machineTimeZone)
    }
    const { tenant, key } = await withRuntime(config, surroundings, services => services.tenants.create(input, null))
    return {
      json: { ...shown(tenant), apiKey: key },
      text: `tenant ${tenant.id} is open\nAPI key ${key.key}   (shown only now: keep it)`
    }
  }
})

export const tenantList = command({
  name: 'tenant list',
  usage: '[--json]',
  summary: 'lists the tenants',
  words: [],
  options: {},
  async answer({ config }, surroundings) {
    const tenants = await withRuntime(config, surroundings, services => services.tenants.list())
    const lines = tenants.map(({ id, name, currency, timeZone }) => `${id}  ${currency}  ${timeZone}  ${name}`)
    return { json: tenants.map(shown), text: lines.join('\n') || 'there is no tenant yet' }
  }
})

/** The tenant with this id; without an id the only one there is. */
export async function tenantOf(services: Services, id: string | undefined): Promise<Tenant> {
  const tenants = await services.tenants.list()
  if (id === undefined && tenants.length > 1)
    throw new UsageError('there are several tenants: name one with --tenant <id>')
  const found = id === undefined ? tenants[0] : tenants.find(tenant => tenant.id === id.toLowerCase())
  if (!found) throw new Error(id === undefined ? 'there is no tenant yet' : 'there is no tenant with this id')
  return found
}

const shown = ({ cursorSecret: _, ...tenant }: Tenant) => tenant
