import type { Tx } from '../db/client.ts'
import type { AuthorityMatrix } from '../domain/authority.ts'

export interface AuthorityVersion {
  readonly version: number
  readonly matrix: AuthorityMatrix
  readonly createdAt: string
  /** Id of the key or staff member. */
  readonly createdBy: string | null
}

const COLUMNS = 'version, matrix, created_at as "createdAt", created_by as "createdBy"'

export const authorityMatricesRepository = (tx: Tx) => ({
  /** The version that a tenant has set last; nothing where he has set none. */
  async current(): Promise<AuthorityVersion | undefined> {
    const [row] = await tx.rows<AuthorityVersion & { [name: string]: unknown }>(
      {
        name: 'authority_current',
        text: `select ${COLUMNS} from authority_matrices where tenant_id = $1 order by version desc limit 1`
      },
      [tx.tenantId]
    )
    return row
  },

  /** `authority_matrices_pkey` speaks where somebody has just replaced the same version. */
  async insert({ version, matrix, createdAt, createdBy }: AuthorityVersion): Promise<void> {
    await tx.rows(
      {
        name: 'authority_insert',
        text: 'insert into authority_matrices (tenant_id, version, matrix, created_at, created_by) values ($1, $2, $3, $4, $5)'
      },
      [tx.tenantId, version, JSON.stringify(matrix), createdAt, createdBy]
    )
  },

  /** Newest first, before a version. */
  async list(before: number | null, limit: number): Promise<AuthorityVersion[]> {
    return tx.rows<AuthorityVersion & { [name: string]: unknown }>(
      {
        name: 'authority_list',
        text: `select ${COLUMNS} from authority_matrices
               where tenant_id = $1 and ($2::integer is null or version < $2) order by version desc limit $3`
      },
      [tx.tenantId, before, limit]
    )
  }
})
