import type { EChartsOption } from 'echarts'
import { INK, PALE_INK, SCALE, SIZE, WIDTH } from './frame.ts'
import { textWidth } from './text.ts'

export interface HeatCell {
  /** Places in `columns` and `rows`. */
  readonly column: number
  readonly row: number
  /** What is darker. */
  readonly value: number
  /** Written into the cell where there is room for it; the second line in small. */
  readonly label: string
  readonly small?: string
}

export interface HeatMap {
  readonly columns: readonly string[]
  /** From the top down. */
  readonly rows: readonly string[]
  readonly cells: readonly HeatCell[]
  readonly columnTitle: string
  readonly rowTitle: string
  /** The value that is darkest. */
  readonly most: number
  readonly left?: number
  readonly top: number
  readonly width?: number
  readonly rowHeight: number
  /** Which end of the columns is labelled for certain where not all of them can be. */
  readonly surely?: 'first' | 'last'
}

const AXIS_TITLE = 22

/** Where the cells lie, and how high the map is in all, its axes included. */
export function heatMapRoom(map: Omit<HeatMap, 'top'>) {
  const labels = Math.max(0, ...map.rows.map(row => textWidth(row, SIZE)))
  const left = (map.left ?? 24) + Math.ceil(labels) + 12 + (map.rowTitle === '' ? 0 : AXIS_TITLE)
  // A label below the last column reaches beyond it.
  const beyond = map.surely === 'last' ? 14 : 0
  const width = (map.left ?? 24) + (map.width ?? WIDTH - 48) - left - beyond
  const cells = map.rows.length * map.rowHeight
  return { left, width, cells, height: cells + 26 + (map.columnTitle === '' ? 0 : AXIS_TITLE) }
}

/** Cells in rows and columns, darker for more. Labels are left out where they do not fit, and axes thin theirs out. */
export function heatMap(
  map: HeatMap,
  grid = 0
): Pick<EChartsOption, 'grid' | 'xAxis' | 'yAxis' | 'series' | 'visualMap'> {
  const { left, width, cells } = heatMapRoom(map)
  const cellWidth = width / Math.max(1, map.columns.length)
  const fits = (label: string, size: number) => textWidth(label, size) + 6 <= cellWidth
  const withLabels = map.rowHeight >= 16 && map.cells.every(({ label }) => fits(label, LABEL_SIZE))
  const withSmall =
    withLabels && map.rowHeight >= 34 && map.cells.every(({ small }) => !small || fits(small, SMALL_SIZE))
  const every = Math.ceil((Math.max(...map.columns.map(column => textWidth(column, SIZE)), 1) + 8) / cellWidth)
  const anchor = map.surely === 'last' ? map.columns.length - 1 : 0
  return {
    grid: [{ left, top: map.top, width, height: cells }],
    xAxis: [
      {
        gridIndex: grid,
        type: 'category',
        data: [...map.columns],
        name: map.columnTitle,
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: { color: PALE_INK, fontSize: SIZE },
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: INK, fontSize: SIZE, interval: (place: number) => (place - anchor) % every === 0 }
      }
    ],
    yAxis: [
      {
        gridIndex: grid,
        type: 'category',
        inverse: true,
        data: [...map.rows],
        // On its side it takes as much height as it is long.
        name: textWidth(map.rowTitle, SIZE) <= cells + 20 ? map.rowTitle : '',
        nameLocation: 'middle',
        nameRotate: 90,
        nameGap: left - (map.left ?? 24) - 10,
        nameTextStyle: { color: PALE_INK, fontSize: SIZE },
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: INK, fontSize: Math.min(SIZE, map.rowHeight - 2), interval: 0 }
      }
    ],
    visualMap: {
      show: false,
      min: 0,
      max: map.most > 0 ? map.most : 1,
      seriesIndex: grid,
      inRange: { color: SCALE }
    },
    series: [
      {
        type: 'heatmap',
        xAxisIndex: grid,
        yAxisIndex: grid,
        silent: true,
        emphasis: { disabled: true },
        label: {
          show: withLabels,
          fontSize: LABEL_SIZE,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const cell = map.cells[dataIndex]
            if (!cell) return ''
            return withSmall && cell.small ? `${cell.label}\n{small|${cell.small}}` : cell.label
          },
          rich: { small: { fontSize: SMALL_SIZE, lineHeight: 16 } }
        },
        data: map.cells.map(cell => ({
          value: [cell.column, cell.row, cell.value],
          itemStyle: {
            borderWidth: 1,
            borderColor: '#ffffff'
          },
          label: { color: cell.value > 0.6 * map.most ? '#ffffff' : INK }
        }))
      }
    ]
  }
}

const LABEL_SIZE = 11
const SMALL_SIZE = 10
