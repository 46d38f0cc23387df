#!/usr/bin/env node
import { explain } from '../explain.ts'
import { apiKeyCreate, apiKeyList, apiKeyRevoke } from './api-key.ts'
import { type Command, UsageError } from './command.ts'
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
  apiKeyRevoke,
  migrateCommand,
  rebuildAggregates,
  openapi,
  demo
]

const MISUSED = 2
const INTERRUPTED = 130

async function main(args: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name === args.slice(0, name.split(' ').length).join(' '))
  if (!command || args.includes('--help')) {
    const asked = args.includes('--help') || args[0] === 'help'
    const stream = asked ? process.stdout : process.stderr
    stream.write(usage(command ? [command] : COMMANDS))
    return asked ? 0 : MISUSED
  }
  try {
    return await command.run(args.slice(command.name.split(' ').length), {
      environment: process.env,
      out: process.stdout,
      err: process.stderr,
      closing: closeWhenInterrupted
    })
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError ? error.message : explain(error)}\n`)
    if (!(error instanceof UsageError)) return 1
    process.stderr.write(usage([command]))
    return MISUSED
  }
}

/** An interrupt must not leave the embedded database running. */
function closeWhenInterrupted(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => void close().finally(() => process.exit(INTERRUPTED)))
  }
}

function usage(commands: readonly Command[]): string {
  const lines = commands.map(({ name, usage, summary }) => `  ${name} ${usage}\n      ${summary}\n`)
  return `Usage: npm run clientele -- <command>\n\n${lines.join('')}
The commands use the database of DATABASE_URL, or else the embedded one under DATA_DIR, whether the service runs or not.\n`
}

process.exitCode = await main(process.argv.slice(2))
