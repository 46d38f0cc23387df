import type { Tx } from '../db/client.ts'

export interface PolicyVersion {
  readonly version: number
  readonly policy: Record<string, unknown>
  readonly createdAt: string
  readonly createdBy: string | null
}

export const classificationPoliciesRepository = (tx: Tx) => ({
  async insert(row: PolicyVersion): Promise<void> {
    await tx.rows(
      {
        name: 'policy_insert',
        text: 'insert into classification_policies (tenant_id, version, policy, created_at, created_by) values ($1, $2, $3, $4, $5)'
      },
      [tx.tenantId, row.version, JSON.stringify(row.policy), row.createdAt, row.createdBy]
    )
  }
})
