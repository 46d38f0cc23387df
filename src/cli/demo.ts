import { parseArgs } from 'node:util'
import { type Command, type Surroundings, UsageError } from './command.ts'
import { type Api, ApiError, connect } from './demo/client.ts'
import { gatherFindings } from './demo/findings.ts'
import { step } from './demo/progress.ts'
import { pushShop } from './demo/push.ts'
import { report } from './demo/report.ts'
import { runClassifications } from './demo/run.ts'
import { demoConfig, type OwnService, startOwnService } from './demo/service.ts'
import { type DemoShop, makeShop } from './demo/shop.ts'
import { grouped } from './demo/table.ts'

/**
 * Makes a shop from a seed, pushes it through the API, classifies its customers and shows what came of it. Uses the
 * service at --url or CLIENTELE_URL with the key in CLIENTELE_API_KEY; without a key it starts a service of its own, with
 * its database under DATA_DIR/demo, which runs on until it is interrupted.
 */
export const demo: Command = {
  name: 'demo',
  usage: '[--seed demo] [--until 2026-11-21] [--customers 2000] [--purchases 30000] [--url http://…] [--exit]',
  summary:
    'pushes a shop made from a seed through the API and shows what comes of it; at --url with the key in\n' +
    '      CLIENTELE_API_KEY, or else in a service of its own, which runs on unless told to --exit',
  async run(args, surroundings) {
    const options = readOptions(args)
    const given = await givenService(options.url, surroundings.environment)
    if (given) {
      await show(given, options, surroundings)
      return 0
    }
    const own = await ownService(surroundings)
    try {
      await show(connect(own.baseUrl, own.key), options, surroundings)
      if (options.exit) return 0
      surroundings.out.write('\nThe service runs on; Ctrl-C stops it.\n')
      return await interrupted()
    } finally {
      await own.close()
    }
  }
}

async function show(api: Api, options: Options, { out, err }: Surroundings): Promise<void> {
  const say = (text: string) => out.write(`${text}\n`)
  const progress = (label: string, total: number) => step(err, label, total)
  const shop = makeShop(options)
  say(introduction(shop))
  const { known } = await pushShop(api, shop, progress)
  if (known > 0) say(`${grouped(known)} receipts were there already; nothing was counted twice.`)
  const run = await runClassifications(api, progress)
  for (const line of report(await gatherFindings(api, run, shop.customers.length))) say(line)
}

/** The service that the caller named, or the one on this machine that knows the caller's key. Null: there is none. */
async function givenService(named: string | undefined, environment: Surroundings['environment']): Promise<Api | null> {
  const url = named ?? (environment.CLIENTELE_URL || undefined)
  const key = environment.CLIENTELE_API_KEY
  if (!key) {
    if (url === undefined) return null
    throw new UsageError('set CLIENTELE_API_KEY to a key of the tenant that the demo shall fill')
  }
  const api = connect((url ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''), key)
  try {
    await api.send('GET', '/v1/tenant')
    return api
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (url === undefined) return null
    throw new Error(`no service answers at ${api.baseUrl}`)
  }
}

/** An interrupt during the start waits for it, so that no database is left running. */
async function ownService({ environment, err, closing }: Surroundings): Promise<OwnService> {
  const config = demoConfig(environment)
  err.write(`Starting a service of its own, with its database under ${config.dataDir} …\n`)
  const starting = startOwnService(config, `Demo shop ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`)
  closing(async () => {
    const own = await starting.catch(() => null)
    await own?.close()
  })
  return starting
}

/** Never ends by itself: what the caller registered for an interrupt ends the process. */
const interrupted = (): Promise<number> => new Promise(() => {})

function introduction({ stores, staff, products, customers, purchases }: DemoShop): string {
  const counts = [
    [stores, 'stores'],
    [staff, 'staff'],
    [products, 'products'],
    [customers, 'customers'],
    [purchases, 'receipts']
  ] as const
  return `The demo shop: ${counts.map(([things, noun]) => `${grouped(things.length)} ${noun}`).join(', ')}.`
}

interface Options {
  readonly seed: string
  readonly until: string
  readonly customers: number
  readonly purchases: number
  readonly url: string | undefined
  readonly exit: boolean
}

function readOptions(args: readonly string[]): Options {
  const { seed, until, url, exit, ...sizes } = parsed(args)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until))) {
    throw new UsageError('--until must be a day such as 2026-11-21')
  }
  const customers = wholeNumber('--customers', sizes.customers, 20, 9_000)
  const purchases = wholeNumber('--purchases', sizes.purchases, 100, 500_000)
  return { seed, until, customers, purchases, url, exit }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: 'demo' },
        until: { type: 'string', default: new Date().toISOString().slice(0, 10) },
        customers: { type: 'string', default: '2000' },
        purchases: { type: 'string', default: '30000' },
        url: { type: 'string' },
        exit: { type: 'boolean', default: false }
      }
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}`)
}
