import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Columns, CSV, CsvTable, csvHeaders, csvOf } from '../shared/csv.ts'
import { problems } from '../shared/schemas.ts'
import type { ChartRenderer } from './charts/renderer.ts'
import type { ChartView } from './charts/views.ts'

const SVG = 'image/svg+xml'

export const PRODUCES = ['application/json', CSV, SVG] as const

const Svg = z.string().max(20_000_000).meta({
  id: 'SvgChart',
  description: 'A chart in the language of Accept-Language, or else the tenant’s own.',
  example: '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="540" viewBox="0 0 960 540"></svg>'
})

/** The answers of a report: its figures, its table and its chart. */
export const reportResponses = <Answer extends z.ZodType>(answer: Answer, ...statuses: number[]) => ({
  200: { content: { 'application/json': { schema: answer }, [CSV]: { schema: CsvTable }, [SVG]: { schema: Svg } } },
  ...problems(406, 422, ...statuses)
})

/** What every report has in common: who may ask, that it is shed first, and in which forms and languages it answers. */
export const REPORT_CONFIG = { scope: 'reports:read', sheddable: true, produces: PRODUCES, inWords: true } as const

/** Styles of a drawing are within it; it may load nothing and run nothing. */
const DRAWING_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer'
}

/** Answers a report in the form that was chosen: JSON of the view, CSV of the rows, or a chart of the view. */
export async function answerReport<View extends ChartView, Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  charts: ChartRenderer,
  view: View,
  table: { readonly columns: Columns<Row>; readonly rows: readonly Row[] }
): Promise<View | string> {
  if (request.form === CSV) {
    reply.headers(csvHeaders(view.report))
    return csvOf(table.columns, table.rows)
  }
  if (request.form === SVG) {
    const drawing = await charts.draw(view, request.language)
    reply.headers(DRAWING_HEADERS).header('Content-Type', `${SVG}; charset=utf-8`)
    return drawing
  }
  return view
}
