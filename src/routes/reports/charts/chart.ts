import { createRequire } from 'node:module'
import type { Language } from '../../../domain/language.ts'
import { abcCurveChart } from './abc-curve.ts'
import { answeredChart } from './answers.ts'
import { loyaltyChart, pairsChart, trustChart } from './bars.ts'
import { careChart } from './care.ts'
import { complaintCausesChart, complaintHandlingChart, remedyCostsChart } from './complaints.ts'
import { adviceChart, effortChart } from './decisions.ts'
import { defectionChart } from './defection.ts'
import { demandChart } from './demand.ts'
import { type Chart, type Pen, SIZE, WIDTH } from './frame.ts'
import { classMigrationChart, cohortChart, coreShareChart, rfmGridChart } from './grids.ts'
import { habitsChart } from './habits.ts'
import { conversionChart, coverageChart } from './listening.ts'
import { textWidth, writingIn } from './text.ts'
import type { ChartView } from './views.ts'
import { WORDS } from './words.ts'

let loaded: typeof import('echarts') | undefined

/**
 * One file instead of the six hundred modules of the package, which take ten times as long to load; and loaded with the
 * first chart, as a service that draws none starts a tenth of a second sooner.
 */
function library(): typeof import('echarts') {
  if (loaded) return loaded
  loaded = createRequire(import.meta.url)('echarts/dist/echarts.min') as typeof import('echarts')
  // There is no canvas to measure letters with; every place of a text is worked out with the same estimate.
  loaded.setPlatformAPI({
    measureText: (text: string, font?: string) => ({ width: textWidth(text, sizeIn(font)) })
  })
  return loaded
}

const sizeIn = (font = ''): number => Number(/(\d+(?:\.\d+)?)px/.exec(font)?.[1] ?? SIZE)

/** The chart of a report, as an SVG document in a language. */
export function chartOf(view: ChartView, language: Language): string {
  const { title, height, option } = planOf(view, { words: WORDS[language], write: writingIn(language) })
  const chart = library().init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(option)
    return finished(chart.renderToSVGString({ useViewBox: true }), view.report, title, language)
  } finally {
    chart.dispose()
  }
}

function planOf(view: ChartView, pen: Pen): Chart {
  switch (view.report) {
    case 'abc-curve':
      return abcCurveChart(view, pen)
    case 'class-migration':
      return classMigrationChart(view, pen)
    case 'rfm-grid':
      return rfmGridChart(view, pen)
    case 'loyalty-by-class':
      return loyaltyChart(view, pen)
    case 'trust-ladder':
      return trustChart(view, pen)
    case 'defection-overview':
      return defectionChart(view, pen)
    case 'advice-hit-rates':
      return adviceChart(view, pen)
    case 'effort-saved':
      return effortChart(view, pen)
    case 'core-share':
      return coreShareChart(view, pen)
    case 'cohort-retention':
      return cohortChart(view, pen)
    case 'purchase-habits':
      return habitsChart(view, pen)
    case 'products-bought-together':
      return pairsChart(view, pen)
    case 'demand-changes':
      return demandChart(view, pen)
    case 'complaint-handling':
      return complaintHandlingChart(view, pen)
    case 'complaint-causes':
      return complaintCausesChart(view, pen)
    case 'remedy-costs':
      return remedyCostsChart(view, pen)
    case 'inquiry-conversion':
      return conversionChart(view, pen)
    case 'listening-coverage':
      return coverageChart(view, pen)
    case 'answered-in-time':
      return answeredChart(view, pen)
    case 'care-on-time':
      return careChart(view, pen)
  }
}

/**
 * A name for who cannot see the chart (titles are our own words and need no escape); texts centred by a shift that every
 * program knows, where the library asks for a baseline that converters to other formats do not know; nothing for a
 * pointer that a picture never meets; names that are the same each time; and no characters that XML cannot hold.
 */
const finished = (svg: string, report: string, title: string, language: Language): string =>
  svg
    .replace('<svg ', `<svg role="img" lang="${language}" `)
    .replace('>', `><title>${title}</title>`)
    .replace(/<style[\s\S]*?<\/style>/, '')
    .replaceAll(/ (?:class|pointer-events|ecmeta_\w+)="[\w-]*"/g, '')
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${report}-`)
    .replaceAll('dominant-baseline="central"', 'dy="0.35em"')
    .replaceAll(NOT_IN_XML, '')

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
