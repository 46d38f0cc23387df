#!/usr/bin/env node
import { onStopSignal } from '../signals.ts'
import { cli } from './cli.ts'

const INTERRUPTED = 130

/** What an interrupt has to close; above all the embedded database must not be left running. */
const open: (() => Promise<void>)[] = []

onStopSignal(async () => {
  await Promise.allSettled(open.map(close => close()))
  process.exit(INTERRUPTED)
})

process.exitCode = await cli(process.argv.slice(2), {
  environment: process.env,
  out: process.stdout,
  err: process.stderr,
  closing: close => open.push(close)
})
