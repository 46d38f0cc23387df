import type { Explanation } from './explanation.ts'

const STYLE =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}code{font-size:.9em}'

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>')

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`

/** One problem as a page for people. */
export const explanationPage = ({ title, code, meaning, remedy }: Explanation): string =>
  page(
    title,
    `<h1>${escaped(title)}</h1><p>Code <code>${code}</code></p><h2>What it means</h2><p>${escaped(meaning)}</p>` +
      `<h2>What to do</h2><p>${escaped(remedy)}</p><p><a href="/problems">All problems</a></p>`
  )

/** All problems as a page for people. */
export function cataloguePage(explanations: Iterable<Explanation>): string {
  const items = [...explanations].map(
    ({ type, code, title }) => `<li><a href="${type}">${escaped(title)}</a> <code>${code}</code></li>`
  )
  return page('Problems', `<h1>Problems</h1><ul>${items.join('')}</ul>`)
}
