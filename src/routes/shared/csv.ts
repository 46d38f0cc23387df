import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'

type Cell = string | number | boolean | null

/** A table's columns by their headings, each with what a row has there. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>

export const CSV = 'text/csv'

export const CsvTable = z.string().max(100_000_000).meta({
  id: 'CsvTable',
  description:
    'RFC 4180 in UTF-8 with a line of headings. Texts that a spreadsheet would take for a formula begin with an apostrophe.',
  example: 'category,netMinor,share,units,receipts\r\nshoes,1250000,0.62,310,290\r\n'
})

/** The headers of a table that is kept as a file of this name. */
export const csvHeaders = (name: string): Record<string, string> => ({
  'Content-Type': `${CSV}; charset=utf-8; header=present`,
  'Content-Disposition': `attachment; filename="${name}.csv"`
})

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
