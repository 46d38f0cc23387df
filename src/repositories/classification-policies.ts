import type { Tx } from '../db/client.ts'

export interface PolicyVersion {
  readonly version: number
  readonly policy: Record<string, unknown>
  readonly createdAt: string
  /** Id of the key or staff member; null when the tenant was opened with it. */
  readonly createdBy: string | null
}

const COLUMNS = 'version, policy, created_at as "createdAt", created_by as "createdBy"'

export const classificationPoliciesRepository = (tx: Tx) => ({
  async insert(row: PolicyVersion): Promise<void> {
    await tx.rows(
      {
        name: 'policy_insert',
        text: 'insert into classification_policies (tenant_id, version, policy, created_at, created_by) values ($1, $2, $3, $4, $5)'
      },
      [tx.tenantId, row.version, JSON.stringify(row.policy), row.createdAt, row.createdBy]
    )
  },

  /** The version that holds now. Every tenant has one from its opening. */
  async current(): Promise<PolicyVersion | undefined> {
    const [row] = await tx.rows<PolicyVersion>(
      {
        name: 'policy_current',
        text: `select ${COLUMNS} from classification_policies where tenant_id = $1 order by version desc limit 1`
      },
      [tx.tenantId]
    )
    return row
  },

  async find(version: number): Promise<PolicyVersion | undefined> {
    const [row] = await tx.rows<PolicyVersion>(
      {
        name: 'policy_find',
        text: `select ${COLUMNS} from classification_policies where tenant_id = $1 and version = $2`
      },
      [tx.tenantId, version]
    )
    return row
  },

  /** Newest first, before a version. */
  async list(before: number | null, limit: number): Promise<PolicyVersion[]> {
    return tx.rows<PolicyVersion>(
      {
        name: 'policy_list',
        text: `select ${COLUMNS} from classification_policies
               where tenant_id = $1 and ($2::integer is null or version < $2) order by version desc limit $3`
      },
      [tx.tenantId, before, limit]
    )
  }
})
