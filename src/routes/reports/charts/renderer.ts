import { Worker } from 'node:worker_threads'
import { unavailable } from '../../../domain/errors.ts'
import type { Language } from '../../../domain/language.ts'
import type { ChartView } from './views.ts'

/** What the drawing thread is sent and what it answers. */
export interface DrawingOrder {
  readonly no: number
  readonly view: ChartView
  readonly language: Language
}

export interface Drawing {
  readonly no: number
  /** Null when the chart could not be drawn. */
  readonly svg: string | null
}

export interface ChartRenderer {
  /** The chart of a report as SVG. Refuses `report.chart_failed` when it takes too long. */
  draw(view: ChartView, language: Language): Promise<string>
  close(): Promise<void>
}

/** No chart takes so long, not even the first on a busy machine: a thread that does is stuck. */
const LONGEST_MS = 60_000
/** A thread costs some 60 MB: it goes when nobody has wanted a chart for so long. */
const IDLE_MS = 60_000
const HEAP_MB = 256

interface Waiting {
  readonly settle: (svg: string) => void
  readonly fail: (error: Error) => void
  readonly clock: NodeJS.Timeout
}

/**
 * Draws in a thread of its own, which is started by the first chart: laying out a chart of thousands of cells takes a tenth
 * of a second, in which this one goes on answering tills.
 */
export function chartRenderer(): ChartRenderer {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let count = 0

  const stop = async (): Promise<void> => {
    clearTimeout(idle)
    const stopped = worker
    worker = null
    for (const { fail, clock } of waiting.values()) {
      clearTimeout(clock)
      fail(failed())
    }
    waiting.clear()
    await stopped?.terminate()
  }

  const start = (): Worker => {
    const started = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    // Nothing waits for the thread when the service stops.
    started.unref()
    started.on('message', ({ no, svg }: Drawing) => {
      const one = waiting.get(no)
      if (!one) return
      waiting.delete(no)
      clearTimeout(one.clock)
      if (svg === null) one.fail(failed())
      else one.settle(svg)
      if (waiting.size === 0) idle = setTimeout(stop, IDLE_MS).unref()
    })
    const gone = () => {
      if (worker === started) void stop()
    }
    started.on('error', gone)
    started.on('exit', gone)
    return started
  }

  return {
    draw: (view, language) =>
      new Promise((settle, fail) => {
        clearTimeout(idle)
        worker ??= start()
        const no = ++count
        // A thread that is stuck is ended with everything that waits for it; the next chart starts another.
        const clock = setTimeout(() => void stop(), LONGEST_MS)
        waiting.set(no, { settle, fail, clock })
        worker.postMessage({ no, view, language } satisfies DrawingOrder)
      }),
    close: stop
  }
}

const failed = () => unavailable('report.chart_failed', 'The chart could not be drawn.')

/** Beside this file, and in the language that this file is in now. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
