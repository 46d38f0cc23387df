import { rmSync } from 'node:fs'
import { startEmbedded } from '../../src/db/embedded.ts'
import { CLUSTER_FILE, clusterInfo } from './cluster.ts'

/** After all test files: the run's server ends and its folder goes. */
const { dataDir } = clusterInfo()
const server = await startEmbedded({ dataDir })
await server.stop()
rmSync(dataDir, { recursive: true, force: true })
rmSync(CLUSTER_FILE)
