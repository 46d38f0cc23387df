import { migrate } from '../db/migrate.ts'
import { openServer, userOf } from '../runtime.ts'
import { command } from './command.ts'

/** Brings the schema to this version. The service does so at its start; this is for a user who may and a service that may not. */
export const migrateCommand = command({
  name: 'migrate',
  usage: '[--json]',
  summary: "brings the database's schema to this version",
  words: [],
  options: {},
  async answer({ config }, { closing }) {
    const opening = openServer(config)
    closing(() => opening.then(server => server.close()))
    const server = await opening
    try {
      const owner = config.migrationDatabaseUrl
      const report = await migrate(owner ?? server.url, { serviceUser: owner === null ? null : userOf(server.url) })
      return { json: report, text: `${report.applied} migrations applied, ${report.total} in all` }
    } finally {
      await server.close()
    }
  }
})
