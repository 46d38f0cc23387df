import type { EChartsOption } from 'echarts'
import { dayNumber, dayText } from '../../../domain/period.ts'
import { fitted, lines, textWidth, type Writing } from './text.ts'
import type { Words } from './words.ts'

export const WIDTH = 960
/** Faces that have Chinese, by the names that the large systems know them under. */
export const FONT =
  "'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Helvetica Neue', Arial, sans-serif"
export const SIZE = 12
export const INK = '#1f2933'
export const PALE_INK = '#5b6673'
export const LINE = '#d5dae1'
/** Told apart without colour vision too: from dark to light. */
export const CLASS_COLOURS = { A: '#14532d', B: '#3f8f5b', C: '#a7d3b5', none: '#d5dae1' } as const
export const BLUE = '#2563a8'
export const RED = '#b3401f'
export const GREEN = '#2f7d4f'
export const SCALE = ['#f3f7fb', '#c6dbef', '#7fb3d9', '#3581bd', '#0b4a86']

/** What a chart is made with. */
export interface Pen {
  readonly words: Words
  readonly write: Writing
}

export interface Chart {
  readonly title: string
  readonly height: number
  readonly option: EChartsOption
}

/** Room that a frame takes above and below what is drawn. */
export interface Frame {
  readonly top: number
  readonly bottom: number
  readonly option: EChartsOption
}

const MARGIN = 24
const LINE_HEIGHT = 17

/** Title, what it is about, and notes at the foot, each on as many lines as it takes. */
export function frame(title: string, about: readonly string[], notes: readonly string[], height: number): Frame {
  const room = WIDTH - 2 * MARGIN
  const under = about.filter(Boolean).flatMap(text => lines(text, room, SIZE))
  const foot = notes.filter(Boolean).flatMap(text => lines(text, room, SIZE))
  return {
    top: 48 + under.length * LINE_HEIGHT,
    bottom: 18 + foot.length * LINE_HEIGHT,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: FONT, color: INK, fontSize: SIZE },
      title: {
        text: fitted(title, room, 19),
        subtext: under.join('\n'),
        left: MARGIN,
        top: 14,
        padding: 0,
        itemGap: 8,
        textStyle: { fontSize: 18, fontWeight: 'bold', color: INK },
        subtextStyle: { fontSize: SIZE, lineHeight: LINE_HEIGHT, color: PALE_INK }
      },
      graphic: foot.map((text, row) => ({
        type: 'text',
        left: MARGIN,
        top: height - 10 - (foot.length - row) * LINE_HEIGHT,
        style: { text, fill: PALE_INK, fontSize: SIZE, fontFamily: FONT }
      }))
    }
  }
}

/** The days of a window as people say them: the last one is in it. */
export const windowOf = ({ fromOn, toOn }: { fromOn: string; toOn: string }, { words }: Pen): string =>
  words.days(fromOn, dayText(dayNumber(toOn) - 1))

/** That not all rows are shown: the first of them, or the latest where rows are times. Empty where all are. */
export const restOf = (times: boolean, all: number, shown: number, { words, write }: Pen): string =>
  all > shown ? (times ? words.latestRows : words.moreRows)(write.whole(shown), write.whole(all)) : ''

/** A report without anything to draw says so, and why. */
export function emptyChart(title: string, about: readonly string[], why: string, { words }: Pen): Chart {
  const height = 300
  const framed = frame(title, about, [], height)
  return {
    title,
    height,
    option: {
      ...framed.option,
      graphic: [
        centred(words.nothing, 150, 16, INK),
        ...lines(why, WIDTH - 200, SIZE).map((text, row) => centred(text, 182 + row * LINE_HEIGHT, SIZE, PALE_INK))
      ]
    }
  }
}

const centred = (text: string, top: number, fontSize: number, fill: string) => ({
  type: 'text' as const,
  left: 'center',
  top,
  style: { text, fill, fontSize, fontFamily: FONT }
})

/** A text at a place, for figures beside a plot. */
export const textAt = (
  text: string,
  left: number,
  top: number,
  style: { size?: number; bold?: boolean; fill?: string } = {}
) => ({
  type: 'text' as const,
  left,
  top,
  silent: true,
  style: {
    text,
    fill: style.fill ?? INK,
    font: `${style.bold ? 'bold ' : ''}${style.size ?? SIZE}px ${FONT}`
  }
})

/** An axis of shares, in per cent. */
export const percentAxis = (write: Writing, max = 1) => ({
  type: 'value' as const,
  min: 0,
  max,
  axisLabel: { formatter: (share: number) => write.wholePercent(share), color: PALE_INK, hideOverlap: true },
  splitLine: { lineStyle: { color: LINE } }
})

/** Widest of some names, at most so many pixels. */
export const widest = (names: readonly string[], most: number): number =>
  Math.min(most, Math.ceil(Math.max(0, ...names.map(name => textWidth(name, SIZE)))) + 4)

/** An axis of names, the first on top, shortened to the room there is. */
export const nameAxis = (names: readonly string[], room: number) => ({
  type: 'category' as const,
  inverse: true,
  data: names.map(name => fitted(name, room, SIZE)),
  axisTick: { show: false },
  axisLine: { show: false },
  axisLabel: { color: INK, fontSize: SIZE, interval: 0 }
})
