import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { asAdmin, CLUSTER_FILE, type ClusterInfo, TEMPLATE, urlOf } from './cluster.ts'

/** Before all test files: one server for the run, and a migrated template that each file clones. */
const dataDir = mkdtempSync(join(tmpdir(), 'clientele-test-'))
// What a crash would lose does not matter here, so nothing waits for the disk.
const server = await startEmbedded({
  dataDir,
  settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'autovacuum=off']
})
await asAdmin(urlOf(server.url, 'postgres'), `create database ${TEMPLATE}`)
await migrate(urlOf(server.url, TEMPLATE))
const info: ClusterInfo = { adminUrl: server.url, dataDir, startedHere: server.startedHere }
mkdirSync(dirname(CLUSTER_FILE), { recursive: true })
writeFileSync(CLUSTER_FILE, JSON.stringify(info))
