import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import t from 'tap'
import { CATALOGUE } from '../src/routes/problems/catalogue.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rules = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string }[]
  options: ICruiseOptions
}

/** For each rule a file that breaks it, planted into a copy of the sources. */
const PROBES: Readonly<Record<string, { file: string; imports: string }>> = {
  'no-circular': { file: 'src/domain/probe-circle.ts', imports: './probe-circle-back.ts' },
  'domain-is-pure': { file: 'src/domain/probe-pure.ts', imports: 'node:fs' },
  'layer-domain': { file: 'src/domain/probe-layer.ts', imports: '../db/client.ts' },
  'layer-config': { file: 'src/config/probe.ts', imports: '../db/client.ts' },
  'layer-db': { file: 'src/db/probe.ts', imports: '../repositories/stores.ts' },
  'layer-repositories': { file: 'src/repositories/probe.ts', imports: '../services/context.ts' },
  'layer-services': { file: 'src/services/probe.ts', imports: '../plugins/problem.ts' },
  'layer-jobs': { file: 'src/jobs/probe.ts', imports: '../repositories/stores.ts' },
  'layer-plugins': { file: 'src/plugins/probe.ts', imports: '../repositories/stores.ts' },
  'layer-routes': { file: 'src/routes/probe/layer.ts', imports: '../../repositories/stores.ts' },
  'layer-app': { file: 'src/app/probe.ts', imports: '../db/client.ts' },
  'routes-do-not-import-each-other': { file: 'src/routes/probe/other.ts', imports: '../stores/index.ts' },
  'no-fastify-below-http': { file: 'src/services/probe-fastify.ts', imports: 'fastify' },
  'no-sql-above-repositories': { file: 'src/services/probe-sql.ts', imports: 'pg' }
}

t.test('who may import whom', async t => {
  const copy = mkdtempSync(join(tmpdir(), 'clientele-architecture-'))
  t.teardown(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true })
  cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'))
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const { file, imports } of Object.values(PROBES)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), `import * as probe from '${imports}'\nexport const planted = probe\n`)
  }
  writeFileSync(join(copy, 'src/domain/probe-circle-back.ts'), `export * from './probe-circle.ts'\n`)
  const violations = await violationsIn(copy)

  t.test('each rule catches a planted violation', async t => {
    t.same(rules.forbidden.map(rule => rule.name).sort(), Object.keys(PROBES).sort(), 'each rule has a probe')
    for (const [rule, { file }] of Object.entries(PROBES)) {
      t.ok(
        violations.some(violation => violation.rule === rule && violation.from.startsWith(file.replace('.ts', ''))),
        rule
      )
    }
  })

  t.test('nothing else violates a rule', async t => {
    t.same(
      violations.filter(({ from }) => !from.includes('probe')),
      []
    )
  })
})

async function violationsIn(folder: string): Promise<{ rule: string; from: string }[]> {
  const options: ICruiseOptions = {
    ...rules.options,
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: rules.forbidden as never }
  }
  const tsConfig = extractTSConfig(join(folder, 'tsconfig.json'))
  const { output } = await cruise(['src'], options, {}, { tsConfig })
  return (output as ICruiseResult).summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }))
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => ({ file: `src/${file}`, text: readFileSync(join(root, 'src', file), 'utf8') }))

/** Lines of code that match, comments aside. */
const linesWith = (pattern: RegExp, files: typeof sources): string[] =>
  files.flatMap(({ file, text }) =>
    text
      .split('\n')
      .filter(line => !/^\s*(\*|\/[/*])/.test(line) && pattern.test(line))
      .map(line => `${file}: ${line.trim()}`)
  )

t.test('the domain has no clock and no dice', async t => {
  const domain = sources.filter(({ file }) => file.startsWith('src/domain/'))
  t.ok(domain.length > 10)
  t.same(linesWith(/Date\.now|new Date\(\)|Math\.random|performance\.|setTimeout|console\./, domain), [])
})

t.test('the process is read where it begins, and nowhere else', async t => {
  const others = sources.filter(({ file }) => !/^src\/(server\.ts|signals\.ts|cli\/)/.test(file))
  const found = linesWith(/\bprocess\.[a-z]/, others)
  t.same(found, ['src/db/embedded-cluster.ts: process.kill(pid, 0)'], 'but to ask whether a process lives')
})

t.test('every problem that can be answered is explained', async t => {
  const speaking = sources.filter(({ file }) => !/^src\/routes\/problems\/(?!index)/.test(file))
  const codes = new Set(speaking.flatMap(({ text }) => [...codesIn(text)]))
  t.ok(codes.size > 50)
  t.same([...codes].filter(code => !CATALOGUE.has(code)).sort(), [], 'a line each in src/routes/problems')
  const everything = speaking.map(({ text }) => text).join()
  const unknown = [...CATALOGUE.keys()].filter(code => !codes.has(code) && !everything.includes(`'${code}'`))
  t.same(unknown, [], 'and nothing is explained that cannot be met')
})

/** Every way of this house to put a refusal together names its code as a literal. */
const REFUSALS = [
  /\b(?:conflict|forbidden|gone|precondition|unprocessable|unavailable|tooMany|unauthorized|invalid)\(\s*'(\w+\.\w+)'/g,
  /\b(?:unknownReference|problem)\(\s*(?:[\w.()]+,\s*\d+,\s*)?'(\w+\.\w+)'/g,
  /\bconst code = '(\w+\.\w+)'/g,
  /\bcode: '(\w+\.\w+)',\s*(?:kind|detail):/g
]

function* codesIn(text: string): Generator<string> {
  for (const pattern of REFUSALS) for (const [, code] of text.matchAll(pattern)) if (code) yield code
  for (const [, noun] of text.matchAll(/\bnotFound\('(\w+)'\)/g)) yield `${noun}.not_found`
}
