/** Characters that take two columns of a terminal: Han, kana, hangul, full-width forms, pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|[\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u
/** Characters that take none: accents of their own, joiners, marks of direction. */
const NARROWEST = /^[\p{Mn}\p{Me}\p{Cf}]$/u
/** Scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/
const LEFT_TO_RIGHT_MARK = '\u200E'

/** Columns of a terminal that a text takes (Unicode Standard Annex 11; ambiguous characters count as narrow). */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += NARROWEST.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return width
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  for (const char of text) {
    if (displayWidth(kept + char) > width - 1) break
    kept += char
  }
  return `${kept}…`
}

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows as lines of aligned columns under their titles, whatever scripts they hold. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const all = [columns.map(column => column.title), ...rows]
  const widths = columns.map((_, index) => Math.max(...all.map(row => displayWidth(row[index] ?? ''))))
  const line = (row: readonly string[]) =>
    columns.map(({ align }, index) => padded(row[index] ?? '', widths[index] as number, align ?? 'left')).join('  ')
  const rule = widths.map(width => '─'.repeat(width)).join('  ')
  return [line(all[0] as string[]), rule, ...rows.map(line)].map(text => text.trimEnd())
}

function padded(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(width - displayWidth(text))
  // Behind a name that runs to the left, terminals would draw the next column's figures on its wrong side.
  const closed = RIGHT_TO_LEFT.test(text) ? `${text}${LEFT_TO_RIGHT_MARK}` : text
  return align === 'right' ? space + closed : closed + space
}

/** Text broken into lines of at most `width` columns, between words; a figure keeps its per cent sign. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1)
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** 0.8132 → `81.3 %`; nothing known → a dash. */
export const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

/** Grouped by thousands with narrow marks that every terminal has: 1234567.8 → `1,234,567.80` with two digits. */
export const grouped = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
