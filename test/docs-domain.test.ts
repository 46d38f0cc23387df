import { readFileSync } from 'node:fs'
import t from 'tap'
import { GUIDE_RULES } from './support/guide-rules.ts'

interface Example {
  readonly rule: string
  readonly input: unknown
  readonly output: unknown
}

const guide = readFileSync(new URL('../docs/domain.md', import.meta.url), 'utf8')

/** What stands between a heading and the next, by its heading. */
const sections = guide
  .split(/^## /m)
  .slice(1)
  .map(part => ({ title: part.slice(0, part.indexOf('\n')), text: part }))

const examplesIn = (text: string): Example[] =>
  [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json) as Example)

/** As the wire would carry it. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

t.test('every example of the guide comes out as the guide says', async t => {
  for (const { title, text } of sections) {
    for (const { rule, input, output } of examplesIn(text)) {
      const apply = GUIDE_RULES[rule]
      if (apply === undefined) t.fail(`${title}: no rule is called ${rule}`)
      else t.same(asJson(apply(input)), output, `${title}: ${rule}`)
    }
  }
})

t.test('every rule has an example, and every section that explains one', async t => {
  const used = new Set(examplesIn(guide).map(({ rule }) => rule))
  t.same(
    Object.keys(GUIDE_RULES).filter(rule => !used.has(rule)),
    []
  )
  const bare = sections.filter(({ title, text }) => examplesIn(text).length === 0 && !title.startsWith('About '))
  t.same(
    bare.map(({ title }) => title),
    []
  )
})
