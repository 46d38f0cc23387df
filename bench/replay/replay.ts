import { recompute } from '../recompute.ts'
import { api, finished } from '../support/http.ts'
import type { Options } from '../support/options.ts'
import { figure, say, shuffled } from '../support/report.ts'
import { ending, openTenant, startBenchDatabase, startServiceProcess } from '../support/service.ts'
import { compare } from './compare.ts'
import { pushAll } from './push.ts'
import type { ReplaySet, TillReceipt } from './receipt.ts'

/**
 * Pushes a data set through the API as tills would, classifies by the last 12 months and by all data, and holds every
 * customer's figures against a computation that shares no code with the service.
 */
export async function replay(set: ReplaySet, options: Options): Promise<void> {
  say(`${set.name}: ${set.control}`)
  await ending(async later => {
    const database = await startBenchDatabase('replay', true, later)
    const service = await startServiceProcess(database.url, true, later)
    const shop = api(service.baseUrl, (await openTenant(database.url, set)).key)
    await shop.expect(201, 'POST', '/v1/stores', { code: set.storeCode, name: set.name, timeZone: set.timeZone })

    const receipts = options.shuffle === null ? set.receipts : shuffled(set.receipts, options.shuffle)
    for (let pass = 1; pass <= (options.twice ? 2 : 1); pass++) {
      const pushed = await pushAll(shop, receipts, options.inFlight)
      const rate = `${figure(receipts.length / pushed.seconds)} receipts/s, ${figure(pushed.lines / pushed.seconds)} lines/s`
      say(
        `push ${pass}: ${pushed.created} stored, ${pushed.repeated} already there, ${pushed.refused.length} refused in ${figure(pushed.seconds)} s (${rate}), ${shop.deferred()} times told to come back`
      )
      for (const refusal of pushed.refused.slice(0, 5)) say(`  refused ${refusal}`)
    }

    const known = set.receipts.flatMap(receipt => knownReceipt(receipt))
    for (const windowMonths of [12, null]) {
      await setWindow(shop, windowMonths)
      const job = await shop.expect(202, 'POST', '/v1/classification-runs', { asOf: `${set.asOfDay}T12:00:00Z` })
      await finished(shop, `/v1/jobs/${job.id}`)
      const outcome = await compare(shop, job.id, recompute(known, set.asOfDay, windowMonths))
      const window = windowMonths === null ? 'all data' : `${windowMonths} months`
      say(`${window}: ${outcome.summary}, ${outcome.differences.length} differences`)
      for (const difference of outcome.differences.slice(0, 10)) say(`  ${difference}`)
      if (outcome.differences.length > 0) process.exitCode = 1
    }
  })
}

/** The signed amount and the store's day of a receipt; anonymous receipts are in no customer rule. */
function knownReceipt(receipt: TillReceipt) {
  if (receipt.customer === null) return []
  return [
    {
      customer: receipt.customer.externalId.key,
      day: receipt.purchasedAt.slice(0, 10),
      kind: receipt.kind,
      netMinor: receipt.kind === 'sale' ? receipt.totalMinor : -receipt.totalMinor
    }
  ]
}

async function setWindow(shop: ReturnType<typeof api>, windowMonths: number | null): Promise<void> {
  const { policy } = await shop.expect(200, 'GET', '/v1/classification-policy')
  await shop.expect(200, 'PUT', '/v1/classification-policy', { ...policy, windowMonths })
}
