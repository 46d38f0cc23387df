import type { AbcCurve } from '../../../services/reports-classes.ts'
import {
  type Chart,
  CLASS_COLOURS,
  emptyChart,
  frame,
  INK,
  LINE,
  PALE_INK,
  type Pen,
  percentAxis,
  textAt
} from './frame.ts'
import { lines } from './text.ts'

const HEIGHT = 560
const LEFT = 84
const PLOT = 500
const PANEL = 630
const PANEL_WIDTH = 306

/** The curve, filled by class, with the classes' figures beside it. */
export function abcCurveChart(view: AbcCurve, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.abcTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const about = [words.asOf(view.run.asOf.slice(0, 10)), words.customersOf(write.whole(view.customers))].join(' · ')
  if (view.data.length === 0) return emptyChart(title, [about], words.nothingBought, pen)
  const framed = frame(title, [about], [], HEIGHT)
  return {
    title,
    height: HEIGHT,
    option: {
      ...framed.option,
      graphic: panel(view, pen),
      grid: { left: LEFT, top: framed.top + 20, width: PLOT, height: HEIGHT - framed.top - 92 },
      xAxis: {
        ...percentAxis(write),
        name: words.shareOfCustomers,
        nameLocation: 'middle',
        nameGap: 32,
        nameTextStyle: { color: PALE_INK }
      },
      yAxis: {
        ...percentAxis(write),
        name: words.shareOfTurnover,
        nameLocation: 'middle',
        nameGap: 52,
        nameTextStyle: { color: PALE_INK }
      },
      series: [
        ...piecesOf(view).map(({ abcClass, points }) => ({
          type: 'line' as const,
          showSymbol: false,
          silent: true,
          lineStyle: { width: 2, color: CLASS_COLOURS.A },
          areaStyle: { color: CLASS_COLOURS[abcClass], opacity: 1 },
          data: points
        })),
        // Twice, so that it is seen on the darkest class and on the lightest.
        equalLine({ width: 2.5, color: '#ffffff' }),
        equalLine({ width: 1.2, type: 'dashed', color: INK })
      ]
    }
  }
}

const equalLine = (lineStyle: { width: number; type?: 'dashed'; color: string }) => ({
  type: 'line' as const,
  showSymbol: false,
  silent: true,
  lineStyle,
  data: [
    [0, 0],
    [1, 1]
  ],
  z: 5
})

type Point = [customerShare: number, turnoverShare: number]

/** The curve cut where one class ends and the next begins; both pieces hold that place. */
function piecesOf({ classes, data }: AbcCurve) {
  const corners = data.map(({ customerShare, turnoverShare }): Point => [customerShare, turnoverShare])
  let from: Point = [0, 0]
  return classes.map(({ abcClass, customerShare, turnoverShare }) => {
    const to: Point = [Math.min(1, from[0] + customerShare), Math.min(1, from[1] + turnoverShare)]
    const points = [from, ...corners.filter(([x]) => x > from[0] && x < to[0]), to]
    from = to
    return { abcClass, points }
  })
}

function panel(view: AbcCurve, { words, write }: Pen) {
  const texts: ReturnType<typeof textAt>[] = []
  const marks: { type: 'rect'; left: number; top: number; silent: true; shape: object; style: object }[] = []
  let top = 96
  const say = (text: string, style: Parameters<typeof textAt>[3] = {}) => {
    for (const line of lines(text, PANEL_WIDTH - 24, style.size ?? 12)) {
      texts.push(textAt(line, PANEL + 24, top, style))
      top += 19
    }
  }
  for (const { abcClass, customers, customerShare, turnoverMinor, turnoverShare } of view.classes) {
    marks.push({
      type: 'rect',
      left: PANEL,
      top,
      silent: true,
      shape: { width: 14, height: 14 },
      style: { fill: CLASS_COLOURS[abcClass], stroke: LINE }
    })
    say(words.classLine(words.classNames[abcClass], write.whole(customers), write.percent(customerShare)), {
      bold: true
    })
    say(words.turnoverLine(write.percent(turnoverShare), write.money(turnoverMinor, view.currency)))
    top += 10
  }
  top += 10
  if (view.topFifthShare !== null) say(words.topFifth(write.percent(view.topFifthShare)))
  if (view.gini !== null) say(words.gini(write.decimal(view.gini)))
  say(`- - -  ${words.equal}`, { fill: PALE_INK })
  top += 10
  const { noPurchase, zeroNet, negativeNet, anonymousShare } = view.excluded
  say(words.unranked(write.whole(noPurchase + zeroNet + negativeNet)), { fill: PALE_INK })
  if (anonymousShare !== null) say(words.anonymous(write.percent(anonymousShare)), { fill: PALE_INK })
  return [...marks, ...texts]
}
