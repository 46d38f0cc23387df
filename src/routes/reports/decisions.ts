import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { answerReport, REPORT_CONFIG, reportResponses } from './answer.ts'
import type { ChartRenderer } from './charts/renderer.ts'
import { AdviceHitRates, EffortSaved, EffortSavedQuery } from './decision-schemas.ts'
import * as tables from './tables.ts'

/** Reports of what was advised and decided about customers. */
export const decisionReportsRoutes: FastifyPluginAsyncZod<{ charts: ChartRenderer }> = async (app, { charts }) => {
  const { reports } = app.services
  const tags = ['reports']
  const config = REPORT_CONFIG

  app.get(
    '/advice-hit-rates',
    {
      config,
      schema: {
        operationId: 'getAdviceHitRates',
        summary: 'Report how often advice on customers at risk was right',
        tags,
        response: reportResponses(AdviceHitRates)
      }
    },
    async (request, reply) => {
      const view = await reports.adviceHitRates(request.actor)
      return answerReport(request, reply, charts, view, {
        columns: tables.ADVICE_HIT_RATES,
        rows: view.data
      })
    }
  )

  app.get(
    '/effort-saved',
    {
      config,
      schema: {
        operationId: 'getEffortSaved',
        summary: 'Report the effort saved on customers who are not pursued',
        tags,
        querystring: EffortSavedQuery,
        response: reportResponses(EffortSaved)
      }
    },
    async (request, reply) => {
      const { table, ...query } = request.query
      const view = await reports.effortSaved(request.actor, query)
      return table === 'not_pursued'
        ? answerReport(request, reply, charts, view, { columns: tables.NOT_PURSUED, rows: view.notPursued })
        : answerReport(request, reply, charts, view, { columns: tables.ATTEMPTS, rows: view.data })
    }
  )
}
