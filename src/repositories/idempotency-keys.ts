import type { Tx } from '../db/client.ts'

/** An answer as it was given: to a request that was granted, or to one that was refused. */
export interface StoredAnswer {
  readonly requestHash: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
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
    const [row] = await tx.rows<Omit<StoredAnswer, 'body'> & { body: string }>(
      {
        name: 'idempotency_find',
        text: `select request_hash as "requestHash", status, headers, body
               from idempotency_keys where tenant_id = $1 and key = $2`
      },
      [tx.tenantId, key]
    )
    return row && { ...row, body: JSON.parse(row.body) }
  },

  async remember(answer: StoredAnswer & { key: string; createdAt: string }): Promise<void> {
    const { key, requestHash, status, headers, body, createdAt } = answer
    await tx.rows(
      {
        name: 'idempotency_remember',
        text: `insert into idempotency_keys (tenant_id, key, request_hash, status, headers, body, created_at)
               values ($1, $2, $3, $4, $5, $6, $7)`
      },
      [tx.tenantId, key, requestHash, status, JSON.stringify(headers), JSON.stringify(body), createdAt]
    )
  }
})
