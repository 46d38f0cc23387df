import type { Tx } from '../db/client.ts'

export interface StoredAnswer {
  readonly requestHash: string
  readonly status: number
  readonly body: string
}

export const idempotencyKeysRepository = (tx: Tx) => ({
  /** Holds the key until the transaction ends; false, at once, when another transaction holds it. */
  async tryLock(key: string): Promise<boolean> {
    const [row] = await tx.rows<{ locked: boolean }>(
      {
        name: 'idempotency_lock',
        text: 'select pg_try_advisory_xact_lock(hashtextextended($1::text || $2, 0)) as locked'
      },
      [tx.tenantId, key]
    )
    return row?.locked === true
  },

  async find(key: string): Promise<StoredAnswer | undefined> {
    const [row] = await tx.rows<{ request_hash: string; status: number; body: string }>(
      {
        name: 'idempotency_find',
        text: 'select request_hash, status, body from idempotency_keys where tenant_id = $1 and key = $2'
      },
      [tx.tenantId, key]
    )
    return row && { requestHash: row.request_hash, status: row.status, body: row.body }
  },

  async remember(answer: StoredAnswer & { key: string; createdAt: string }): Promise<void> {
    await tx.rows(
      {
        name: 'idempotency_remember',
        text: `insert into idempotency_keys (tenant_id, key, request_hash, status, headers, body, created_at)
               values ($1, $2, $3, $4, '{}', $5, $6)`
      },
      [tx.tenantId, answer.key, answer.requestHash, answer.status, answer.body, answer.createdAt]
    )
  }
})
