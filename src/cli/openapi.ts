import { readFile, writeFile } from 'node:fs/promises'
import { openapiDocument, printDocument } from '../openapi.ts'
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
    const text = printDocument(await openapiDocument())
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

/** The first line, from 1, that is not the same; null when all are. */
function firstDifference(stored: string, current: string): number | null {
  if (stored === current) return null
  const lines = stored.split('\n')
  const index = current.split('\n').findIndex((line, at) => line !== lines[at])
  return (index === -1 ? current.split('\n').length : index) + 1
}
