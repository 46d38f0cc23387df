import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { answerReport, REPORT_CONFIG, reportResponses } from './answer.ts'
import { AnsweredInTime, AnsweredQuery } from './answer-schemas.ts'
import {
  CohortRetention,
  CoreShare,
  DemandChanges,
  DemandQuery,
  HabitsQuery,
  MonthsOfStoreQuery,
  PairsQuery,
  ProductsBoughtTogether,
  PurchaseHabits
} from './buying-schemas.ts'
import { CareOnTime, CareQuery } from './care-schemas.ts'
import { chartRenderer } from './charts/renderer.ts'
import {
  AbcCurve,
  AbcCurveQuery,
  ClassMigration,
  ClassMigrationQuery,
  DefectionOverview,
  FindingsQuery,
  LoyaltyByClass,
  RfmGrid,
  TrustLadder
} from './class-schemas.ts'
import {
  CausesQuery,
  ComplaintCauses,
  ComplaintHandling,
  CostsQuery,
  HandlingQuery,
  RemedyCosts
} from './complaint-schemas.ts'
import { decisionReportsRoutes } from './decisions.ts'
import { ConversionQuery, CoverageQuery, InquiryConversion, ListeningCoverage } from './listening-schemas.ts'
import * as tables from './tables.ts'

