import { explain } from '../explain.ts'
import { apiKeyCreate, apiKeyList, apiKeyRevoke, apiKeyUpdate } from './api-key.ts'
import { type Command, type Surroundings, UsageError } from './command.ts'
import { demo } from './demo.ts'
import { migrateCommand } from './migrate.ts'
import { openapi } from './openapi.ts'
import { rebuildAggregates } from './rebuild-aggregates.ts'
import { tenantCreate, tenantList } from './tenant.ts'

/** What an operator can do beside the running service, or without one. */
const COMMANDS: readonly Command[] = [
  tenantCreate,
  tenantList,
  apiKeyCreate,
  apiKeyList,
  apiKeyUpdate,
  apiKeyRevoke,
  migrateCommand,
  rebuildAggregates,
  openapi,
  demo
]

const MISUSED = 2

/** Runs the command that the words name and gives the exit code: 0, 1 when it fails or says no, 2 when it is misused. */
export async function cli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings
  const command = COMMANDS.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '))
  if (words.includes('--help') || words[0] === 'help') {
    out.write(usage(command ? [command] : COMMANDS))
    return 0
  }
  if (!command) {
    err.write(usage(COMMANDS))
    return MISUSED
  }
  try {
    return await command.run(words.slice(command.name.split(' ').length), surroundings)
  } catch (error) {
    if (error instanceof UsageError) {
      err.write(`${error.message}\n${usage([command])}`)
      return MISUSED
    }
    err.write(`${explain(error)}\n`)
    return 1
  }
}

function usage(commands: readonly Command[]): string {
  const lines = commands.map(({ name, usage, summary }) => `  ${name} ${usage}\n      ${summary}\n`)
  return `Usage: npm run clientele -- <command>\n\n${lines.join('')}
The commands use the database of DATABASE_URL, or else the embedded one under DATA_DIR, whether the service runs or not.\n`
}
