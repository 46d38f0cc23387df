/** A text of a drawing, and about where it is. */
export interface DrawnText {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const TAG = /<(\/?)([a-z]\w*)((?:\s+[a-zA-Z:-]+="[^"<]*")*)\s*(\/?)>/gy
const TEXT = /(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)+/gy

/** What keeps a text from being an XML document of elements alone, or undefined when nothing does. */
export function objectionTo(svg: string): string | undefined {
  const open: string[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
  const odd = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.exec(svg)
  if (odd) return `a character that XML cannot hold at ${odd.index}`
  for (let at = 0; at < svg.length; ) {
    TAG.lastIndex = at
    const tag = TAG.exec(svg)
    if (tag) {
      const [, closing, name = '', , empty] = tag
      if (closing && open.pop() !== name) return `</${name}> at ${at} closes something else`
      if (!closing && !empty) open.push(name)
      at = TAG.lastIndex
      continue
    }
    TEXT.lastIndex = at
    if (!TEXT.exec(svg)) return `not a tag and not a text at ${at}: ${svg.slice(at, at + 60)}`
    if (open.length === 0 && svg.slice(at, TEXT.lastIndex).trim() !== '') return `a text outside of everything at ${at}`
    at = TEXT.lastIndex
  }
  return open.length === 0 ? undefined : `${open.at(-1)} is not closed`
}

/** The size of a drawing as it says itself. */
export function sizeOf(svg: string): { width: number; height: number } {
  const [, width = '0', height = '0'] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
  return { width: Number(width), height: Number(height) }
}

/** The texts with the boxes that they take by a rough count: Chinese as wide as high, everything else half of that. */
export function textsOf(svg: string): DrawnText[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', written = '']) => {
    const value = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
    const text = decoded(written)
    const size = Number(/(\d+(?:\.\d+)?)px/.exec(value('style'))?.[1] ?? 12)
    const width = [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 1 : 0.5), 0) * size
    const anchor = { middle: 0.5, end: 1 }[value('text-anchor')] ?? 0
    const x = Number(value('x') || 0) - anchor * width
    const y = Number(value('y') || 0)
    const corners = [
      [x, y - 0.4 * size],
      [x + width, y + 0.4 * size]
    ].map(([a = 0, b = 0]) => moved(a, b, value('transform')))
    const [one = [0, 0], other = [0, 0]] = corners
    return {
      text,
      left: Math.min(one[0], other[0]),
      right: Math.max(one[0], other[0]),
      top: Math.min(one[1], other[1]),
      bottom: Math.max(one[1], other[1])
    }
  })
}

function moved(x: number, y: number, transform: string): [number, number] {
  const numbers = [...transform.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number)
  if (!transform.startsWith('matrix')) return [x + (numbers[0] ?? 0), y + (numbers[1] ?? 0)]
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbers
  return [a * x + c * y + e, b * x + d * y + f]
}

const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** Pairs of texts that lie over one another. */
export function overlaps(texts: readonly DrawnText[]): string[] {
  return texts.flatMap((one, place) =>
    texts
      .slice(place + 1)
      .filter(
        other => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
      )
      .map(other => `${one.text} | ${other.text}`)
  )
}
