import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { startEventDispatcher } from '../src/jobs/event-dispatcher.ts'
import { startService } from './support/service.ts'

const run = promisify(execFile)
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

interface Step {
  readonly script: string
  /** What the README shows as the answer; `…` stands for anything. Null where it shows none. */
  readonly shown: string | null
}

const STEP = /<!-- walk-through -->\n```sh\n(?<script>[\s\S]*?)```(?:\n\n```(?:json|text)\n(?<shown>[\s\S]*?)```)?/g
const OWNER_KEY = /ck_[A-Za-z0-9]{16}_[A-Za-z0-9]{40}/.exec(readme)?.[0] ?? ''

/** The commands that a reader is invited to copy, with the answers that the README promises. */
const steps: Step[] = [...readme.matchAll(STEP)].map(({ groups }) => ({
  script: groups?.script ?? '',
  shown: groups?.shown ?? null
}))

const missing = await Promise.all(
  ['bash', 'curl'].map(program =>
    run(program, ['--version']).then(
      () => [],
      () => [program]
    )
  )
)
const skip = missing.flat().length > 0 && `needs ${missing.flat().join(' and ')}`

t.test('the walk-through does what the README says', { skip }, async t => {
  const service = await startService({ workers: true })
  const dispatcher = startEventDispatcher(service.services, { info: () => {}, warn: () => {} })
  const shell = openShell()
  t.teardown(async () => {
    shell.close()
    await dispatcher.stop()
    await service.close()
  })
  await service.services.tenants.create(
    { name: 'My shop', currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin' },
    OWNER_KEY
  )

  t.ok(steps.length >= 10)
  for (const { script, shown } of steps) {
    const title = script.split('\n')[0] as string
    if (script.includes('/v1/events')) await feedHas(service.baseUrl, 'relationship_manager.assigned')
    const answer = await shell.ask(script.replaceAll('http://127.0.0.1:3000', service.baseUrl))
    if (shown !== null) t.same(missingFrom(answer, shown), [], title)
    else t.notMatch(answer, /"code"\s*:\s*"[a-z_]+\.[a-z_]+"/, title)
  }
})

t.test('every file that the README links to exists', async t => {
  for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    t.ok(existsSync(new URL(`../${target}`, import.meta.url)), target)
  }
})

/** One shell for all steps, as the reader has one: later steps use what earlier ones have set. */
function openShell() {
  const bash = spawn('bash', ['-eu'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const END = '\u001e'
  let said = ''
  let heard = () => {}
  let lost = (_error: Error) => {}
  bash.once('exit', code => lost(new Error(`the shell ended with ${code} after: ${said}`)))
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    heard()
  })
  return {
    ask: (script: string) =>
      new Promise<string>((done, failed) => {
        heard = () => {
          if (!said.endsWith(END)) return
          done(said.slice(0, -END.length))
          said = ''
        }
        lost = failed
        bash.stdin.write(`{\n${script}\n} < /dev/null\nprintf '${END}'\n`)
      }),
    close: () => bash.stdin.end()
  }
}

/** The feed follows a moment after the change. */
async function feedHas(baseUrl: string, type: string): Promise<void> {
  const headers = { authorization: `Bearer ${OWNER_KEY}` }
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const answer = await fetch(`${baseUrl}/v1/events?types=${type}`, { headers })
    if (((await answer.json()) as { data: unknown[] }).data.length > 0) return
  }
}

/** The parts of a shown answer that do not follow one another in the real one. White space does not count. */
function missingFrom(answer: string, shown: string): string[] {
  const real = answer.replace(/\s+/g, '')
  let from = 0
  return shown
    .replace(/\s+/g, '')
    .split('…')
    .filter(part => {
      const found = real.indexOf(part, from)
      if (found >= 0) from = found + part.length
      return found < 0
    })
}
