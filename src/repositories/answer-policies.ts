import type { Tx } from '../db/client.ts'
import type { AnswerPolicyInput } from '../domain/answer-policy.ts'

export interface AnswerPolicyVersion {
  readonly version: number
  readonly policy: AnswerPolicyInput
  readonly createdAt: string
  readonly createdBy: string | null
}

/** Every version: those that were set, and the first one, which is the tenant's from his opening and has no row. */
const VERSIONS = `(
  select version, policy, created_at as "createdAt", created_by as "createdBy" from answer_policies where tenant_id = $1
  union all
  select 1, '{}'::jsonb, created_at, null from tenants where id = $1) as p`

export const answerPoliciesRepository = (tx: Tx) => ({
  /** `answer_policies_pkey` speaks where somebody else was faster. */
  async insert(row: AnswerPolicyVersion): Promise<void> {
    await tx.rows(
      {
        name: 'answer_policy_insert',
        text: 'insert into answer_policies (tenant_id, version, policy, created_at, created_by) values ($1, $2, $3, $4, $5)'
      },
      [tx.tenantId, row.version, JSON.stringify(row.policy), row.createdAt, row.createdBy]
    )
  },

  /** The version that is named, or the one that holds now. */
  async find(version: number | null): Promise<AnswerPolicyVersion | undefined> {
    const [row] = await tx.rows<AnswerPolicyVersion>(
      {
        name: 'answer_policy_find',
        text: `select * from ${VERSIONS} where $2::integer is null or version = $2 order by version desc limit 1`
      },
      [tx.tenantId, version]
    )
    return row
  },

  /** Newest first, before a version. */
  async list(before: number | null, limit: number): Promise<AnswerPolicyVersion[]> {
    return tx.rows<AnswerPolicyVersion>(
      {
        name: 'answer_policy_list',
        text: `select * from ${VERSIONS} where $2::integer is null or version < $2 order by version desc limit $3`
      },
      [tx.tenantId, before, limit]
    )
  }
})
