import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../src/db/client.ts'
import { createServices } from '../../src/services/index.ts'

/** A timer of answers in a process of its own, to be killed at any moment. What time it is, its parent tells it. */
let now = new Date(Number(process.env.NOW_MS))
let asked = false
process.on('message', (told: { nowMs: number; done?: boolean }) => {
  now = new Date(told.nowMs)
  asked = told.done === true
})
process.on('disconnect', () => process.exit())

const database = openDatabase({
  url: process.env.DATABASE_URL ?? '',
  apiConnections: 2,
  queryTimeoutMs: 20_000,
  onError: () => {}
})
const { answerClock } = createServices({ database, clock: () => now })
process.send?.('ready')
for (;;) {
  const last = asked
  const raised = await answerClock.sweep()
  if (last && raised === 0) break
  await sleep(5)
}
await database.close()
process.disconnect()
