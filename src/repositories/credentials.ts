import type { Database } from '../db/client.ts'
import type { Language } from '../domain/language.ts'

export interface StoredCredential {
  readonly tenantId: string
  readonly id: string
  readonly secretHash: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly storeId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly tenant: {
    name: string
    currency: string
    country: string
    timeZone: string
    language: Language
    cursorSecret: string
  }
}

export interface StoredPerson {
  readonly id: string
  readonly roles: readonly string[]
  readonly tenant: StoredCredential['tenant']
}

/** Looks across tenants, because the credential is what tells the tenant. The system role may read this and little else. */
export const credentialsRepository = ({ system }: Pick<Database, 'system'>) => ({
  /** Keys with this public id: one, but for a collision of 16 random characters. */
  async byKeyId(keyId: string): Promise<StoredCredential[]> {
    const { rows } = await system.query({
      name: 'credentials_by_key_id',
      text: `select k.tenant_id, k.id, k.secret_hash, k.scopes, k.roles, k.store_id, k.expires_at, k.revoked_at,
                    t.name, t.currency, t.country, t.time_zone, t.language, t.cursor_secret
             from api_keys k join tenants t on t.id = k.tenant_id
             where k.key_id = $1`,
      values: [keyId]
    })
    return rows.map(row => ({
      tenantId: row.tenant_id,
      id: row.id,
      secretHash: row.secret_hash,
      scopes: row.scopes,
      roles: row.roles,
      storeId: row.store_id,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      tenant: tenantOf(row)
    }))
  },

  /** The staff member with this code, if he exists in this tenant and still works there. */
  async activeStaff(tenantId: string, code: string): Promise<StoredPerson | undefined> {
    const { rows } = await system.query({
      name: 'credentials_active_staff',
      text: `select s.id, s.roles, t.name, t.currency, t.country, t.time_zone, t.language, t.cursor_secret
             from staff s join tenants t on t.id = s.tenant_id
             where s.tenant_id = $1 and s.code = $2 and s.active`,
      values: [tenantId, code]
    })
    const [row] = rows
    return row && { id: row.id, roles: row.roles, tenant: tenantOf(row) }
  }
})

const tenantOf = (row: Record<string, string>): StoredCredential['tenant'] => ({
  name: row.name ?? '',
  currency: row.currency ?? '',
  country: row.country ?? '',
  timeZone: row.time_zone ?? '',
  language: (row.language ?? 'en') as Language,
  cursorSecret: row.cursor_secret ?? ''
})
