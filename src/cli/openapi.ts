import { readFile, writeFile } from 'node:fs/promises'
import { buildApp } from '../app.ts'
import { openDatabase } from '../db/client.ts'
import { printed } from '../plugins/openapi/index.ts'
import { createServices } from '../services/index.ts'
import { command } from './command.ts'

/** Writes the OpenAPI document, or compares it with a file. Needs no database: none of the services is called. */
export const openapi = command({
  name: 'openapi',
  usage: '<file> [--check] [--json]',
  summary: 'writes the OpenAPI document, or with --check tells whether the file has it',
  words: ['a file'],
  options: { check: { type: 'boolean', default: false } },
  async answer({ values, words }) {
    const [file = ''] = words
    const text = await documentText()
    if (!values.check) {
      await writeFile(file, text)
      return { json: { file, written: true }, text: `${file} is written` }
    }
    const differs = firstDifference(await readFile(file, 'utf8').catch(() => ''), text)
    return differs === null
      ? { json: { file, current: true, line: null }, text: `${file} is current` }
      : { json: { file, current: false, line: differs }, text: `${file} differs from line ${differs} on`, exitCode: 1 }
  }
})

async function documentText(): Promise<string> {
  const database = openDatabase({
    url: 'postgresql://nowhere.invalid/none',
    apiConnections: 1,
    queryTimeoutMs: 1,
    onError: () => {}
  })
  const app = await buildApp(createServices({ database }))
  try {
    await app.ready()
    return printed(app.openapi())
  } finally {
    await app.close()
    await database.close()
  }
}

/** The first line, from 1, that is not the same; null when all are. */
function firstDifference(stored: string, current: string): number | null {
  if (stored === current) return null
  const lines = stored.split('\n')
  const index = current.split('\n').findIndex((line, at) => line !== lines[at])
  return (index === -1 ? current.split('\n').length : index) + 1
}
