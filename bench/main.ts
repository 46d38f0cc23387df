import { symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readOptions } from './support/options.ts'

/** Every benchmark by name: `npm run bench -- <name> [--option value]`. What each measures is in README.md. */
const BENCHMARKS: Readonly<
  Record<string, () => Promise<{ run: (options: ReturnType<typeof readOptions>) => unknown }>>
> = {
  cdnow: () => import('./replay/cdnow.ts'),
  'online-retail': () => import('./replay/online-retail.ts'),
  yogurt: () => import('./replay/yogurt.ts'),
  rhythm: () => import('./replay/rhythm.ts'),
  writes: () => import('./writes.ts'),
  reads: () => import('./reads.ts'),
  search: () => import('./search.ts'),
  run: () => import('./run.ts'),
  segments: () => import('./segments.ts'),
  models: () => import('./models.ts'),
  reports: () => import('./reports.ts'),
  feedback: () => import('./feedback.ts'),
  'answer-clock': () => import('./answer-clock.ts'),
  seed: () => import('./seed.ts')
}

const [name = '', ...rest] = process.argv.slice(2)
const load = BENCHMARKS[name]
if (load) {
  // The compiled service looks for its migrations two folders above itself.
  await symlink(fileURLToPath(new URL('../../../../migrations', import.meta.url)), migrationsLink(), 'dir').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    }
  )
  await (await load()).run(readOptions(rest))
} else {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(BENCHMARKS).join(' | ')}> [options]\n`)
  process.exitCode = 2
}

function migrationsLink(): string {
  return fileURLToPath(new URL('../migrations', import.meta.url))
}
