import type { Api } from './client.ts'

type AbcClass = 'A' | 'B' | 'C' | 'none'

/** What the demo tells of a run, gathered from the API as any other program would. */
export interface Findings {
  readonly api: Api
  readonly currency: string
  readonly classes: readonly { readonly name: AbcClass; readonly customers: number; readonly amountMinor: number }[]
  readonly concentration: { readonly gini: number | null; readonly topFifthShare: number | null }
  /** Files of customers whom no run looks at, because they have never bought. */
  readonly neverBought: number
  /** Of all turnover in the window. */
  readonly anonymousShare: number | null
  readonly top: readonly TopCustomer[]
  readonly managers: readonly Manager[]
  readonly coverage: {
    readonly aCustomers: number
    readonly covered: number
    /** Of the A customers, those who buy by price alone. */
    readonly notPursued: number
    readonly shortfalls: readonly { readonly store: string; readonly minutes: number; readonly customers: number }[]
  }
  /** The customer who is nearest to class A from below. */
  readonly example: ExplainedCustomer | null
}

export interface ExplainedCustomer {
  readonly id: string
  readonly name: string
  readonly abcClass: AbcClass
  readonly amountMinor: number
  readonly rank: number | null
  readonly shareBefore: number | null
  readonly reasons: readonly string[]
}

export interface TopCustomer extends ExplainedCustomer {
  readonly manager: { readonly name: string; readonly reason: string } | null
}

export interface Manager {
  readonly name: string
  readonly store: string
  readonly aCustomers: number
  readonly loadMinutes: number
  /** Null: no limit is stated. */
  readonly capacityMinutes: number | null
}

const CLASSES: readonly AbcClass[] = ['A', 'B', 'C', 'none']
const TOP = 10

interface Page<T> {
  readonly data: readonly T[]
}

interface Reason {
  readonly code: string
  readonly text: string
}

interface Run {
  readonly counts: Readonly<Record<AbcClass, number>>
  readonly turnoverMinor: Readonly<Record<string, number>>
  readonly gini: number | null
  readonly topFifthShare: number | null
  readonly anonymousShare: number | null
}

interface Classification {
  readonly customerId: string
  readonly customerName: string | null
  readonly abc: {
    readonly class: AbcClass
    readonly amountMinor: number
    readonly rank: number | null
    readonly shareBefore: number | null
    readonly reasons: readonly Reason[]
  }
}

interface ManagerAnswer {
  readonly name: string
  readonly storeIds: readonly string[]
  readonly aCustomers: number
  readonly loadMinutes: number
  readonly capacityMinutesPerMonth: number | null
}

interface Coverage {
  readonly aCustomers: number
  readonly covered: number
  readonly notPursued: number
  readonly byStore: readonly {
    readonly storeId: string | null
    readonly shortfallMinutes: number
    readonly shortfallCustomers: number
  }[]
}

interface Assignment {
  readonly staffName: string
  readonly reason: Reason
}

/** Asks the API for everything that the report shows of a run over so many customer files. */
export async function gatherFindings(api: Api, runId: string, files: number): Promise<Findings> {
  const [tenant, run, stores, managers, coverage, best, nearest] = await Promise.all([
    api.send<{ currency: string }>('GET', '/v1/tenant'),
    api.send<Run>('GET', `/v1/classification-runs/${runId}`),
    api.send<Page<{ id: string; code: string; name: string }>>('GET', '/v1/stores?limit=200'),
    api.send<Page<ManagerAnswer>>('GET', '/v1/relationship-managers?limit=200'),
    api.send<Coverage>('GET', '/v1/relationship-managers/coverage'),
    api.send<Page<Classification>>('GET', `/v1/classifications?abcClass=A&limit=${TOP}`),
    api.send<Page<Classification>>('GET', '/v1/classifications?abcClass=B&limit=1')
  ])
  const storeNames = new Map(stores.data.map(store => [store.id, store.name]))
  const nameOf = (id: string | null) => storeNames.get(id ?? '') ?? 'without a store'
  const { counts, turnoverMinor, gini, topFifthShare, anonymousShare } = run
  return {
    api,
    currency: tenant.currency,
    classes: CLASSES.map(name => ({ name, customers: counts[name], amountMinor: turnoverMinor[name] ?? 0 })),
    concentration: { gini, topFifthShare },
    neverBought: files - CLASSES.reduce((sum, name) => sum + counts[name], 0),
    anonymousShare,
    top: await Promise.all(best.data.map(async one => ({ ...explained(one), manager: await managerOf(api, one) }))),
    managers: managers.data.map(({ capacityMinutesPerMonth: capacityMinutes, storeIds, ...manager }) => ({
      ...manager,
      capacityMinutes,
      store: storeIds.length === 0 ? 'all' : storeIds.map(nameOf).join(', ')
    })),
    coverage: {
      aCustomers: coverage.aCustomers,
      covered: coverage.covered,
      notPursued: coverage.notPursued,
      shortfalls: coverage.byStore
        .filter(store => store.shortfallMinutes > 0)
        .map(({ storeId, shortfallMinutes: minutes, shortfallCustomers: customers }) => ({
          store: nameOf(storeId),
          minutes,
          customers
        }))
    },
    example: nearest.data[0] ? explained(nearest.data[0]) : null
  }
}

const explained = ({ customerId, customerName, abc }: Classification): ExplainedCustomer => ({
  id: customerId,
  name: customerName ?? 'a customer without a name',
  abcClass: abc.class,
  amountMinor: abc.amountMinor,
  rank: abc.rank,
  shareBefore: abc.shareBefore,
  reasons: abc.reasons.map(reason => reason.text)
})

async function managerOf(api: Api, { customerId }: Classification): Promise<TopCustomer['manager']> {
  const { data } = await api.send<Page<Assignment>>('GET', `/v1/assignments?customerId=${customerId}&limit=1`)
  return data[0] ? { name: data[0].staffName, reason: data[0].reason.text } : null
}
