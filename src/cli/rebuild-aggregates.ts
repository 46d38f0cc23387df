import type { AggregateDifference, AggregateReport } from '../services/aggregates.ts'
import { systemActor, type Tenant } from '../services/tenants.ts'
import { command, withRuntime } from './command.ts'
import { tenantOf } from './tenant.ts'

interface TenantReport {
  readonly tenantId: string
  readonly name: string
  readonly differences: AggregateReport
  /** Customers whose figures were made anew. */
  readonly rebuiltCustomers: number
  /** Files that were told anew by what their customers are found. */
  readonly keptFiles: number
}

/**
 * Compares the customers' figures with the ledger and their files with what they are found by, of all tenants or one, and
 * makes anew what differs.
 */
export const rebuildAggregates = command({
  name: 'rebuild-aggregates',
  usage: '[--check] [--tenant <id>] [--json]',
  summary:
    'makes anew whatever is kept twice and differs: totals, months, contacts in files; --check only tells (exit code 1)',
  words: [],
  options: { check: { type: 'boolean', default: false }, tenant: { type: 'string' } },
  async answer({ values, config }, surroundings) {
    const reports = await withRuntime(config, surroundings, async services => {
      const tenants = values.tenant ? [await tenantOf(services, values.tenant)] : await services.tenants.list()
      const reportOf = async (tenant: Tenant): Promise<TenantReport> => {
        const actor = systemActor(tenant)
        const differences = await services.aggregates.check(actor)
        const { totals, months } = differences
        const rebuilds = !values.check && totals.rows + months.rows > 0
        const rebuiltCustomers = rebuilds ? await services.aggregates.rebuild(actor) : 0
        const keptFiles = values.check ? 0 : await services.aggregates.keepFiles(actor)
        return { tenantId: tenant.id, name: tenant.name, differences, rebuiltCustomers, keptFiles }
      }
      const made: TenantReport[] = []
      for (const tenant of tenants) made.push(await reportOf(tenant))
      return made
    })
    const found = reports.some(report => !isClean(report.differences))
    return {
      json: { tenants: reports },
      text: reports.map(described).join('\n') || 'there is no tenant yet',
      exitCode: values.check && found ? 1 : 0
    }
  }
})

const isClean = ({ totals, months, files }: AggregateReport): boolean => totals.rows + months.rows + files === 0

function described({ tenantId, name, differences, rebuiltCustomers, keptFiles }: TenantReport): string {
  const { totals, months, files } = differences
  const done = [
    ...(rebuiltCustomers > 0 ? [`${rebuiltCustomers} customers made anew`] : []),
    ...(keptFiles > 0 ? [`contacts of ${keptFiles} files kept anew`] : [])
  ]
  const found = isClean(differences)
    ? 'as the ledger says'
    : `${totals.rows} totals and ${months.rows} months differ from the ledger, ${files} files from their contacts`
  const examples = [...totals.examples, ...months.examples].map(difference => `\n  ${line(difference)}`)
  return `${tenantId}  ${name}: ${[found, ...done].join('; ')}${examples.join('')}`
}

const line = ({ customerId, month, stored, rebuilt }: AggregateDifference): string =>
  `${customerId} ${month?.slice(0, 7) ?? 'total  '}  stored ${JSON.stringify(stored)}  ledger ${JSON.stringify(rebuilt)}`
