import type { Tx } from '../db/client.ts'
import type { CauseWindow } from './complaint-causes.ts'

/** Complaints of one customer, or about one product. */
export interface RepeatCount {
  readonly key: string
  readonly complaints: number
  readonly open: number
  readonly badlyClosed: number
  readonly recovered: number
  readonly lastReceivedAt: string
}

/** As `countedAs` says of one case. */
const VERDICT = `case when c.state = 'withdrawn' then c.first_verdict else c.verdict end`

const COUNTS = `count(*)::int as complaints, (count(*) filter (where c.state not in ('closed', 'withdrawn')))::int as open,
  (count(*) filter (where ${VERDICT} = 'not_accepted'))::int as "badlyClosed",
  (count(*) filter (where ${VERDICT} = 'accepted'))::int as recovered, max(c.received_at) as "lastReceivedAt"`

const WHERE = `c.tenant_id = $1 and c.received_at >= $2 and c.received_at < $3 and ($4::uuid is null or c.store_id = $4)
  and (c.state <> 'withdrawn' or c.first_closed_at is not null)`

const ORDER = 'having count(*) > 1 order by 2 desc, 6 desc, 1 limit $5'

/** What came up more than once. `complaints_received_at_idx` carries the window. */
export const complaintRepeatsRepository = (tx: Tx) => ({
  async customers({ receivedFrom, receivedTo, storeId }: CauseWindow, limit: number): Promise<RepeatCount[]> {
    const { rows } = await tx.client.query<RepeatCount>({
      text: `select c.customer_id as key, ${COUNTS} from complaints c
             where ${WHERE} and c.customer_id is not null group by 1 ${ORDER}`,
      values: [tx.tenantId, receivedFrom, receivedTo, storeId, limit]
    })
    return rows
  },

  async products(
    { receivedFrom, receivedTo, storeId }: CauseWindow,
    limit: number
  ): Promise<(RepeatCount & { productName: string | null })[]> {
    const { rows } = await tx.client.query<RepeatCount & { productName: string | null }>({
      text: `select f.sku as key, ${COUNTS}, max(p.name) as "productName" from complaints c
             join feedback f on f.tenant_id = $1 and f.id = c.id
             left join products p on p.tenant_id = $1 and p.sku = f.sku
             where ${WHERE} and f.sku is not null group by 1 ${ORDER}`,
      values: [tx.tenantId, receivedFrom, receivedTo, storeId, limit]
    })
    return rows
  }
})
