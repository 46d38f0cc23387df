import { parentPort } from 'node:worker_threads'
import { chartOf } from './chart.ts'
import type { Drawing, DrawingOrder } from './renderer.ts'

/** The drawing thread: an order in, a chart out. */
parentPort?.on('message', ({ no, view, language }: DrawingOrder) => {
  parentPort?.postMessage({ no, svg: drawn(view, language) } satisfies Drawing)
})

function drawn(view: DrawingOrder['view'], language: DrawingOrder['language']): string | null {
  try {
    return chartOf(view, language)
  } catch {
    return null
  }
}
