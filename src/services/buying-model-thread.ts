import { parentPort } from 'node:worker_threads'
import { fitBuyingModel } from '../domain/buying-model.ts'
import type { FitOrder } from './buying-model-fit.ts'

/** The fitting thread: one order in, one model out, and it ends. */
parentPort?.once('message', ({ purchases, asOfDay, policy }: FitOrder) => {
  parentPort?.postMessage(fitBuyingModel(purchases, asOfDay, policy))
})
