import { stringify } from 'csv-stringify/sync'

type Cell = string | number | boolean | null

/** A table's columns by their headings, each with what a row has there. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>

export const CSV = 'text/csv'

/**
 * Rows as CSV (RFC 4180: commas, CRLF, quotes doubled, a line of headings). A text that a spreadsheet would take for a
 * formula is given an apostrophe; numbers stay numbers, and what is not known is empty.
 */
export function csvOf<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const cells = Object.values(columns)
  return stringify([Object.keys(columns), ...rows.map(row => cells.map(cell => cell(row)))], {
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: value => String(value) }
  })
}
