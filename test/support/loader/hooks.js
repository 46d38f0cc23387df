import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * TypeScript for test processes, transpiled by swc once for all of them: what a module became is kept under `.tap` by what
 * was in it. Stacks and coverage find their lines by the map that each kept module ends with.
 */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const KEPT = join(ROOT, '.tap', 'transpiled')
const require = createRequire(import.meta.url)
const OPTIONS = {
  swcrc: false,
  configFile: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript' },
    transform: { verbatimModuleSyntax: true }
  }
}
const TRANSPILER = JSON.stringify([require('@swc/core/package.json').version, OPTIONS])

export const load = async (url, context, next) =>
  isOurs(url) ? transpiled(url, await next(url, asModule(context))) : next(url, context)

/** The same for versions of Node whose hooks run in the thread that imports. */
export const loadSync = (url, context, next) =>
  isOurs(url) ? transpiled(url, next(url, asModule(context))) : next(url, context)

const isOurs = url => url.startsWith('file:') && url.endsWith('.ts') && !url.includes('/node_modules/')

const asModule = context => ({ ...context, format: 'module' })

function transpiled(url, loaded) {
  const path = fileURLToPath(url)
  const key = createHash('sha256').update(TRANSPILER).update(path).update(loaded.source).digest('hex')
  const kept = join(KEPT, `${key}.js`)
  return { ...loaded, source: read(kept) ?? keep(kept, transpile(path, String(loaded.source))) }
}

/** swc itself takes a tenth of a second to load, which most processes need not spend. */
const transpile = (filename, source) => require('@swc/core').transformSync(source, { ...OPTIONS, filename }).code

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Written aside and moved into place, as other processes read while this one writes. */
function keep(path, code) {
  const draft = `${path}.${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(draft, code)
  renameSync(draft, path)
  return code
}