export const reportsRoutes: FastifyPluginAsyncZod = async app => {
  const { reports } = app.services
  const tags = ['reports']
  const config = REPORT_CONFIG
  const charts = chartRenderer()
  app.addHook('onClose', charts.close)
  await app.register(decisionReportsRoutes, { charts })

  app.get(
    '/abc-curve',
    {
      config,
      schema: {
        operationId: 'getAbcCurve',
        summary: 'Report who makes how much of the turnover',
        tags,
        querystring: AbcCurveQuery,
        response: reportResponses(AbcCurve, 404)
      }
    },
    async (request, reply) => {
      const view = await reports.abcCurve(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.ABC_CURVE, rows: view.data })
    }
  )

  app.get(
    '/class-migration',
    {
      config,
      schema: {
        operationId: 'getClassMigration',
        summary: 'Report into which classes the customers of each class went',
        tags,
        querystring: ClassMigrationQuery,
        response: reportResponses(ClassMigration, 404)
      }
    },
    async (request, reply) => {
      const view = await reports.classMigration(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.CLASS_MIGRATION, rows: view.data })
    }
  )

  app.get(
    '/rfm-grid',
    {
      config,
      schema: {
        operationId: 'getRfmGrid',
        summary: 'Report how recently, how often and for how much customers buy',
        tags,
        querystring: FindingsQuery,
        response: reportResponses(RfmGrid)
      }
    },
    async (request, reply) => {
      const view = await reports.rfmGrid(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.RFM_GRID, rows: view.data })
    }
  )

  app.get(
    '/loyalty-by-class',
    {
      config,
      schema: {
        operationId: 'getLoyaltyByClass',
        summary: 'Report how loyal the customers of each class are',
        tags,
        querystring: FindingsQuery,
        response: reportResponses(LoyaltyByClass)
      }
    },
    async (request, reply) => {
      const view = await reports.loyaltyByClass(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.LOYALTY_BY_CLASS, rows: view.data })
    }
  )

  app.get(
    '/trust-ladder',
    {
      config,
      schema: {
        operationId: 'getTrustLadder',
        summary: 'Report how deep the relationships go',
        tags,
        querystring: FindingsQuery,
        response: reportResponses(TrustLadder)
      }
    },
    async (request, reply) => {
      const view = await reports.trustLadder(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.TRUST_LADDER, rows: view.data })
    }
  )

  app.get(
    '/defection-overview',
    {
      config,
      schema: {
        operationId: 'getDefectionOverview',
        summary: 'Report who is leaving and what is at stake',
        tags,
        querystring: FindingsQuery,
        response: reportResponses(DefectionOverview)
      }
    },
    async (request, reply) => {
      const view = await reports.defectionOverview(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.DEFECTION_OVERVIEW, rows: view.data })
    }
  )

  app.get(
    '/core-share',
    {
      config,
      schema: {
        operationId: 'getCoreShare',
        summary: 'Report how far customers are a core rather than a crowd, by store and month',
        tags,
        querystring: MonthsOfStoreQuery,
        response: reportResponses(CoreShare)
      }
    },
    async (request, reply) => {
      const view = await reports.coreShare(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.CORE_SHARE, rows: view.data })
    }
  )

  app.get(
    '/cohort-retention',
    {
      config,
      schema: {
        operationId: 'getCohortRetention',
        summary: 'Report which share of new customers came back, by month of the first purchase',
        tags,
        querystring: MonthsOfStoreQuery,
        response: reportResponses(CohortRetention)
      }
    },
    async (request, reply) => {
      const view = await reports.cohortRetention(request.actor, request.query)
      const rows = tables.cohortRows(view)
      return answerReport(request, reply, charts, view, { columns: tables.COHORT_RETENTION, rows })
    }
  )

  app.get(
    '/purchase-habits',
    {
      config,
      schema: {
        operationId: 'getPurchaseHabits',
        summary: 'Report what is bought, how much at a time, how often and when',
        tags,
        querystring: HabitsQuery,
        response: reportResponses(PurchaseHabits)
      }
    },
    async (request, reply) => {
      const { table, ...query } = request.query
      const view = await reports.purchaseHabits(request.actor, query)
      return table === 'hours'
        ? answerReport(request, reply, charts, view, { columns: tables.HOURS, rows: view.hours })
        : answerReport(request, reply, charts, view, { columns: tables.CATEGORIES, rows: view.data })
    }
  )

  app.get(
    '/products-bought-together',
    {
      config,
      schema: {
        operationId: 'getProductsBoughtTogether',
        summary: 'Report which products are in one basket more often than by chance',
        tags,
        querystring: PairsQuery,
        response: reportResponses(ProductsBoughtTogether)
      }
    },
    async (request, reply) => {
      const view = await reports.productsBoughtTogether(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.PAIRS, rows: view.data })
    }
  )

  app.get(
    '/demand-changes',
    {
      config,
      schema: {
        operationId: 'getDemandChanges',
        summary: 'Report which products or categories are in another demand than they were',
        tags,
        querystring: DemandQuery,
        response: reportResponses(DemandChanges)
      }
    },
    async (request, reply) => {
      const view = await reports.demandChanges(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.DEMAND_CHANGES, rows: view.data })
    }
  )

  app.get(
    '/inquiry-conversion',
    {
      config,
      schema: {
        operationId: 'getInquiryConversion',
        summary: 'Report which share of those who asked became customers, and how long it took',
        tags,
        querystring: ConversionQuery,
        response: reportResponses(InquiryConversion)
      }
    },
    async (request, reply) => {
      const view = await reports.inquiryConversion(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.INQUIRY_CONVERSION, rows: view.data })
    }
  )

  app.get(
    '/listening-coverage',
    {
      config,
      schema: {
        operationId: 'getListeningCoverage',
        summary: 'Report in which stores and to which A customers the shop has listened',
        tags,
        querystring: CoverageQuery,
        response: reportResponses(ListeningCoverage)
      }
    },
    async (request, reply) => {
      const view = await reports.listeningCoverage(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.LISTENING_COVERAGE, rows: view.data })
    }
  )

  app.get(
    '/answered-in-time',
    {
      config,
      schema: {
        operationId: 'getAnsweredInTime',
        summary: 'Report how much of what customers said was answered in time',
        tags,
        querystring: AnsweredQuery,
        response: reportResponses(AnsweredInTime)
      }
    },
    async (request, reply) => {
      const view = await reports.answeredInTime(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.ANSWERED_IN_TIME, rows: view.data })
    }
  )

  app.get(
    '/care-on-time',
    {
      config,
      schema: {
        operationId: 'getCareOnTime',
        summary: 'Report how much of what was owed to customers was done in time',
        tags,
        querystring: CareQuery,
        response: reportResponses(CareOnTime)
      }
    },
    async (request, reply) => {
      const view = await reports.careOnTime(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.CARE_ON_TIME, rows: view.data })
    }
  )

  app.get(
    '/complaint-handling',
    {
      config,
      schema: {
        operationId: 'getComplaintHandling',
        summary: 'Report how complaints were handled, and how soon',
        tags,
        querystring: HandlingQuery,
        response: reportResponses(ComplaintHandling)
      }
    },
    async (request, reply) => {
      const view = await reports.complaintHandling(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.COMPLAINT_HANDLING, rows: view.data })
    }
  )

  app.get(
    '/complaint-causes',
    {
      config,
      schema: {
        operationId: 'getComplaintCauses',
        summary: 'Report what makes most of the complaints',
        tags,
        querystring: CausesQuery,
        response: reportResponses(ComplaintCauses)
      }
    },
    async (request, reply) => {
      const view = await reports.complaintCauses(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.COMPLAINT_CAUSES, rows: view.data })
    }
  )

  app.get(
    '/remedy-costs',
    {
      config,
      schema: {
        operationId: 'getRemedyCosts',
        summary: 'Report what it costs to make complaints good',
        tags,
        querystring: CostsQuery,
        response: reportResponses(RemedyCosts)
      }
    },
    async (request, reply) => {
      const view = await reports.remedyCosts(request.actor, request.query)
      return answerReport(request, reply, charts, view, { columns: tables.REMEDY_COSTS, rows: view.data })
    }
  )
}
