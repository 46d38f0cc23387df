import { parseArgs } from 'node:util'
import { type Api, ApiError, connect } from './demo/client.ts'
import { gatherFindings } from './demo/findings.ts'
import { type Stream, step } from './demo/progress.ts'
import { pushShop } from './demo/push.ts'
import { report } from './demo/report.ts'
import { runClassification } from './demo/run.ts'
import { demoConfig, type OwnService, startOwnService } from './demo/service.ts'
import { type DemoShop, makeShop } from './demo/shop.ts'
import { grouped } from './demo/table.ts'

export const DEMO_USAGE = `npm run demo -- [options]

Makes a shop from a seed, pushes it through the API, classifies its customers and shows what came of it. Uses the service
at --url (or CLIENTELE_URL) with the key in CLIENTELE_API_KEY; without these it starts a service of its own, with its
database under DATA_DIR/demo (.data/demo), and leaves it running until Ctrl-C.

  --seed <text>       which shop is made (demo)
  --until <day>       the day before which its receipts end (today)
  --customers <n>     customers (2000)
  --purchases <n>     receipts, roughly (30000)
  --url <address>     a running service to push to
  --exit              stop the own service at the end
`

export interface DemoSurroundings {
  readonly environment: Record<string, string | undefined>
  readonly out: Stream
  /** Progress goes here, so that the report can be piped on. */
  readonly err: Stream
  readonly now: Date
  /** Resolves when the person at the terminal has seen enough. */
  stopped(): Promise<unknown>
}

/** Runs the demo to its end. The own service, if one was started, is closed when the caller says stop. */
export async function demo(args: readonly string[], { environment, out, err, now, stopped }: DemoSurroundings) {
  const options = readOptions(args, now)
  const say = (text: string) => out.write(`${text}\n`)
  const given = await givenService(options.url, environment)
  const own = given ? null : await ownService(environment, now, err)
  try {
    const api = given ?? connect(own?.baseUrl ?? '', own?.key ?? '')
    const shop = makeShop(options)
    say(introduction(shop))
    const pushed = await pushShop(api, shop, (label, total) => step(err, label, total))
    if (pushed.known > 0) say(`${grouped(pushed.known)} receipts were there already; nothing was counted twice.`)
    const run = await runClassification(api, (label, total) => step(err, label, total))
    for (const line of report(await gatherFindings(api, run, anonymousShare(shop)))) say(line)
    if (own && !options.exit) {
      say('\nThe service runs on; Ctrl-C stops it.')
      await stopped()
    }
  } finally {
    await own?.close()
  }
}

interface Options {
  readonly seed: string
  readonly until: string
  readonly customers: number
  readonly purchases: number
  readonly url: string | undefined
  readonly exit: boolean
}

/** The service that the caller named, or that runs on this machine and knows the caller's key. */
async function givenService(
  url: string | undefined,
  environment: Record<string, string | undefined>
): Promise<Api | null> {
  const named = url ?? (environment.CLIENTELE_URL || undefined)
  const key = environment.CLIENTELE_API_KEY
  if (!key) {
    if (named === undefined) return null
    throw new Error('set CLIENTELE_API_KEY to a key of the tenant that the demo is to fill')
  }
  const api = connect((named ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''), key)
  try {
    await api.send('GET', '/v1/tenant')
    return api
  } catch (error) {
    if (named === undefined && !(error instanceof ApiError)) return null
    throw error instanceof ApiError ? error : new Error(`no service answers at ${api.baseUrl}`)
  }
}

/** Says where it starts, because the first start takes some seconds. */
async function ownService(
  environment: Record<string, string | undefined>,
  now: Date,
  err: Stream
): Promise<OwnService> {
  const config = demoConfig(environment)
  err.write(`Starting a service of its own, with its database under ${config.dataDir} …\n`)
  return startOwnService(config, `Demo shop ${now.toISOString().slice(0, 16).replace('T', ' ')}`)
}

/** Of the receipts; the service keeps them for the stores' figures and for no customer's. */
const anonymousShare = ({ purchases }: DemoShop): number =>
  purchases.filter(({ customer }) => customer === null).length / purchases.length

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

function readOptions(args: readonly string[], now: Date): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: 'demo' },
      until: { type: 'string', default: now.toISOString().slice(0, 10) },
      customers: { type: 'string', default: '2000' },
      purchases: { type: 'string', default: '30000' },
      url: { type: 'string' },
      exit: { type: 'boolean', default: false }
    }
  })
  if (!/^\d{4}-\d{2}-\d{2}$/.test(values.until) || Number.isNaN(Date.parse(values.until))) {
    throw new Error('--until must be a day such as 2026-11-21')
  }
  const customers = wholeNumber('--customers', values.customers, 20, 9_000)
  const purchases = wholeNumber('--purchases', values.purchases, 100, 500_000)
  return { seed: values.seed, until: values.until, customers, purchases, url: values.url, exit: values.exit }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new Error(`${name} must be a whole number from ${least} to ${most}`)
}
