import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** Written by before.ts: where the test run's own server is. Runs side by side need a file each. */
export const CLUSTER_FILE =
  process.env.CLIENTELE_TEST_CLUSTER ?? fileURLToPath(new URL('../../.tap/cluster.json', import.meta.url))
export const TEMPLATE = 'clientele_template'

export interface ClusterInfo {
  adminUrl: string
  dataDir: string
  startedHere: boolean
}

export const clusterInfo = (): ClusterInfo => JSON.parse(readFileSync(CLUSTER_FILE, 'utf8'))

/** The URL of another database of the same server. */
export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl)
  url.pathname = `/${database}`
  return url.toString()
}

/** Runs one statement as the server's administrator. */
export async function asAdmin<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = []
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

let count = 0

/** A database of its own for a test file: a clone of the migrated template, which takes some 20 ms. */
export async function cloneDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const { adminUrl } = clusterInfo()
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++count}`
  await asAdmin(urlOf(adminUrl, 'postgres'), `create database ${name} template ${TEMPLATE} strategy file_copy`)
  return {
    url: urlOf(adminUrl, name),
    drop: async () => {
      await asAdmin(urlOf(adminUrl, 'postgres'), `drop database ${name} with (force)`)
    }
  }
}
