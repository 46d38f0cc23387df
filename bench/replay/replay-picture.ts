import { differences } from '../support/differences.ts'
import { api, finished } from '../support/http.ts'
import type { Options } from '../support/options.ts'
import { figure, say, shuffled } from '../support/report.ts'
import { ending, openTenant, startBenchDatabase, startServiceProcess } from '../support/service.ts'
import { compareList, compareSingles } from './compare-picture.ts'
import { type ExpectedPicture, recomputePicture } from './picture.ts'
import { pushAll } from './push.ts'
import type { ReplaySet } from './receipt.ts'

/**
 * Pushes a data set through the API, classifies as of some days, the earliest first, and holds rhythm, brands and first use
 * of every customer against what was recomputed: in the list after each run, and at the end of all in the answer about
 * each customer as of each of these days.
 */
export async function replayPicture(set: ReplaySet, days: readonly string[], options: Options): Promise<void> {
  say(`${set.name}: ${set.control}`)
  await ending(async later => {
    const database = await startBenchDatabase('picture', true, later)
    const service = await startServiceProcess(database.url, true, later)
    const shop = api(service.baseUrl, (await openTenant(database.url, set)).key)
    await shop.expect(201, 'POST', '/v1/stores', { code: set.storeCode, name: set.name, timeZone: set.timeZone })
    const receipts = options.shuffle === null ? set.receipts : shuffled(set.receipts, options.shuffle)
    const pushed = await pushAll(shop, receipts, options.inFlight)
    say(`${pushed.created} receipts stored, ${pushed.refused.length} refused in ${figure(pushed.seconds)} s`)

    const pictures = days.map(day => ({ day, expected: recomputePicture(set, day) }))
    const all = differences()
    let ids = new Map<string, string>()
    for (const { day, expected } of pictures) {
      const job = await shop.expect(202, 'POST', '/v1/classification-runs', { asOf: `${day}T12:00:00Z` })
      await finished(shop, `/v1/jobs/${job.id}`)
      const before = all.found.length
      ids = await compareList(shop, job.id, expected, all)
      say(`${day}: ${summary(expected)}; ${all.found.length - before} differences in the list`)
    }
    for (const { day, expected } of pictures) {
      const before = all.found.length
      const started = performance.now()
      const how = { inFlight: options.inFlight, isLast: day === days.at(-1) }
      await compareSingles(shop, ids, day, expected, all, how)
      const seconds = figure((performance.now() - started) / 1_000)
      say(`${day}: each customer alone, ${seconds} s; ${all.found.length - before} differences`)
    }
    say(`${all.checked()} figures compared, ${all.found.length} differences`)
    for (const difference of all.found.slice(0, 20)) say(`  ${difference}`)
    if (all.found.length > 0) process.exitCode = 1
  })
}

function summary({ customers, everybody, newProducts, tiedPlaces }: ExpectedPicture): string {
  const people = [...customers.values()]
  const counted = (of: (one: (typeof people)[number]) => string) => {
    const counts = new Map<string, number>()
    for (const one of people) counts.set(of(one), (counts.get(of(one)) ?? 0) + 1)
    return [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  }
  const firstUsers = people.filter(({ firstUse }) => firstUse.firstUser)
  const tied = people.filter(({ firstUse }) => firstUse.firstUser !== firstUse.firstUserWithoutTies).length
  return [
    `${people.length} customers (${counted(({ rhythm }) => rhythm.state)})`,
    `${everybody.gaps} gaps with median ${everybody.median} and late ${everybody.late}`,
    counted(({ level, basis }) => `${level} by ${basis}`),
    `${firstUsers.length} first users of ${newProducts} new products, ${people.filter(({ firstUse }) => firstUse.observed > 0).length} with a first place, ${tiedPlaces} places by ties, which change ${tied} first users`,
    `most new products of one customer ${Math.max(0, ...people.map(({ firstUse }) => firstUse.products))}`
  ].join('; ')
}
